//! Routes about secrets: written in sealed boxes, never told.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gitops_core::wire::Secret;
use http::Method;
use serde_json::json;

use super::vault::{LONGEST, Vault, name};
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::encoding::decoded;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/actions/secrets",
        needs: Needs::READ_SECRETS,
        documentation: "rest/actions/secrets#list-repository-secrets",
        answer: list,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/actions/secrets/public-key",
        needs: Needs::READ_SECRETS,
        documentation: "rest/actions/secrets#get-a-repository-public-key",
        answer: key,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/actions/secrets/{secret_name}",
        needs: Needs::READ_SECRETS,
        documentation: "rest/actions/secrets#get-a-repository-secret",
        answer: get,
    },
    Route {
        method: Method::PUT,
        path: "/repos/{owner}/{repo}/actions/secrets/{secret_name}",
        needs: Needs::WRITE_SECRETS,
        documentation: "rest/actions/secrets#create-or-update-a-repository-secret",
        answer: put,
    },
    Route {
        method: Method::DELETE,
        path: "/repos/{owner}/{repo}/actions/secrets/{secret_name}",
        needs: Needs::WRITE_SECRETS,
        documentation: "rest/actions/secrets#delete-a-repository-secret",
        answer: delete,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/environments/{environment_name}/secrets",
        needs: Needs::READ_ENVIRONMENT,
        documentation: "rest/actions/secrets#list-environment-secrets",
        answer: list,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/environments/{environment_name}/secrets/public-key",
        needs: Needs::READ_ENVIRONMENT,
        documentation: "rest/actions/secrets#get-an-environment-public-key",
        answer: key,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}",
        needs: Needs::READ_ENVIRONMENT,
        documentation: "rest/actions/secrets#get-an-environment-secret",
        answer: get,
    },
    Route {
        method: Method::PUT,
        path: "/repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}",
        needs: Needs::WRITE_ENVIRONMENT,
        documentation: "rest/actions/secrets#create-or-update-an-environment-secret",
        answer: put,
    },
    Route {
        method: Method::DELETE,
        path: "/repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}",
        needs: Needs::WRITE_ENVIRONMENT,
        documentation: "rest/actions/secrets#delete-an-environment-secret",
        answer: delete,
    },
];

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let all: Vec<_> = call.vault()?.secrets.iter().collect();
    Ok(Answer::counted(call, "secrets", all, |(name, kept)| kept.shown(name)))
}

fn key(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    call.vault()?;
    let (key, id) = call.key()?;
    Ok(Answer::ok(json!({"key_id": id, "key": STANDARD.encode(key.public_key().as_bytes())})))
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let name = call.word("secret_name").to_uppercase();
    let kept = call.vault()?.secrets.get(&name).ok_or_else(Refusal::not_found)?;
    Ok(Answer::ok(kept.shown(&name)))
}

fn put(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (fields, name) = (call.body()?, name("Secret", call.word("secret_name"))?);
    call.vault()?;
    let (key, id) = call.key()?;
    if fields.needed("key_id")? != id {
        return Err(Refusal::unprocessable("The key_id does not match the current public key."));
    }
    let sealed = fields.needed("encrypted_value")?;
    let opened = decoded(&sealed).and_then(|sealed| key.unseal(&sealed).ok());
    let opened = opened.ok_or_else(|| Refusal::unprocessable("improperly encrypted secret"))?;
    if opened.len() > LONGEST {
        return Err(Refusal::unprocessable("Secret value is too large: the maximum is 48 KB."));
    }
    let value = Secret::new(String::from_utf8_lossy(&opened).into_owned());
    let now = call.now;
    let is_new = Vault::keep(&mut call.vault_mut()?.secrets, name, value, now);
    if is_new {
        return Ok(Answer { location: None, ..Answer::created(json!({})) });
    }
    Ok(Answer::done())
}

fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let name = call.word("secret_name").to_uppercase();
    call.vault_mut()?.secrets.remove(&name).ok_or_else(Refusal::not_found)?;
    Ok(Answer::done())
}
