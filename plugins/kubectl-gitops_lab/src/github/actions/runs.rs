//! Routes about runs.

use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::progress::CANCELLED;
use super::run::WorkflowRun;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::api::timestamp::time;
use crate::github::content::text;
use crate::github::node_id::node;

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/actions/runs",
        needs: Needs::READ_ACTIONS,
        documentation: "rest/actions/workflow-runs#list-workflow-runs-for-a-repository",
        answer: |call| list(call, None),
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs",
        needs: Needs::READ_ACTIONS,
        documentation: "rest/actions/workflow-runs#list-workflow-runs-for-a-workflow",
        answer: |call| {
            call.look_for_workflows()?;
            let id = call.workflow()?.id;
            list(call, Some(id))
        },
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/actions/runs/{run_id}",
        needs: Needs::READ_ACTIONS,
        documentation: "rest/actions/workflow-runs#get-a-workflow-run",
        answer: |call| Ok(Answer::ok(shown(call, call.run()?)?)),
    },
    Route {
        method: Method::DELETE,
        path: "/repos/{owner}/{repo}/actions/runs/{run_id}",
        needs: Needs::WRITE_ACTIONS,
        documentation: "rest/actions/workflow-runs#delete-a-workflow-run",
        answer: delete,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/actions/runs/{run_id}/cancel",
        needs: Needs::WRITE_ACTIONS,
        documentation: "rest/actions/workflow-runs#cancel-a-workflow-run",
        answer: cancel,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/actions/runs/{run_id}/rerun",
        needs: Needs::WRITE_ACTIONS,
        documentation: "rest/actions/workflow-runs#re-run-a-workflow",
        answer: rerun,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs",
        needs: Needs::WRITE_ACTIONS,
        documentation: "rest/actions/workflow-runs#re-run-failed-jobs-from-a-workflow-run",
        answer: rerun,
    },
];

impl Call<'_> {
    /// The run that the path names.
    pub(super) fn run(&self) -> Result<&WorkflowRun, Refusal> {
        self.repository()?.runs.all.get(&self.number("run_id")?).ok_or_else(Refusal::not_found)
    }

    fn run_mut(&mut self) -> Result<&mut WorkflowRun, Refusal> {
        let id = self.number("run_id")?;
        self.repository_mut()?.runs.all.get_mut(&id).ok_or_else(Refusal::not_found)
    }
}

fn shown(call: &Call<'_>, run: &WorkflowRun) -> Result<Value, Refusal> {
    let git = call.git()?;
    let commit = git.find_commit(run.commit)?;
    let person = |signature: git2::Signature<'_>| json!({"name": text(signature.name_bytes()), "email": text(signature.email_bytes())});
    let url = call.url(&format!("/actions/runs/{}", run.id));
    let actor = call.account(&run.actor);
    let repository = call.minimal(call.repository()?);
    let at = Timestamp::from_second(commit.committer().when().seconds()).unwrap_or_default();
    Ok(json!({
        "id": run.id,
        "name": run.name,
        "node_id": node("WorkflowRun", run.id),
        "head_branch": run.branch,
        "head_sha": run.commit.to_string(),
        "path": run.workflow,
        "display_title": run.title,
        "run_number": run.number,
        "event": run.event,
        "status": run.progress.status(),
        "conclusion": run.progress.conclusion(),
        "workflow_id": run.workflow_id,
        "check_suite_id": run.id,
        "check_suite_node_id": node("CheckSuite", run.id),
        "url": url,
        "html_url": call.page(&format!("/actions/runs/{}", run.id)),
        "pull_requests": [],
        "created_at": time(run.created),
        "updated_at": time(run.updated),
        "actor": actor,
        "run_attempt": run.attempt,
        "referenced_workflows": [],
        "run_started_at": time(run.started),
        "triggering_actor": actor,
        "jobs_url": format!("{url}/jobs"),
        "logs_url": format!("{url}/logs"),
        "check_suite_url": call.url(&format!("/check-suites/{}", run.id)),
        "artifacts_url": format!("{url}/artifacts"),
        "cancel_url": format!("{url}/cancel"),
        "rerun_url": format!("{url}/rerun"),
        "previous_attempt_url": (run.attempt > 1).then(|| format!("{url}/attempts/{}", run.attempt - 1)),
        "workflow_url": call.url(&format!("/actions/workflows/{}", run.workflow_id)),
        "head_commit": {
            "id": run.commit.to_string(),
            "tree_id": commit.tree_id().to_string(),
            "message": text(commit.message_bytes()),
            "timestamp": time(at),
            "author": person(commit.author()),
            "committer": person(commit.committer()),
        },
        "repository": repository,
        "head_repository": repository,
    }))
}

fn list(call: &mut Call<'_>, workflow: Option<u64>) -> Result<Answer, Refusal> {
    let wanted = |name: &str, value: &str| call.parameter(name).is_none_or(|wanted| wanted == value);
    let is_asked = |run: &&WorkflowRun| {
        let ended = run.progress.conclusion().unwrap_or_default();
        workflow.is_none_or(|id| run.workflow_id == id)
            && wanted("branch", &run.branch)
            && wanted("event", &run.event)
            && wanted("actor", &run.actor)
            && wanted("head_sha", &run.commit.to_string())
            && (wanted("status", run.progress.status()) || wanted("status", ended))
    };
    let found: Vec<_> = call.repository()?.runs.all.values().filter(is_asked).rev().collect();
    Ok(Answer::counted(call, "workflow_runs", found, |run| shown(call, run).unwrap_or_default()))
}

fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = call.run()?.id;
    call.repository_mut()?.runs.all.remove(&id);
    Ok(Answer::done())
}

fn cancel(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let now = call.now;
    let run = call.run_mut()?;
    if run.progress.is_completed() {
        return Err(Refusal::conflict("Cannot cancel a workflow run that is completed."));
    }
    run.conclude(CANCELLED, None, "", now);
    Ok(Answer::accepted(json!({})))
}

fn rerun(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let now = call.now;
    let run = call.run_mut()?;
    if !run.progress.is_completed() {
        return Err(Refusal::forbidden("This workflow is already running"));
    }
    run.reset(now);
    let (run, repository) = (run.id, call.repository()?.id);
    call.github.queue(repository, run, now);
    Ok(Answer { location: None, ..Answer::created(json!({})) })
}
