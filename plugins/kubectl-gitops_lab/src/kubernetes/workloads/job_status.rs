//! What has become of a job's pods and whether the job is over: functions of the job and its pods.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::conditions;
use super::job_spec::{backoff_limit, completions, parallelism};
use super::owned_pods::{has_ended, is_active, is_going, is_ready, number};
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::storage::owner_references::uid;
use crate::kubernetes::workloads::event_text::EventText;
use crate::kubernetes::workloads::job_tracking::{is_tracked, job_condition};

/// How long a pod that failed is not replaced; twice as long for each that failed after it.
const BACKOFF: SignedDuration = SignedDuration::from_secs(10);
const LONGEST: SignedDuration = SignedDuration::from_mins(10);

/// What has become of a job's pods.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) active: i64,
    pub(super) ready: i64,
    pub(super) terminating: i64,
    /// All that have succeeded or failed, with those that were not counted before.
    pub(super) succeeded: i64,
    pub(super) failed: i64,
    /// The identifiers of those.
    newly_succeeded: Vec<String>,
    newly_failed: Vec<String>,
    /// When a failed pod may be replaced.
    pub(super) retry_at: Option<Timestamp>,
}

impl Tally {
    pub(super) fn of(job: &Value, pods: &[(Key, Arc<Value>)]) -> Self {
        let mut tally = Self::default();
        for (_, pod) in pods {
            tally.active += i64::from(is_active(pod));
            tally.ready += i64::from(is_active(pod) && is_ready(pod));
            tally.terminating += i64::from(is_going(pod) && !has_ended(pod));
            let is_well = pod["status"]["phase"] == "Succeeded";
            if !is_tracked(pod) || !(has_ended(pod) || is_going(pod)) {
                continue;
            }
            let list = if is_well { &mut tally.newly_succeeded } else { &mut tally.newly_failed };
            list.push(uid(pod).to_owned());
        }
        let count = |list: &[String]| i64::try_from(list.len()).unwrap_or(i64::MAX);
        tally.succeeded = number(&job["status"]["succeeded"]) + count(&tally.newly_succeeded);
        tally.failed = number(&job["status"]["failed"]) + count(&tally.newly_failed);
        tally.retry_at = retry_at(pods);
        tally
    }

    /// Whether pods have ended that were not counted before.
    pub(super) fn has_news(&self) -> bool {
        !self.newly_succeeded.is_empty() || !self.newly_failed.is_empty()
    }

    /// Those that are about to be counted.
    pub(super) fn uncounted(&self) -> Value {
        let mut uncounted = json!({});
        for (field, list) in [("succeeded", &self.newly_succeeded), ("failed", &self.newly_failed)] {
            if !list.is_empty() {
                uncounted[field] = json!(list);
            }
        }
        uncounted
    }

    /// How many pods are to be active.
    pub(super) fn wanted(&self, job: &Value) -> i64 {
        match completions(job) {
            // Once one has succeeded no more are begun.
            None if self.succeeded > 0 => self.active,
            None => parallelism(job),
            Some(completions) => parallelism(job).min(completions - self.succeeded).max(0),
        }
    }
}

/// When a failed pod may be replaced, which depends on how many have failed since one succeeded.
fn retry_at(pods: &[(Key, Arc<Value>)]) -> Option<Timestamp> {
    let mut ends: Vec<(Timestamp, bool)> = pods
        .iter()
        .filter(|(_, pod)| has_ended(pod))
        .filter_map(|(_, pod)| Some((finished(pod)?, pod["status"]["phase"] == "Succeeded")))
        .collect();
    ends.sort_unstable();
    let failures = ends.iter().rev().take_while(|(_, is_well)| !is_well).count();
    let (last, _) = ends.last().filter(|_| failures > 0)?;
    let doubled = u32::try_from(failures - 1).ok().and_then(|times| 1_i32.checked_shl(times.min(16)))?;
    last.checked_add((BACKOFF * doubled).min(LONGEST)).ok()
}

/// When the last container of a pod ended.
fn finished(pod: &Value) -> Option<Timestamp> {
    let states = pod["status"]["containerStatuses"].as_array()?;
    let ends =
        states.iter().filter_map(|state| state["state"]["terminated"]["finishedAt"].as_str()?.parse().ok());
    ends.max()
}

/// How a job ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Complete,
    TooManyFailures,
    TooLate,
}

/// How a job ends with pods that are as `tally` says, if it does.
pub(super) fn verdict(job: &Value, tally: &Tally, is_late: bool) -> Option<Ending> {
    if let Some(decided) = decided(job) {
        return Some(decided);
    }
    if tally.failed > backoff_limit(job) {
        return Some(Ending::TooManyFailures);
    }
    if is_late {
        return Some(Ending::TooLate);
    }
    let is_complete = match completions(job) {
        None => tally.succeeded > 0 && tally.active == 0,
        Some(completions) => tally.succeeded >= completions,
    };
    is_complete.then_some(Ending::Complete)
}

/// What was decided before, while pods had yet to go.
fn decided(job: &Value) -> Option<Ending> {
    if conditions::is_true(job, "SuccessCriteriaMet") {
        return Some(Ending::Complete);
    }
    let list = conditions::of(&job["status"]);
    match conditions::get(&list, "FailureTarget")?["reason"].as_str() {
        Some("DeadlineExceeded") => Some(Ending::TooLate),
        _ => Some(Ending::TooManyFailures),
    }
}

impl Ending {
    pub(super) fn is_well(self) -> bool {
        self == Ending::Complete
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Ending::Complete => ("CompletionsReached", "Reached expected number of succeeded pods"),
            Ending::TooManyFailures => {
                ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
            }
            Ending::TooLate => ("DeadlineExceeded", "Job was active longer than specified deadline"),
        }
    }

    /// What says that it is decided.
    pub(super) fn target(self, now: Timestamp) -> Value {
        let kind = if self.is_well() { "SuccessCriteriaMet" } else { "FailureTarget" };
        let (reason, message) = self.words();
        job_condition(kind, reason, message, now)
    }

    /// What says that it is done.
    pub(super) fn condition(self, now: Timestamp) -> Value {
        let kind = if self.is_well() { "Complete" } else { "Failed" };
        let (reason, message) = self.words();
        job_condition(kind, reason, message, now)
    }

    pub(super) fn news(self, component: &str) -> EventText<'_> {
        let (reason, message) = self.words();
        match self {
            Ending::Complete => EventText::normal(component, "Completed", "Job completed".to_owned()),
            _ => EventText::warning(component, reason, message.to_owned()),
        }
    }
}

/// Whether a job has completed or failed.
pub(super) fn is_over(job: &Value) -> bool {
    conditions::is_true(job, "Complete") || conditions::is_true(job, "Failed")
}

/// When a job completed or failed.
pub(super) fn ended(job: &Value) -> Option<Timestamp> {
    let list = conditions::of(&job["status"]);
    let over = conditions::get(&list, "Complete").or_else(|| conditions::get(&list, "Failed"))?;
    over["lastTransitionTime"].as_str()?.parse().ok()
}
