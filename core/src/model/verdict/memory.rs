//! What a cluster remembers of an attempt.
//!
//! `Ready=False` lasts one retry interval only; then it is `Unknown` again for as long as the next try takes.
//! So a failure at the attempted revision is also taken from `status.history` and from Warning events that
//! name that revision, until a success. `Healthy=False` alone proves nothing: it outlives its revision. Nor does
//! `Ready=False` while an attempt is under way (`Reconciling` with reason `Progressing`): a controller that begins
//! from a stale cache believes `Ready` to be `Unknown` already and leaves the failure of the revision before.

use jiff::Timestamp;

use super::apply::{AttemptFailure, is_failure};
use crate::model::cluster::Facts;
use crate::model::objects::{Event, Kustomization};

/// A remembered failure of the attempted revision.
pub(super) struct Remembered {
    pub failure: AttemptFailure,
    pub since: Option<Timestamp>,
}

const SUCCEEDED: &str = "ReconciliationSucceeded";

/// How the attempted revision failed, if it did and has not succeeded since.
pub(super) fn failure(facts: &Facts, one: &Kustomization) -> Option<Remembered> {
    let attempted = one.attempted.as_deref()?;
    let is_trying =
        one.conditions.at("Reconciling", "True").is_some_and(|trying| trying.reason == "Progressing");
    let failed = one.conditions.at("Ready", "False").filter(|ready| is_failure(&ready.reason));
    if let Some(ready) = failed.filter(|_| !is_trying) {
        let failure = AttemptFailure::of(&ready.reason, &ready.message);
        return Some(Remembered { failure, since: ready.since });
    }
    if one.conditions.at("Ready", "True").is_some() {
        return None;
    }
    let entry = one.remembered(attempted);
    if let Some(entry) = entry.filter(|entry| is_failure(&entry.outcome)) {
        let told = event(facts, one, attempted, &entry.outcome).map(|event| event.message.clone());
        let failure = AttemptFailure::of(&entry.outcome, &told.unwrap_or_default());
        return Some(Remembered { failure, since: entry.last });
    }
    let succeeded = entry.filter(|entry| entry.outcome == SUCCEEDED).map(|entry| entry.last);
    if succeeded.is_none() && one.applied.as_deref() == Some(attempted) {
        return None;
    }
    let event = warnings(facts, one, attempted).rfind(|event| is_failure(&event.reason))?;
    let is_newer = succeeded.is_none_or(|success| event.last > success);
    is_newer
        .then(|| Remembered { failure: AttemptFailure::of(&event.reason, &event.message), since: event.last })
}

/// The newest Warning event that says that this revision's artifact could not be used: mostly, that the folder
/// is not in it. One that an attempt at the same revision outlived does not count.
pub(super) fn artifact_failed<'a>(
    facts: &'a Facts,
    one: &Kustomization,
    artifact: &str,
) -> Option<&'a Event> {
    let event = warnings(facts, one, artifact).rfind(|event| event.reason == "ArtifactFailed")?;
    let entry = one.remembered(artifact).filter(|entry| entry.outcome == SUCCEEDED);
    entry.is_none_or(|entry| event.last > entry.last).then_some(event)
}

/// The event that tells of changes put back: at the revision that stands, Flux created or configured objects
/// again after it had already done so. (It tells of passed health checks with the same reason.)
pub(super) fn drift_corrected<'a>(facts: &'a Facts, one: &Kustomization) -> Option<&'a Event> {
    let applied = one.applied.as_deref()?;
    let changed =
        |event: &Event| event.message.ends_with(" created") || event.message.ends_with(" configured");
    let mut changes = facts.events.iter().filter(|event| {
        !event.warning
            && event.reason == "Progressing"
            && event.revision.as_deref() == Some(applied)
            && event.concerns("Kustomization", &one.meta)
            && changed(event)
    });
    changes.next()?;
    changes.next_back()
}

fn warnings<'a>(
    facts: &'a Facts,
    one: &Kustomization,
    revision: &str,
) -> impl DoubleEndedIterator<Item = &'a Event> {
    facts.events.iter().filter(move |event| {
        event.warning
            && event.revision.as_deref() == Some(revision)
            && event.concerns("Kustomization", &one.meta)
    })
}

fn event<'a>(facts: &'a Facts, one: &Kustomization, revision: &str, outcome: &str) -> Option<&'a Event> {
    warnings(facts, one, revision).rfind(|event| event.reason == outcome)
}
