//! What a cluster remembers of an attempt.
//!
//! `Ready=False` lasts one retry interval only; then it is `Unknown` again for as long as the next try takes.
//! So a failure at the attempted revision is also taken from `status.history` and from Warning events that
//! name that revision, until a success. `Healthy=False` alone proves nothing: it outlives its revision. Nor does
//! `Ready=False` while an attempt is under way (`Reconciling` with reason `Progressing`): a controller that begins
//! from a stale cache believes `Ready` to be `Unknown` already and leaves the failure of the revision before.

use jiff::Timestamp;

use super::attempt_failure::{AttemptFailure, Extent, is_failure};
use super::last_try::LastTry;
use super::refusal::extent_of_refusal;
use super::{Since, SinceFrom};
use crate::model::cluster::KustomizationFacts;
use crate::model::objects::Event;

/// A remembered failure of the attempted revision.
pub(super) struct RememberedFailure {
    pub failure: AttemptFailure,
    /// How much of the revision was applied all the same, as the end of a sentence; empty where nothing says.
    pub extent: &'static str,
    /// When it failed first, as far as anything remembers.
    pub since: Option<Since>,
    /// When it failed last.
    pub last_try: LastTry,
}

impl RememberedFailure {
    fn of(facts: &KustomizationFacts, outcome: &str, message: &str, told: Option<Since>) -> Self {
        let failure = AttemptFailure::of(&facts.object, outcome, message);
        Self {
            extent: extent(facts, failure.extent, told),
            failure,
            since: first_failure(facts, outcome, told),
            last_try: LastTry::at(told.map(|told| told.time)),
        }
    }
}

/// How much of the attempted revision was applied by all its attempts. A retry does not tell again what the first attempt
/// applied: that nothing was is said only where the first one tells, which comes before the first retry.
fn extent(facts: &KustomizationFacts, newest: Extent, told: Option<Since>) -> &'static str {
    let object = &facts.object;
    let Some(attempted) = object.attempted.as_deref() else { return "" };
    if object.applied.as_deref() == Some(attempted) {
        let is_whole = facts.delivered.missing.is_empty();
        return if is_whole {
            "; it was applied before, and stays applied"
        } else {
            "; it was applied before"
        };
    }
    let events = || warnings(facts, attempted);
    let extents = || events().map(|event| extent_of_refusal(&event.message)).chain([newest]);
    if extents().any(|extent| extent == Extent::Part) {
        return "; other objects of it were applied";
    }
    let stored = facts.source.as_ref().and_then(|source| source.stored);
    let begun = stored.max(object.meta.created);
    let is_specified_anew = object.meta.specified() > begun;
    let first = events().filter_map(|event| event.first).chain(told.map(|told| told.time)).min();
    let is_first =
        begun.zip(first).is_some_and(|(begun, first)| first.as_second() - begun.as_second() < object.retry);
    let has_changed_nothing = extents().all(|extent| extent == Extent::ChangedNothing);
    if has_changed_nothing && is_first && !is_specified_anew { "; nothing of it was applied" } else { "" }
}

/// When the attempted revision first failed in this way, not later than something tells of: a retry changes neither. The
/// history keeps contents, which may have failed in an older revision already, and a success comes before what fails
/// now.
fn first_failure(facts: &KustomizationFacts, outcome: &str, told: Option<Since>) -> Option<Since> {
    let attempted = facts.object.attempted.as_deref()?;
    let entries = facts.object.history.iter().filter(|entry| entry.revision == attempted);
    let (succeeded, failed): (Vec<_>, Vec<_>) = entries
        .filter(|entry| matches!(entry.outcome.as_str(), SUCCEEDED) || entry.outcome == outcome)
        .partition(|entry| entry.outcome == SUCCEEDED);
    let of_history = failed.iter().filter_map(|entry| SinceFrom::History.at(entry.first));
    let of_events = warnings(facts, attempted).filter(|event| event.reason == outcome);
    let of_events = of_events.filter_map(|event| SinceFrom::Event.at(event.first));
    let first = of_history.chain(of_events).chain(told).min();
    let success = SinceFrom::History.at(succeeded.iter().filter_map(|entry| entry.last).max());
    let stored = SinceFrom::Artifact.at(facts.source.as_ref().and_then(|source| source.stored));
    first.map(|first| Some(first).max(success).max(stored).unwrap_or(first))
}

const SUCCEEDED: &str = "ReconciliationSucceeded";

/// How the attempted revision failed, if it did and has not succeeded since.
pub(super) fn failure(facts: &KustomizationFacts) -> Option<RememberedFailure> {
    let kustomization = &facts.object;
    let attempted = kustomization.attempted.as_deref()?;
    let is_trying = kustomization
        .conditions
        .at("Reconciling", "True")
        .is_some_and(|trying| trying.reason == "Progressing");
    let failed = kustomization.conditions.at("Ready", "False").filter(|ready| is_failure(&ready.reason));
    if let Some(ready) = failed.filter(|_| !is_trying) {
        let told = SinceFrom::Condition.at(ready.since);
        return Some(RememberedFailure::of(facts, &ready.reason, &ready.message, told));
    }
    if kustomization.conditions.at("Ready", "True").is_some() {
        return None;
    }
    let entry = kustomization.remembered(attempted);
    if let Some(entry) = entry.filter(|entry| is_failure(&entry.outcome)) {
        let event = warnings(facts, attempted).rfind(|event| event.reason == entry.outcome);
        let message = event.map(|event| event.message.as_str()).unwrap_or_default();
        let told = SinceFrom::History.at(entry.last);
        return Some(RememberedFailure::of(facts, &entry.outcome, message, told));
    }
    let succeeded = entry.filter(|entry| entry.outcome == SUCCEEDED).map(|entry| entry.last);
    if succeeded.is_none() && kustomization.applied.as_deref() == Some(attempted) {
        return None;
    }
    let event = warnings(facts, attempted).rfind(|event| is_failure(&event.reason))?;
    let is_newer = succeeded.is_none_or(|success| event.last > success);
    let told = SinceFrom::Event.at(event.last);
    is_newer.then(|| RememberedFailure::of(facts, &event.reason, &event.message, told))
}

/// The newest Warning event that says that this revision's artifact could not be used: mostly, that the folder
/// is not in it. One that an attempt at the same revision outlived does not count.
pub(super) fn artifact_failed<'a>(facts: &'a KustomizationFacts, artifact: &str) -> Option<&'a Event> {
    let event = warnings(facts, artifact).rfind(|event| event.reason == "ArtifactFailed")?;
    let entry = facts.object.remembered(artifact).filter(|entry| entry.outcome == SUCCEEDED);
    entry.is_none_or(|entry| event.last > entry.last).then_some(event)
}

/// When a kustomization last waited for what it depends on.
pub(super) fn last_waited_for_dependency(facts: &KustomizationFacts) -> Option<Timestamp> {
    events(facts).rfind(|event| event.reason == "DependencyNotReady")?.last
}

/// The events about this very kustomization, not about an earlier one of that name; oldest first.
pub(super) fn events(facts: &KustomizationFacts) -> impl DoubleEndedIterator<Item = &Event> {
    let events = facts.events.iter().map(AsRef::as_ref);
    events.filter(|event: &&Event| event.concerns("Kustomization", &facts.object.meta))
}

fn warnings<'a>(facts: &'a KustomizationFacts, revision: &str) -> impl DoubleEndedIterator<Item = &'a Event> {
    events(facts).filter(move |event| event.warning && event.revision.as_deref() == Some(revision))
}
