//! Routes about branches.

use git2::{BranchType, Repository};
use http::Method;
use serde_json::{Value, json};

use super::commit_json::text;
use super::revision::branch_tip;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/branches",
        needs: Needs::READ_BRANCHES,
        documentation: "rest/branches/branches#list-branches",
        answer: list,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/branches/{branch+}",
        needs: Needs::READ_BRANCHES,
        documentation: "rest/branches/branches#get-a-branch",
        answer: get,
    },
];

/// All branches and where they stand, by name.
fn all(git: &Repository) -> Result<Vec<(String, git2::Oid)>, Refusal> {
    let mut found = Vec::new();
    for branch in git.branches(Some(BranchType::Local))? {
        let (branch, _) = branch?;
        let name = text(branch.name_bytes()?);
        found.push((name, branch.get().peel_to_commit()?.id()));
    }
    found.sort();
    Ok(found)
}

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let mut found = all(&call.git()?)?;
    if let Some(wanted) = call.parameter("protected") {
        found.retain(|(name, _)| call.protection(name).is_some().to_string() == wanted);
    }
    Ok(Answer::list(call, found, |(name, tip)| {
        json!({
            "name": name,
            "commit": {"sha": tip.to_string(), "url": call.url(&format!("/commits/{tip}"))},
            "protected": call.protection(&name).is_some(),
            "protection": summary(call, &name),
            "protection_url": call.url(&format!("/branches/{name}/protection")),
        })
    }))
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.git()?;
    let name = call.word("branch").to_owned();
    let tip = branch_tip(&git, &name)?.ok_or_else(|| Refusal::absent("Branch not found"))?;
    let url = call.url(&format!("/branches/{name}"));
    Ok(Answer::ok(json!({
        "name": name,
        "commit": call.commit(&git.find_commit(tip)?),
        "_links": {"self": url, "html": call.page(&format!("/tree/{name}"))},
        "protected": call.protection(&name).is_some(),
        "protection": summary(call, &name),
        "protection_url": call.url(&format!("/branches/{name}/protection")),
    })))
}

/// What protects a branch, in few words.
fn summary(call: &Call<'_>, branch: &str) -> Value {
    let checks = call.protection(branch).and_then(|protection| protection.checks.clone());
    let (level, contexts) = match &checks {
        Some(checks) if checks.for_admins => ("everyone", checks.contexts.clone()),
        Some(checks) => ("non_admins", checks.contexts.clone()),
        None => ("off", Vec::new()),
    };
    let checks: Vec<Value> =
        contexts.iter().map(|context| json!({"context": context, "app_id": null})).collect();
    json!({
        "enabled": call.protection(branch).is_some(),
        "required_status_checks": {"enforcement_level": level, "contexts": contexts, "checks": checks},
    })
}
