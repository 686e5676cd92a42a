//! Routes about the environments that a run waits for: which they are, and what their reviewers say.

use http::Method;
use serde_json::{Value, json};

use super::environment::Environment;
use super::environments::{page, reviewers};
use super::progress::{FAILURE, Progress};
use super::run::WorkflowRun;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::api::timestamp::time;
use crate::github::node_id::node;

const PATH: &str = "/repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments";

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: PATH,
        needs: Needs::READ_ACTIONS,
        documentation: "rest/actions/workflow-runs#get-pending-deployments-for-a-workflow-run",
        answer: |call| {
            let run = call.run()?;
            let pending = waited_for(call, run)?;
            Ok(Answer::ok(pending.into_iter().map(|environment| shown(call, run, environment)).collect()))
        },
    },
    Route {
        method: Method::POST,
        path: PATH,
        needs: Needs::REVIEW_DEPLOYMENTS,
        documentation: "rest/actions/workflow-runs#review-pending-deployments-for-a-workflow-run",
        answer: review,
    },
];

/// The environments that a run waits for, each once.
fn waited_for<'a>(call: &'a Call<'_>, run: &WorkflowRun) -> Result<Vec<&'a Environment>, Refusal> {
    let repository = call.repository()?;
    let waits_for = |environment: &&Environment| {
        let mut jobs = run.jobs.iter().filter(|job| job.progress == Progress::Waiting);
        jobs.any(|job| job.environment.as_ref().is_some_and(|name| environment.is_called(name)))
    };
    Ok(repository.environments.iter().filter(waits_for).collect())
}

/// Whether the caller may review a run's deployment to an environment.
fn may_review(call: &Call<'_>, run: &WorkflowRun, environment: &Environment) -> bool {
    let caller = call.github.accounts.get(&call.caller.login).map(|account| account.id);
    let is_own = run.actor.eq_ignore_ascii_case(&call.caller.login);
    environment.reviewers.iter().any(|(_, id)| Some(*id) == caller)
        && !(environment.prevents_self_review && is_own)
}

fn shown(call: &Call<'_>, run: &WorkflowRun, environment: &Environment) -> Value {
    let (url, html_url) = page(call, &environment.name);
    json!({
        "environment": {
            "id": environment.id,
            "node_id": node("Environment", environment.id),
            "name": environment.name,
            "url": url,
            "html_url": html_url,
        },
        "wait_timer": environment.wait_timer,
        "wait_timer_started_at": time(run.started),
        "current_user_can_approve": may_review(call, run, environment),
        "reviewers": reviewers(call, environment),
    })
}

fn review(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let fields = call.body()?;
    let ids = fields.get("environment_ids").and_then(Value::as_array).cloned();
    let ids = ids.ok_or_else(|| Refusal::missing("environment_ids"))?;
    let state = fields.needed("state")?;
    fields.needed("comment")?;
    if !matches!(state.as_str(), "approved" | "rejected") {
        return Err(Refusal::mistyped("state", &json!(state), "a member of [\"approved\", \"rejected\"]"));
    }
    let run = call.run()?;
    let pending = waited_for(call, run)?;
    let asked: Vec<_> = pending.into_iter().filter(|one| ids.contains(&json!(one.id))).collect();
    if asked.is_empty() || asked.len() < ids.len() {
        return Err(Refusal::unprocessable("No pending deployment requests to approve or reject"));
    }
    if !asked.iter().all(|environment| may_review(call, run, environment)) {
        return Err(Refusal::forbidden("Current user is not a required reviewer of the environment"));
    }
    let deployments: Vec<Value> =
        asked.iter().map(|environment| deployment(call, run, environment)).collect();
    let names: Vec<String> = asked.iter().map(|environment| environment.name.clone()).collect();
    let (id, repository, now) = (run.id, call.repository()?.id, call.now);
    if let Some(run) = call.repository_mut()?.runs.all.get_mut(&id) {
        let is_meant = |name: &String| names.iter().any(|reviewed| reviewed.eq_ignore_ascii_case(name));
        for job in run.jobs.iter_mut().filter(|job| job.environment.as_ref().is_some_and(is_meant)) {
            match state.as_str() {
                "approved" => job.progress = Progress::Queued,
                _ => job.conclude(FAILURE, None, now),
            }
        }
        if state == "rejected" {
            run.conclude(FAILURE, None, "", now);
        }
    }
    call.github.release(repository, id, now);
    Ok(Answer::ok(Value::Array(deployments)))
}

fn deployment(call: &Call<'_>, run: &WorkflowRun, environment: &Environment) -> Value {
    let id = run.id * 10 + environment.id % 10;
    let url = call.url(&format!("/deployments/{id}"));
    json!({
        "url": url,
        "id": id,
        "node_id": node("Deployment", id),
        "sha": run.commit.to_string(),
        "ref": run.branch,
        "task": "deploy",
        "payload": {},
        "original_environment": environment.name,
        "environment": environment.name,
        "description": null,
        "creator": call.account(&run.actor),
        "created_at": time(run.created),
        "updated_at": time(call.now),
        "statuses_url": format!("{url}/statuses"),
        "repository_url": call.url(""),
        "transient_environment": false,
        "production_environment": false,
    })
}
