//! Flux gave up on the release until something is changed. What `Ready` says beside that is no comfort, and the version
//! that was deployed before keeps running.

use super::super::attempt_failure::with_message;
use super::super::release_case::ReleaseCase;
use super::super::{Cause, Finding, Reason, Since, SinceFrom, Standing};
use super::failed_action::{self, FailedAction};

pub(super) fn decide(case: &ReleaseCase<'_>) -> Option<Finding> {
    let (word, told, since) = stalled(case).or_else(|| exhausted(case))?;
    let cause = match word {
        "RetriesExceeded" => Some(Cause::RetriesExceeded),
        "MissingRollbackTarget" => Some(Cause::MissingRollbackTarget),
        _ => None,
    };
    let failed = FailedAction::of(case).filter(|_| cause.is_some());
    let reason = match &failed {
        Some(failed) if failed.reason == Reason::RolledBack => Reason::RolledBack,
        _ => Reason::Stalled,
    };
    let sentence = match &failed {
        Some(failed) => failed.sentence.clone(),
        None => told.to_owned(),
    };
    let headline = format!("Flux gave up ({word}) until something is changed");
    let waiting = case
        .waiting_chart()
        .map(|version| format!("; {} is fetched, and Flux has not tried it", case.chart_at(version)));
    let message =
        with_message(headline.clone(), &sentence) + &case.what_runs() + &waiting.unwrap_or_default();
    let mut finding = Finding::new(Standing::Failed, reason, message).because(cause).since(since);
    finding.headline = with_message(headline, &sentence);
    finding.next = failed_action::next(case, true);
    Some(finding)
}

/// What condition `Stalled` says: its reason, its message, and since when.
type Stall<'a> = (&'a str, &'a str, Option<Since>);

/// Flux takes `Stalled` away as soon as it tries anew. A suspension makes a generation that it never tries.
fn stalled<'a>(case: &ReleaseCase<'a>) -> Option<Stall<'a>> {
    let stalled = case.object.conditions.at("Stalled", "True")?;
    let is_current = stalled.observed_generation < 0
        || stalled.observed_generation >= case.object.meta.generation
        || case.object.suspended;
    is_current
        .then(|| (stalled.reason.as_str(), stalled.message.as_str(), SinceFrom::Condition.at(stalled.since)))
}

/// The first versions of the API have no `Stalled`: there the failures are counted.
fn exhausted<'a>(case: &ReleaseCase<'a>) -> Option<Stall<'a>> {
    let ready = case.object.conditions.at("Ready", "False")?;
    let is_failure = failed_action::REASONS.contains(&ready.reason.as_str());
    let is_exhausted = case.is_of_first_versions()
        && is_failure
        && case.is_tried()
        && case.object.last_action().1.is_exhausted();
    let since = SinceFrom::Condition.at(ready.since);
    is_exhausted.then_some(("RetriesExceeded", ready.message.as_str(), since))
}
