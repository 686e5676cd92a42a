//! Routes about environments.

use http::Method;
use serde_json::{Value, json};

use super::environment::Environment;
use super::vault::Vault;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::api::timestamp::time;
use crate::github::node_id::node;

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/environments",
        needs: Needs::READ_ACTIONS,
        documentation: "rest/deployments/environments#list-environments",
        answer: list,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/environments/{environment_name}",
        needs: Needs::READ_ACTIONS,
        documentation: "rest/deployments/environments#get-an-environment",
        answer: |call| Ok(Answer::ok(shown(call, find(call)?))),
    },
    Route {
        method: Method::PUT,
        path: "/repos/{owner}/{repo}/environments/{environment_name}",
        needs: Needs::ADMINISTER,
        documentation: "rest/deployments/environments#create-or-update-an-environment",
        answer: put,
    },
    Route {
        method: Method::DELETE,
        path: "/repos/{owner}/{repo}/environments/{environment_name}",
        needs: Needs::ADMINISTER,
        documentation: "rest/deployments/environments#delete-an-environment",
        answer: delete,
    },
];

fn find<'a>(call: &'a Call<'_>) -> Result<&'a Environment, Refusal> {
    call.repository()?.environment(call.word("environment_name")).ok_or_else(Refusal::not_found)
}

/// The address of an environment in the API, and its page.
pub(super) fn page(call: &Call<'_>, name: &str) -> (String, String) {
    let name = form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20");
    let page = call.page(&format!("/deployments/activity_log?environments_filter={name}"));
    (call.url(&format!("/environments/{name}")), page)
}

/// Who may review what is to be deployed to an environment.
pub(super) fn reviewers(call: &Call<'_>, environment: &Environment) -> Vec<Value> {
    let reviewer = |(kind, id): &(String, u64)| {
        let account = call.github.accounts.of_id(*id).map(|account| call.account(&account.login));
        json!({"type": kind, "reviewer": account})
    };
    environment.reviewers.iter().map(reviewer).collect()
}

fn shown(call: &Call<'_>, environment: &Environment) -> Value {
    let (url, html_url) = page(call, &environment.name);
    let rule = |kind: &str, offset: u64| {
        let id = environment.id * 10 + offset;
        json!({"id": id, "node_id": node("GateRule", id), "type": kind})
    };
    let mut rules = Vec::new();
    if environment.wait_timer > 0 {
        let mut timer = rule("wait_timer", 1);
        timer["wait_timer"] = json!(environment.wait_timer);
        rules.push(timer);
    }
    if !environment.reviewers.is_empty() {
        let mut review = rule("required_reviewers", 2);
        review["prevent_self_review"] = json!(environment.prevents_self_review);
        review["reviewers"] = json!(reviewers(call, environment));
        rules.push(review);
    }
    let policy = environment.only_protected.map(|protected| {
        rules.push(rule("branch_policy", 3));
        json!({"protected_branches": protected, "custom_branch_policies": !protected})
    });
    json!({
        "id": environment.id,
        "node_id": node("Environment", environment.id),
        "name": environment.name,
        "url": url,
        "html_url": html_url,
        "created_at": time(environment.created),
        "updated_at": time(environment.updated),
        "can_admins_bypass": true,
        "protection_rules": rules,
        "deployment_branch_policy": policy,
    })
}

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let all: Vec<_> = call.repository()?.environments.iter().collect();
    Ok(Answer::counted(call, "environments", all, |one| shown(call, one)))
}

fn put(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let fields = call.body()?;
    let policy = fields.inner("deployment_branch_policy")?;
    let only_protected = match &policy {
        None => None,
        Some(policy) => {
            let protected = policy.flag("protected_branches")?.unwrap_or_default();
            if policy.flag("custom_branch_policies")?.unwrap_or_default() == protected {
                let told = "protected_branches and custom_branch_policies cannot have the same value";
                return Err(Refusal::unprocessable(format!("Invalid request.\n\n{told}")));
            }
            Some(protected)
        }
    };
    let listed = fields.get("reviewers").and_then(Value::as_array).cloned().unwrap_or_default();
    let reviewers: Vec<_> = listed
        .iter()
        .filter_map(|one| Some((one["type"].as_str()?.to_owned(), one["id"].as_u64()?)))
        .collect();
    if reviewers.len() > 6 {
        return Err(Refusal::unprocessable("Up to six reviewers may be listed"));
    }
    let name = call.word("environment_name").to_owned();
    let (now, wait_timer) = (call.now, fields.get("wait_timer").and_then(Value::as_u64).unwrap_or_default());
    let prevents_self_review = fields.flag("prevent_self_review")?.unwrap_or_default();
    if call.repository()?.environment(&name).is_none() {
        let id = call.next();
        let made = Environment {
            id,
            name: name.clone(),
            created: now,
            updated: now,
            wait_timer: 0,
            prevents_self_review: false,
            reviewers: Vec::new(),
            only_protected: None,
            vault: Vault::default(),
        };
        call.repository_mut()?.environments.push(made);
    }
    if let Some(known) = call.repository_mut()?.environment_mut(&name) {
        known.updated = now;
        known.wait_timer = wait_timer;
        known.prevents_self_review = prevents_self_review;
        known.reviewers = reviewers;
        known.only_protected = only_protected;
    }
    Ok(Answer::ok(shown(call, find(call)?)))
}

fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    find(call)?;
    let name = call.word("environment_name").to_owned();
    call.repository_mut()?.environments.retain(|one| !one.name.eq_ignore_ascii_case(&name));
    Ok(Answer::done())
}
