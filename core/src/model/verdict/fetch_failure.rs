//! A source that cannot be fetched.
//!
//! `FetchFailed` decides: it stays throughout the retries, while `Ready` of a repository that was never
//! fetched flips at each of them. Its transition moves when the message does, so that the beginning is taken from the
//! oldest Warning since the last success where there is one.
//!
//! `StorageOperationFailed`, `IncludeUnavailable`, `BuildFailed`, `SourceVerified=False` and `Stalled` tell of what else
//! keeps a revision from arriving. External artifacts have no condition but `Ready`, and neither had any source before
//! Flux 0.25.

mod reason;
mod sentence;

use std::sync::Arc;

use jiff::Timestamp;

use super::last_try::LastTry;
use super::timing::FETCH_GRACE_SECONDS;
use super::{Reason, Since, SinceFrom};
use crate::model::cluster::KustomizationFacts;
use crate::model::objects::{Condition, Event, Source, SourceKind};
use reason::{AUTHENTICATION_FAILED, reason};
use sentence::sentence;

/// A failed fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FetchFailure {
    /// Why.
    pub reason: Reason,
    /// What went wrong, told as past and without its age.
    pub sentence: String,
    /// Since when for this reason.
    pub since: Option<Since>,
    /// Since when every fetch has failed, for whichever reasons.
    pub failing_since: Option<Timestamp>,
    /// When Flux last tried.
    pub last_try: LastTry,
    /// Whether waiting will not mend it: the secret is missing or unusable, or Flux gave up.
    pub is_final: bool,
}

impl FetchFailure {
    /// Why the source of a kustomization cannot be fetched, if that is so.
    pub(super) fn of(facts: &KustomizationFacts) -> Option<Self> {
        Self::of_source(facts.source.as_deref()?, &facts.source_events)
    }

    /// Why a source cannot be fetched, if that is so, from itself and the events about it.
    pub(super) fn of_source(source: &Source, events: &[Arc<Event>]) -> Option<Self> {
        let failed = failed_condition(source)?;
        let reason_of = |reason: &str, message: &str| self::reason(source, reason, message);
        let reason = reason_of_condition(source, failed);
        let (success, warnings) = warnings_since_success(events, source);
        let first = |alike: &dyn Fn(&Event) -> bool| {
            let begun = warnings.iter().filter(|event| event.first >= success && alike(event));
            SinceFrom::Event.at(begun.filter_map(|event| event.first).min())
        };
        let condition = SinceFrom::Condition.at(failed.since);
        let earliest = |event: Option<Since>| [condition, event].into_iter().flatten().min();
        let last_told = warnings.iter().filter_map(|event| event.last).max();
        let ready = source.conditions.at("Ready", "False").and_then(|ready| ready.since);
        Some(Self {
            reason,
            sentence: sentence(source, reason, failed),
            since: earliest(first(&|event| reason_of(&event.reason, &event.message) == reason)),
            failing_since: earliest(first(&|_| true)).map(|since| since.time),
            last_try: LastTry {
                time: failed.since.max(last_told).max(ready),
                is_exact: last_told.is_some() || source.artifact.is_none(),
            },
            is_final: failed.reason == AUTHENTICATION_FAILED || stalled(source).is_some(),
        })
    }

    /// Whether it has lasted long enough to be a failure.
    pub(super) fn is_failure(&self, now: Timestamp) -> bool {
        let lasts = |since: Timestamp| now.as_second() - since.as_second() >= FETCH_GRACE_SECONDS;
        self.is_final || self.failing_since.is_some_and(lasts)
    }

    /// The sentence as what Flux said at its last try.
    pub(super) fn message(&self, now: Timestamp) -> String {
        format!("{}: {}", self.last_try.in_words(now), self.sentence)
    }
}

/// Whether another Secret may mend what a condition says.
pub(super) fn is_about_secret(source: &Source, condition: &Condition) -> bool {
    let reason = reason_of_condition(source, condition);
    matches!(reason, Reason::GitSecretMissing | Reason::AuthenticationFailed | Reason::TokenRejected)
}

/// Why a source could not be fetched that is not at hand, from what was reported of it.
pub(super) fn reported_reason(outcome: &str, message: &str) -> Reason {
    reason(&Source::default(), outcome, message)
}

/// The condition that says that a source cannot be fetched.
pub(super) fn failed_condition(source: &Source) -> Option<&Condition> {
    let conditions = &source.conditions;
    conditions
        .at("FetchFailed", "True")
        .or(conditions.at("StorageOperationFailed", "True"))
        .or(conditions.at("IncludeUnavailable", "True"))
        .or(conditions.at(SOURCE_VERIFIED, "False"))
        .or(conditions.at("BuildFailed", "True"))
        .or(stalled(source))
        .or(unready(source))
}

/// The condition that says whether the signature of what was fetched is accepted.
const SOURCE_VERIFIED: &str = "SourceVerified";

fn reason_of_condition(source: &Source, condition: &Condition) -> Reason {
    if condition.kind == SOURCE_VERIFIED {
        return Reason::VerificationFailed;
    }
    reason(source, &condition.reason, &condition.message)
}

/// A source that says that it failed in no other condition than `Ready`.
fn unready(source: &Source) -> Option<&Condition> {
    let is_failure = |reason: &str| {
        source.kind == SourceKind::ExternalArtifact
            || reason.ends_with("Failed")
            || reason.ends_with("Error")
            || reason.contains("Invalid")
    };
    source.conditions.at("Ready", "False").filter(|ready| is_failure(&ready.reason))
}

fn stalled(source: &Source) -> Option<&Condition> {
    let stalled = source.conditions.at("Stalled", "True");
    stalled.filter(|condition| condition.observed_generation >= source.meta.generation)
}

/// What source-controller calls a success, of any kind of source.
const SUCCESSES: [&str; 6] = [
    "NewArtifact",
    "Succeeded",
    "GitOperationSucceeded",
    "ArtifactUpToDate",
    "ChartPullSucceeded",
    "ChartPackageSucceeded",
];

/// When source-controller last fetched with success, of which every one leaves an event, and what it warned of since. A
/// warning that is repeated may have been seen before that success too.
fn warnings_since_success<'a>(
    events: &'a [Arc<Event>],
    source: &Source,
) -> (Option<Timestamp>, Vec<&'a Event>) {
    let events = events.iter().map(AsRef::as_ref);
    let events: Vec<&Event> =
        events.filter(|event: &&Event| event.concerns(source.kind.name(), &source.meta)).collect();
    let is_success = |event: &&&Event| !event.warning && SUCCESSES.contains(&event.reason.as_str());
    let told = events.iter().filter(is_success).filter_map(|event| event.last).max();
    let success = told.max(source.stored);
    let warnings = events.into_iter().filter(|event| event.warning && event.last >= success);
    (success, warnings.collect())
}
