//! What a cluster remembers of an attempt.
//!
//! `Ready=False` lasts one retry interval only; then it is `Unknown` again for as long as the next try takes.
//! So a failure at the attempted revision is also taken from `status.history` and from Warning events that
//! name that revision, until a success. `Healthy=False` alone proves nothing: it outlives its revision. Nor does
//! `Ready=False` while an attempt is under way (`Reconciling` with reason `Progressing`): a controller that begins
//! from a stale cache believes `Ready` to be `Unknown` already and leaves the failure of the revision before.

use super::attempt_failure::{AttemptFailure, is_failure};
use super::{Since, SinceFrom};
use crate::model::cluster::KustomizationFacts;
use crate::model::objects::Event;

/// A remembered failure of the attempted revision.
pub(super) struct RememberedFailure {
    pub failure: AttemptFailure,
    pub since: Option<Since>,
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
        let failure = AttemptFailure::of(&ready.reason, &ready.message);
        return Some(RememberedFailure { failure, since: SinceFrom::Condition.at(ready.since) });
    }
    if kustomization.conditions.at("Ready", "True").is_some() {
        return None;
    }
    let entry = kustomization.remembered(attempted);
    if let Some(entry) = entry.filter(|entry| is_failure(&entry.outcome)) {
        let event = warnings(facts, attempted).rfind(|event| event.reason == entry.outcome);
        let message = event.map(|event| event.message.as_str()).unwrap_or_default();
        let failure = AttemptFailure::of(&entry.outcome, message);
        return Some(RememberedFailure { failure, since: SinceFrom::History.at(entry.last) });
    }
    let succeeded = entry.filter(|entry| entry.outcome == SUCCEEDED).map(|entry| entry.last);
    if succeeded.is_none() && kustomization.applied.as_deref() == Some(attempted) {
        return None;
    }
    let event = warnings(facts, attempted).rfind(|event| is_failure(&event.reason))?;
    let is_newer = succeeded.is_none_or(|success| event.last > success);
    is_newer.then(|| RememberedFailure {
        failure: AttemptFailure::of(&event.reason, &event.message),
        since: SinceFrom::Event.at(event.last),
    })
}

/// The newest Warning event that says that this revision's artifact could not be used: mostly, that the folder
/// is not in it. One that an attempt at the same revision outlived does not count.
pub(super) fn artifact_failed<'a>(facts: &'a KustomizationFacts, artifact: &str) -> Option<&'a Event> {
    let event = warnings(facts, artifact).rfind(|event| event.reason == "ArtifactFailed")?;
    let entry = facts.object.remembered(artifact).filter(|entry| entry.outcome == SUCCEEDED);
    entry.is_none_or(|entry| event.last > entry.last).then_some(event)
}

/// The event that tells of changes put back: at the revision that stands, Flux created or configured objects
/// again after it had already done so. (It tells of passed health checks with the same reason.)
pub(super) fn drift_corrected(facts: &KustomizationFacts) -> Option<&Event> {
    let applied = facts.object.applied.as_deref()?;
    let changed =
        |event: &Event| event.message.ends_with(" created") || event.message.ends_with(" configured");
    let mut changes = events(facts).filter(|event| {
        !event.warning
            && event.reason == "Progressing"
            && event.revision.as_deref() == Some(applied)
            && changed(event)
    });
    changes.next()?;
    changes.next_back()
}

/// The events about this very kustomization, not about an earlier one of that name; oldest first.
fn events(facts: &KustomizationFacts) -> impl DoubleEndedIterator<Item = &Event> {
    let events = facts.events.iter().map(AsRef::as_ref);
    events.filter(|event: &&Event| event.concerns("Kustomization", &facts.object.meta))
}

fn warnings<'a>(facts: &'a KustomizationFacts, revision: &str) -> impl DoubleEndedIterator<Item = &'a Event> {
    events(facts).filter(move |event| event.warning && event.revision.as_deref() == Some(revision))
}
