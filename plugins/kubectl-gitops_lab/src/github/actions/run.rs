//! Runs as records.

use std::collections::BTreeMap;

use git2::Oid;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

/// How long a job may wait for a runner of one's own (docs.github.com, *Actions limits*: job queue time).
const QUEUE_LIMIT: SignedDuration = SignedDuration::from_hours(24);
/// What is told of a job that no runner took.
const NOT_ACQUIRED: &str = "The job was not started within 24 hours of being queued.\n";

/// All runs of a repository.
#[derive(Debug, Default)]
pub(in crate::github) struct Runs {
    pub(super) all: BTreeMap<u64, WorkflowRun>,
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
