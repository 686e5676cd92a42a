//! Routes about the jobs of runs, and what they printed.

use http::Method;
use serde_json::{Value, json};

use super::job::{Job, Step};
use super::progress::Progress;
use super::run::WorkflowRun;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::reply::hex;
use crate::github::api::route::{Needs, Route};
use crate::github::api::timestamp::time;
use crate::github::instance::GitHub;
use crate::github::node_id::node;

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/actions/runs/{run_id}/jobs",
        needs: Needs::READ_ACTIONS,
        documentation: "rest/actions/workflow-jobs#list-jobs-for-a-workflow-run",
        answer: |call| {
            let run = call.run()?;
            let jobs = run.jobs.iter().filter(|job| run.has_made(job)).collect();
            Ok(Answer::counted(call, "jobs", jobs, |job| shown(call, run, job)))
        },
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/actions/jobs/{job_id}",
        needs: Needs::READ_ACTIONS,
        documentation: "rest/actions/workflow-jobs#get-a-job-for-a-workflow-run",
        answer: |call| {
            let (run, job) = find(call)?;
            Ok(Answer::ok(shown(call, run, job)))
        },
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/actions/jobs/{job_id}/logs",
        needs: Needs::READ_ACTIONS,
        documentation: "rest/actions/workflow-jobs#download-job-logs-for-a-workflow-run",
        answer: log,
    },
];

fn find<'a>(call: &'a Call<'_>) -> Result<(&'a WorkflowRun, &'a Job), Refusal> {
    call.repository()?.runs.job(call.number("job_id")?).ok_or_else(Refusal::not_found)
}

fn shown(call: &Call<'_>, run: &WorkflowRun, job: &Job) -> Value {
    json!({
        "id": job.id,
        "run_id": run.id,
        "workflow_name": run.name,
        "head_branch": run.branch,
        "run_url": call.url(&format!("/actions/runs/{}", run.id)),
        "run_attempt": run.attempt,
        "node_id": node("CheckRun", job.id),
        "head_sha": run.commit.to_string(),
        "url": call.url(&format!("/actions/jobs/{}", job.id)),
        "html_url": call.page(&format!("/actions/runs/{}/job/{}", run.id, job.id)),
        "status": job.progress.status(),
        "conclusion": job.progress.conclusion(),
        "created_at": time(run.started),
        "started_at": time(job.started),
        "completed_at": job.ended.map(time),
        "name": job.name,
        "steps": steps(job),
        "check_run_url": call.url(&format!("/check-runs/{}", job.id)),
        "labels": job.labels,
        "runner_id": null,
        "runner_name": null,
        "runner_group_id": null,
        "runner_group_name": null,
    })
}

/// The steps of a job; none until a runner has it.
fn steps(job: &Job) -> Vec<Value> {
    if matches!(job.progress, Progress::Queued | Progress::Waiting) {
        return Vec::new();
    }
    let shown = |(index, step): (usize, &Step)| {
        let has_begun = step.progress != Progress::Queued;
        json!({
            "name": step.name,
            "status": step.progress.status(),
            "conclusion": step.progress.conclusion(),
            "number": index + 1,
            "started_at": has_begun.then(|| time(job.started)),
            "completed_at": step.progress.conclusion().and(job.ended).map(time),
        })
    };
    job.steps.iter().enumerate().map(shown).collect()
}

/// The log lies elsewhere, where whoever has its address gets it without a token.
fn log(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (run, job) = find(call)?;
    if !run.progress.is_completed() {
        return Err(Refusal::not_found());
    }
    let id = call.repository()?.id;
    let signature = signature(call.github, id, job.id);
    Ok(Answer::found(format!("{}/_logs/{id}/{}/{signature}", call.github.urls.server, job.id)))
}

fn signature(github: &GitHub, repository: u64, job: u64) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &github.seed);
    hex(ring::hmac::sign(&key, format!("{repository}/{job}").as_bytes()).as_ref())
}

impl GitHub {
    /// What a job printed, for whoever was led there: `/_logs/…`.
    pub(crate) fn log(&self, path: &str) -> Option<&str> {
        let mut words = path.strip_prefix("/_logs/")?.split('/');
        let (repository, job) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        if words.next()? != signature(self, repository, job) {
            return None;
        }
        let (_, job) = self.repositories.get(&repository)?.runs.job(job)?;
        Some(&job.log)
    }
}
