//! Routes about what is said of commits.

use http::Method;
use serde_json::{Value, json};

use super::commit_at;
use super::status::Status;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::api::timestamp::time;
use crate::github::issues::too_long;
use crate::github::node_id::node;

/// The longest description.
const DESCRIPTION: usize = 140;
/// So many a commit takes of each context.
const MOST: usize = 1000;

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/statuses/{sha}",
        needs: Needs::WRITE_STATUSES,
        documentation: "rest/commits/statuses#create-a-commit-status",
        answer: create,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/commits/{ref+}/statuses",
        needs: Needs::READ_STATUSES,
        documentation: "rest/commits/statuses#list-commit-statuses-for-a-reference",
        answer: list,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/commits/{ref+}/status",
        needs: Needs::READ_STATUSES,
        documentation: "rest/commits/statuses#get-the-combined-status-for-a-specific-reference",
        answer: combined,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/commits/{ref+}/check-runs",
        needs: Needs::READ_CHECKS,
        documentation: "rest/checks/runs#list-check-runs-for-a-git-reference",
        answer: |call| {
            named(call)?;
            Ok(Answer::counted(call, "check_runs", Vec::<Value>::new(), |run| run))
        },
    },
];

/// The commit that the path names.
fn named(call: &Call<'_>) -> Result<String, Refusal> {
    let git = call.history()?;
    let wanted = call.word("ref");
    let found = commit_at(&git, wanted).map(|id| id.to_string());
    found.ok_or_else(|| Refusal::unprocessable(format!("No commit found for SHA: {wanted}")))
}

fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (git, fields) = (call.history()?, call.body()?);
    let sha = call.word("sha").to_owned();
    let is_commit = git2::Oid::from_str(&sha).is_ok_and(|id| git.find_commit(id).is_ok()) && sha.len() == 40;
    if !is_commit {
        return Err(Refusal::unprocessable(format!("No commit found for SHA: {sha}")));
    }
    let state = fields.needed("state")?;
    if !matches!(state.as_str(), "error" | "failure" | "pending" | "success") {
        let told = "state is not included in the list";
        return Err(Refusal::invalid(json!([
            {"resource": "Status", "code": "custom", "field": "state", "message": told}
        ])));
    }
    let description = fields.text("description")?;
    if description.as_ref().is_some_and(|text| text.chars().count() > DESCRIPTION) {
        return Err(too_long("Status", "description", DESCRIPTION));
    }
    let context = fields.text("context")?.unwrap_or_else(|| "default".to_owned());
    let known = call.repository()?.statuses.of(&sha).iter();
    if known.filter(|known| known.context.eq_ignore_ascii_case(&context)).count() >= MOST {
        let told = "This SHA and context has reached the maximum number of statuses.";
        return Err(Refusal::custom("Status", told));
    }
    let (id, creator, at) = (call.next(), call.caller.login.clone(), call.now);
    let status = Status { id, context, state, description, target: fields.text("target_url")?, creator, at };
    let mut shown = simple(call, &sha, &status);
    shown["creator"] = call.account(&status.creator);
    call.repository_mut()?.statuses.0.entry(sha).or_default().push(status);
    Ok(Answer::created(shown))
}

fn simple(call: &Call<'_>, sha: &str, status: &Status) -> Value {
    let account = call.account(&status.creator);
    json!({
        "url": call.url(&format!("/statuses/{sha}")),
        "avatar_url": account["avatar_url"],
        "id": status.id,
        "node_id": node("StatusContext", status.id),
        "state": status.state,
        "description": status.description,
        "target_url": status.target,
        "context": status.context,
        "created_at": time(status.at),
        "updated_at": time(status.at),
    })
}

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let sha = named(call)?;
    let found: Vec<_> = call.repository()?.statuses.of(&sha).iter().rev().collect();
    Ok(Answer::list(call, found, |status| {
        let mut shown = simple(call, &sha, status);
        shown["creator"] = call.account(&status.creator);
        shown
    }))
}

fn combined(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let sha = named(call)?;
    let repository = call.repository()?;
    let latest = repository.statuses.latest(&sha);
    let is = |state: &str| latest.iter().any(|status| status.state == state);
    let state = match () {
        () if is("failure") || is("error") => "failure",
        () if is("pending") || latest.is_empty() => "pending",
        () => "success",
    };
    let url = call.url(&format!("/commits/{sha}"));
    let count = latest.len();
    let mut answer = Answer::list(call, latest, |status| simple(call, &sha, status));
    answer.wrap(|statuses| {
        json!({
            "state": state,
            "statuses": statuses,
            "sha": sha,
            "total_count": count,
            "repository": call.minimal(repository),
            "commit_url": url,
            "url": format!("{url}/status"),
        })
    });
    Ok(answer)
}
