//! Routes about variables.

use http::Method;
use serde_json::{Value, json};

use super::vault::{Kept, LONGEST, Vault, name};
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/actions/variables",
        needs: Needs::READ_VARIABLES,
        documentation: "rest/actions/variables#list-repository-variables",
        answer: list,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/actions/variables",
        needs: Needs::WRITE_VARIABLES,
        documentation: "rest/actions/variables#create-a-repository-variable",
        answer: create,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/actions/variables/{name}",
        needs: Needs::READ_VARIABLES,
        documentation: "rest/actions/variables#get-a-repository-variable",
        answer: get,
    },
    Route {
        method: Method::PATCH,
        path: "/repos/{owner}/{repo}/actions/variables/{name}",
        needs: Needs::WRITE_VARIABLES,
        documentation: "rest/actions/variables#update-a-repository-variable",
        answer: update,
    },
    Route {
        method: Method::DELETE,
        path: "/repos/{owner}/{repo}/actions/variables/{name}",
        needs: Needs::WRITE_VARIABLES,
        documentation: "rest/actions/variables#delete-a-repository-variable",
        answer: delete,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/environments/{environment_name}/variables",
        needs: Needs::READ_ENVIRONMENT,
        documentation: "rest/actions/variables#list-environment-variables",
        answer: list,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/environments/{environment_name}/variables",
        needs: Needs::WRITE_ENVIRONMENT,
        documentation: "rest/actions/variables#create-an-environment-variable",
        answer: create,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/environments/{environment_name}/variables/{name}",
        needs: Needs::READ_ENVIRONMENT,
        documentation: "rest/actions/variables#get-an-environment-variable",
        answer: get,
    },
    Route {
        method: Method::PATCH,
        path: "/repos/{owner}/{repo}/environments/{environment_name}/variables/{name}",
        needs: Needs::WRITE_ENVIRONMENT,
        documentation: "rest/actions/variables#update-an-environment-variable",
        answer: update,
    },
    Route {
        method: Method::DELETE,
        path: "/repos/{owner}/{repo}/environments/{environment_name}/variables/{name}",
        needs: Needs::WRITE_ENVIRONMENT,
        documentation: "rest/actions/variables#delete-an-environment-variable",
        answer: delete,
    },
];

fn shown(name: &str, kept: &Kept<String>) -> Value {
    let mut shown = kept.shown(name);
    shown["value"] = json!(kept.value);
    shown
}

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let all: Vec<_> = call.vault()?.variables.iter().collect();
    Ok(Answer::counted(call, "variables", all, |(name, kept)| shown(name, kept)))
}

fn value(value: String) -> Result<String, Refusal> {
    match value.len() > LONGEST {
        true => Err(Refusal::unprocessable("Variable value is too large: the maximum is 48 KB.")),
        false => Ok(value),
    }
}

fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let fields = call.body()?;
    let (name, value) = (name("Variable", &fields.needed("name")?)?, value(fields.needed("value")?)?);
    if call.vault()?.variables.contains_key(&name) {
        return Err(Refusal::conflict("Already exists - Variable already exists"));
    }
    let now = call.now;
    Vault::keep(&mut call.vault_mut()?.variables, name, value, now);
    Ok(Answer::created(json!({})))
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let name = call.word("name").to_uppercase();
    let kept = call.vault()?.variables.get(&name).ok_or_else(Refusal::not_found)?;
    Ok(Answer::ok(shown(&name, kept)))
}

fn update(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (fields, now, old) = (call.body()?, call.now, call.word("name").to_uppercase());
    let new = fields.text("name")?.map(|text| name("Variable", &text)).transpose()?;
    let new_value = fields.text("value")?.map(value).transpose()?;
    let variables = &mut call.vault_mut()?.variables;
    let new = new.unwrap_or_else(|| old.clone());
    if new != old && variables.contains_key(&new) {
        return Err(Refusal::conflict("Already exists - Variable already exists"));
    }
    let mut kept = variables.remove(&old).ok_or_else(Refusal::not_found)?;
    kept.value = new_value.unwrap_or(kept.value);
    kept.updated = now;
    variables.insert(new, kept);
    Ok(Answer::done())
}

fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let name = call.word("name").to_uppercase();
    call.vault_mut()?.variables.remove(&name).ok_or_else(Refusal::not_found)?;
    Ok(Answer::done())
}
