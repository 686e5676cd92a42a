//! Runs that begin, whatever began them: a dispatch, an event, a push or a scenario.

use git2::Oid;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::job::{Job, JobPlan};
use super::progress::Progress;
use super::run::WorkflowRun;
use super::runner::work;
use crate::github::instance::GitHub;
use crate::github::repositories::repository::Repository;

/// Numbers of runs and jobs are greater than all others.
const OFFSET: u64 = 1_000_000;

/// A run that is to begin.
#[derive(Debug)]
pub(super) struct NewRun {
    /// The path of its file.
    pub(super) workflow: String,
    pub(super) workflow_id: u64,
    /// What the workflow is called.
    pub(super) name: String,
    pub(super) title: String,
    pub(super) event: String,
    pub(super) branch: String,
    pub(super) commit: Oid,
    pub(super) actor: String,
    pub(super) inputs: Map<String, Value>,
    pub(super) jobs: Vec<JobPlan>,
}

impl GitHub {
    /// Begins a run in the repository of this number; the answer is the run's own number.
    pub(super) fn begin(&mut self, repository: u64, new: NewRun, now: Timestamp) -> Option<u64> {
        let id = self.next() + OFFSET;
        let jobs: Vec<Job> =
            new.jobs.into_iter().map(|plan| Job::new(self.next() + OFFSET, plan, now)).collect();
        let found = self.repositories.get_mut(&repository)?;
        let run = WorkflowRun {
            id,
            number: found.runs.next_number(new.workflow_id),
            workflow: new.workflow,
            workflow_id: new.workflow_id,
            name: new.name,
            title: new.title,
            event: new.event,
            branch: new.branch,
            commit: new.commit,
            actor: new.actor,
            inputs: new.inputs,
            attempt: 1,
            progress: Progress::Queued,
            work: None,
            created: now,
            started: now,
            updated: now,
            jobs,
        };
        found.runs.add(run);
        self.queue(repository, id, now);
        Some(id)
    }

    /// Lets a run wait: for the reviewers of the environments that its jobs name, or for a runner.
    pub(super) fn queue(&mut self, repository: u64, run: u64, now: Timestamp) {
        let Some(found) = self.repositories.get_mut(&repository) else { return };
        let Repository { name, environments, runs, .. } = found;
        let Some(run) = runs.all.get_mut(&run) else { return };
        let is_reviewed = |name: &String| {
            environments
                .iter()
                .any(|environment| environment.is_called(name) && !environment.reviewers.is_empty())
        };
        let mut waits = false;
        for job in run.jobs.iter_mut().filter(|job| job.environment.as_ref().is_some_and(is_reviewed)) {
            (job.progress, waits) = (Progress::Waiting, true);
        }
        if waits {
            run.progress = Progress::Waiting;
        } else {
            run.work = work(&self.runners, name, &run.workflow, now);
        }
    }

    /// What becomes of a run once nobody's review is missing any more.
    pub(super) fn release(&mut self, repository: u64, run: u64, now: Timestamp) {
        let Some(found) = self.repositories.get_mut(&repository) else { return };
        let Repository { name, runs, .. } = found;
        let Some(run) = runs.all.get_mut(&run) else { return };
        if run.progress == Progress::Waiting && run.jobs.iter().all(|job| job.progress != Progress::Waiting) {
            (run.progress, run.updated) = (Progress::Queued, now);
            run.work = work(&self.runners, name, &run.workflow, now);
        }
    }
}
