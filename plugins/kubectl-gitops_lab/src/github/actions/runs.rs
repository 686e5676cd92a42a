//! Runs as records, and routes about them.

use std::collections::BTreeMap;

use git2::Oid;
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::github::api::answer::Answer;
use crate::github::api::call::{Call, time};
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::content::text;
use crate::github::instance::node;

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

/// How long a job may wait for a runner of one's own (docs.github.com, *Actions limits*: job queue time).
const QUEUE_LIMIT: SignedDuration = SignedDuration::from_hours(24);
/// What is told of a job that no runner took.
const NOT_ACQUIRED: &str = "The job was not started within 24 hours of being queued.\n";

/// All runs of a repository.
#[derive(Debug, Default)]
pub(in crate::github) struct Runs {
    all: BTreeMap<u64, WorkflowRun>,
    /// How many each workflow ever had, by its number.
    counts: BTreeMap<u64, u64>,
}

/// A run.
#[derive(Debug)]
pub(super) struct WorkflowRun {
    pub(super) id: u64,
    /// The path of its file.
    pub(super) workflow: String,
    pub(super) workflow_id: u64,
    pub(super) name: String,
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) event: &'static str,
    pub(super) branch: String,
    pub(super) commit: Oid,
    pub(super) actor: String,
    /// What it was given.
    pub(super) inputs: Map<String, Value>,
    pub(super) attempt: u64,
    /// How it ended; until then it waits for a runner.
    pub(super) conclusion: Option<String>,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) jobs: Vec<Job>,
}

/// A job of a run.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) labels: Vec<String>,
    pub(super) log: String,
}

impl Runs {
    /// The number that the next run of a workflow gets.
    pub(super) fn next_number(&self, workflow: u64) -> u64 {
        self.counts.get(&workflow).copied().unwrap_or_default() + 1
    }

    pub(super) fn add(&mut self, run: WorkflowRun) {
        self.counts.insert(run.workflow_id, run.number);
        self.all.insert(run.id, run);
    }

    pub(super) fn job(&self, id: u64) -> Option<(&WorkflowRun, &Job)> {
        self.all.values().find_map(|run| Some((run, run.jobs.iter().find(|job| job.id == id)?)))
    }

    /// When the next run is given up that no runner took; none where none waits.
    pub(in crate::github) fn due(&self) -> Option<Timestamp> {
        self.all.values().filter_map(WorkflowRun::queued_until).min()
    }

    /// Gives up the runs that waited for a runner until `now`, each as of its own time.
    pub(in crate::github) fn advance(&mut self, now: Timestamp) {
        let waited = self.all.values().filter_map(|run| Some((run.queued_until()?, run.id)));
        let given_up: Vec<_> = waited.filter(|(until, _)| *until <= now).collect();
        for (until, id) in given_up {
            self.conclude(id, "cancelled", NOT_ACQUIRED, until);
        }
    }

    /// Ends a run. Whether it was there and had not ended.
    pub(in crate::github) fn conclude(
        &mut self,
        id: u64,
        conclusion: &str,
        log: &str,
        now: Timestamp,
    ) -> bool {
        let Some(run) = self.all.get_mut(&id).filter(|run| run.conclusion.is_none()) else { return false };
        run.conclusion = Some(conclusion.to_owned());
        run.updated = now;
        run.jobs.iter_mut().for_each(|job| log.clone_into(&mut job.log));
        true
    }

    /// What a run was given.
    pub(in crate::github) fn inputs(&self, id: u64) -> Option<&Map<String, Value>> {
        self.all.get(&id).map(|run| &run.inputs)
    }
}

impl WorkflowRun {
    /// Until when it waits for a runner; none when it has ended.
    fn queued_until(&self) -> Option<Timestamp> {
        self.conclusion.is_none().then(|| self.updated.checked_add(QUEUE_LIMIT).unwrap_or(Timestamp::MAX))
    }

    pub(super) fn status(&self) -> &'static str {
        if self.conclusion.is_some() { "completed" } else { "queued" }
    }
}

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
        "status": run.status(),
        "conclusion": run.conclusion,
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
        "run_started_at": time(run.created),
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
        let ended = run.conclusion.as_deref().unwrap_or_default();
        workflow.is_none_or(|id| run.workflow_id == id)
            && wanted("branch", &run.branch)
            && wanted("event", run.event)
            && wanted("actor", &run.actor)
            && wanted("head_sha", &run.commit.to_string())
            && (wanted("status", run.status()) || wanted("status", ended))
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
    if run.conclusion.is_some() {
        return Err(Refusal::conflict("Cannot cancel a workflow run that is completed."));
    }
    (run.conclusion, run.updated) = (Some("cancelled".to_owned()), now);
    Ok(Answer::accepted(json!({})))
}

fn rerun(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let now = call.now;
    let run = call.run_mut()?;
    if run.conclusion.is_none() {
        return Err(Refusal::forbidden("This workflow is already running"));
    }
    (run.conclusion, run.updated, run.attempt) = (None, now, run.attempt + 1);
    run.jobs.iter_mut().for_each(|job| job.log.clear());
    Ok(Answer { location: None, ..Answer::created(json!({})) })
}
