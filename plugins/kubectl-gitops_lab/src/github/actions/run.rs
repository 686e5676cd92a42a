//! Runs as records, and how they come on: a runner takes and ends them, or whoever runs the lab does.

use std::collections::BTreeMap;

use git2::Oid;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::job::Job;
use super::progress::{CANCELLED, FAILURE, Progress, SKIPPED, SUCCESS};
use super::runner::Work;

/// How long a job may wait for a runner of one's own (docs.github.com, *Actions limits*: job queue time).
const QUEUE_LIMIT: SignedDuration = SignedDuration::from_hours(24);
/// How long a job may wait for reviewers (docs.github.com, *Reviewing deployments*).
const REVIEW_LIMIT: SignedDuration = SignedDuration::from_hours(24 * 30);
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
    pub(super) event: String,
    pub(super) branch: String,
    pub(super) commit: Oid,
    pub(super) actor: String,
    /// What it was given.
    pub(super) inputs: Map<String, Value>,
    pub(super) attempt: u64,
    pub(super) progress: Progress,
    /// What the runner makes of it that it waits for or has.
    pub(super) work: Option<Work>,
    pub(super) created: Timestamp,
    /// When its newest attempt began.
    pub(super) started: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) jobs: Vec<Job>,
}

impl Runs {
    /// The number that the next run of a workflow gets.
    pub(super) fn next_number(&self, workflow: u64) -> u64 {
        self.counts.get(&workflow).copied().unwrap_or_default() + 1
    }

    /// Has the numbers of a workflow's runs go on from `count` at least.
    pub(super) fn raise_count(&mut self, workflow: u64, count: u64) {
        let known = self.counts.entry(workflow).or_default();
        *known = count.max(*known);
    }

    pub(super) fn add(&mut self, run: WorkflowRun) {
        self.counts.insert(run.workflow_id, run.number);
        self.all.insert(run.id, run);
    }

    pub(super) fn job(&self, id: u64) -> Option<(&WorkflowRun, &Job)> {
        self.all.values().find_map(|run| Some((run, run.jobs.iter().find(|job| job.id == id)?)))
    }

    /// When the next run comes on by itself; none where none does.
    pub(in crate::github) fn due(&self) -> Option<Timestamp> {
        self.all.values().filter_map(WorkflowRun::due).min()
    }

    /// Lets runs come on until `now`, each as of its own time.
    pub(in crate::github) fn advance(&mut self, now: Timestamp) {
        while let Some((at, id)) = self.all.values().filter_map(|run| Some((run.due()?, run.id))).min()
            && at <= now
        {
            if let Some(run) = self.all.get_mut(&id) {
                run.come_on(at);
            }
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
        let Some(run) = self.all.get_mut(&id).filter(|run| !run.progress.is_completed()) else {
            return false;
        };
        run.conclude(conclusion, None, log, now);
        true
    }

    /// What a run was given.
    pub(in crate::github) fn inputs(&self, id: u64) -> Option<&Map<String, Value>> {
        self.all.get(&id).map(|run| &run.inputs)
    }
}

impl WorkflowRun {
    /// When it comes on by itself; never when it has ended.
    fn due(&self) -> Option<Timestamp> {
        let latest = |limit: SignedDuration| self.updated.checked_add(limit).unwrap_or(Timestamp::MAX);
        match &self.progress {
            Progress::Queued => {
                Some(self.work.as_ref().map_or_else(|| latest(QUEUE_LIMIT), |work| work.starts))
            }
            Progress::Waiting => Some(latest(REVIEW_LIMIT)),
            Progress::Running => self.work.as_ref().and_then(|work| work.ends),
            Progress::Completed(_) => None,
        }
    }

    /// Does what is due.
    fn come_on(&mut self, at: Timestamp) {
        match (&self.progress, self.work.clone()) {
            (Progress::Queued, Some(_)) => self.start(at),
            (Progress::Queued, None) => self.conclude(CANCELLED, None, NOT_ACQUIRED, at),
            (Progress::Waiting, _) => self.conclude(FAILURE, None, "", at),
            (Progress::Running, Some(work)) => {
                self.conclude(&work.conclusion, work.step.as_deref(), &work.log, at);
            }
            (Progress::Running, None) | (Progress::Completed(_), _) => {}
        }
    }

    /// A runner takes it: the jobs that need no other one run.
    pub(super) fn start(&mut self, now: Timestamp) {
        (self.progress, self.updated) = (Progress::Running, now);
        self.jobs.iter_mut().filter(|job| job.needs.is_empty()).for_each(|job| job.start(now));
    }

    /// Ends it, and all jobs that have not ended. `failed` names the step or job that failed; the first job where
    /// nothing is said.
    pub(super) fn conclude(&mut self, conclusion: &str, failed: Option<&str>, log: &str, now: Timestamp) {
        (self.progress, self.updated) = (Progress::Completed(conclusion.to_owned()), now);
        let named = failed.and_then(|name| self.jobs.iter().position(|job| job.has(name)));
        let culprit = named.or_else(|| self.jobs.iter().position(|job| !job.progress.is_completed()));
        for (index, job) in self.jobs.iter_mut().enumerate() {
            if job.progress.is_completed() {
                continue;
            }
            log.clone_into(&mut job.log);
            match culprit.filter(|_| conclusion == FAILURE) {
                Some(culprit) if index < culprit => job.conclude(SUCCESS, None, now),
                Some(culprit) if index > culprit => job.conclude(SKIPPED, None, now),
                _ => job.conclude(conclusion, failed, now),
            }
        }
    }

    /// Begins another attempt.
    pub(super) fn reset(&mut self, now: Timestamp) {
        self.attempt += 1;
        (self.progress, self.started, self.updated) = (Progress::Queued, now, now);
        self.jobs.iter_mut().for_each(|job| job.reset(now));
    }

    /// Whether GitHub has made a job yet: it does when those that the job needs have ended.
    pub(super) fn has_made(&self, job: &Job) -> bool {
        let is_needed = |other: &&Job| job.needs.contains(&other.key);
        job.progress != Progress::Queued
            || self.jobs.iter().filter(is_needed).all(|other| other.progress.is_completed())
    }
}
