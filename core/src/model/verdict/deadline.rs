//! Until when what moves must have arrived: a revision that is to be attempted, an attempt, a health check, a fetch.
//! Intervals, timeouts and retries bound each of them. What is still under way a minute after its bound does not move:
//! then the verdict is that nobody knows why, and the next step is a person's.
//!
//! A bound counts from the last that objects keep of it: when a revision was fetched, a specification written, a
//! dependency waited for, and when `Ready` last changed. A controller that has been down begins with what is old, so that
//! the revision alone does not tell; one that is killed in each attempt is told by its pods.

use jiff::{SignedDuration, Timestamp};

use super::durations::ago_in_words;
use super::kustomization_case::KustomizationCase;
use super::timing::{CONTROLLER_PATIENCE_SECONDS, UNKNOWN_BEGINNING_SECONDS};
use super::{Finding, Outlook, Reason, Standing, attempt_memory, next_commands};
use crate::model::objects::{Condition, Source};

/// The verdict with the end of what moves, or, past that, that it has not ended.
pub(super) fn bound(case: &KustomizationCase<'_>, mut finding: Finding) -> Finding {
    let is_awaited = matches!(finding.reason, Reason::SourceNotReady | Reason::DependencyNotReady);
    let moves = match finding.standing {
        Standing::Reconciling | Standing::Syncing => true,
        // What is a person's is told as such.
        Standing::NotDeployed => is_awaited && finding.next.is_empty(),
        _ => false,
    };
    let Outlook::MayMend { until } = finding.outlook else { return finding };
    let Some(end) = until.or_else(|| end(case, finding.reason)).filter(|_| moves) else { return finding };
    if end > case.observation.now {
        finding.outlook = Outlook::MayMend { until: Some(end) };
        return finding;
    }
    exceeded(case, finding, end)
}

/// That something has not ended, though it should have.
fn exceeded(case: &KustomizationCase<'_>, finding: Finding, end: Timestamp) -> Finding {
    let source = case.source.filter(|_| finding.reason == Reason::SourceNotReady);
    let ready = match source {
        Some(source) => source.conditions.get("Ready"),
        None => case.object.conditions.get("Ready"),
    };
    let said = ready.map(said).unwrap_or_default();
    let is_untried = finding.reason == Reason::NewRevision;
    let what = match is_untried {
        true => {
            format!("Flux has not tried it, though it was due {}", ago_in_words(end, case.observation.now))
        }
        false => format!("that should have ended by {end:.0}"),
    };
    let message = format!("{}; {what}{said}", finding.message);
    let mut exceeded =
        Finding::new(Standing::Unknown, Reason::DeadlineExceeded, message).since(finding.since);
    exceeded.remarks = finding.remarks;
    exceeded.next = match source {
        Some(source) => next_commands::overdue_fetch(source),
        None if is_untried => next_commands::untried_revision(case.object),
        None => next_commands::overdue_attempt(case.object),
    };
    exceeded
}

/// The end of a sentence: what Flux said last.
pub(super) fn said(ready: &Condition) -> String {
    format!(", and Flux last said Ready={} ({})", ready.status, ready.reason)
}

/// When it must have ended at the latest; `None` where nothing tells when it began.
fn end(case: &KustomizationCase<'_>, reason: Reason) -> Option<Timestamp> {
    let object = case.object;
    let pause = object.interval.max(object.retry);
    let (begun, seconds) = match (reason, case.source) {
        (Reason::SourceNotReady, Some(source)) => (fetch_begun(source), source.timeout),
        (Reason::NewRevision, _) => (attempt_begun(case), pause + object.timeout),
        (Reason::DependencyNotReady, _) => (attempt_begun(case), pause),
        // An attempt applies within the timeout, and checks the health within the timeout.
        _ => (attempt_begun(case), pause + object.timeout + object.timeout),
    };
    let (begun, seconds) = match begun {
        Some(begun) => (begun, seconds + CONTROLLER_PATIENCE_SECONDS),
        None => (last_known(case)?, seconds + UNKNOWN_BEGINNING_SECONDS),
    };
    begun.checked_add(SignedDuration::from_secs(seconds)).ok()
}

/// When the fetch can have begun that a source has not ended.
pub(super) fn fetch_begun(source: &Source) -> Option<Timestamp> {
    let fetching = source.conditions.at("Ready", "Unknown").and_then(|ready| ready.since);
    let is_specified_anew = source.meta.generation > source.observed_generation.max(1);
    let specified = source.meta.specified();
    if is_specified_anew && specified.is_none() {
        return None;
    }
    [source.meta.created, specified, fetching].into_iter().flatten().max()
}

/// When the attempt at the fetched revision can have begun: once that was fetched, the specification was written, and
/// what came before it had ended.
fn attempt_begun(case: &KustomizationCase<'_>) -> Option<Timestamp> {
    let object = case.object;
    let specified = object.meta.specified();
    if object.meta.generation > object.observed_generation.max(1) && specified.is_none() {
        return None;
    }
    let checked = object.conditions.get("Healthy").filter(|healthy| healthy.status != "Unknown");
    let begun = [
        case.source.and_then(|source| source.stored),
        object.meta.created,
        specified,
        object.conditions.get("Ready").and_then(|ready| ready.since),
        checked.and_then(|checked| checked.since),
        attempt_memory::last_waited_for_dependency(case.facts),
    ];
    begun.into_iter().flatten().max()
}

/// The last that is known of a kustomization and its source.
fn last_known(case: &KustomizationCase<'_>) -> Option<Timestamp> {
    let of_source = case.source.and_then(|source| {
        [source.stored, source.meta.created, source.conditions.last_transition()].into_iter().flatten().max()
    });
    let object = case.object;
    [of_source, object.meta.created, object.conditions.last_transition()].into_iter().flatten().max()
}
