//! The fetched revision is being built, applied, or its health awaited.

use jiff::{SignedDuration, Timestamp};

use super::super::durations::limit_in_words;
use super::super::kustomization_case::KustomizationCase;
use super::super::timing::CONTROLLER_PATIENCE_SECONDS;
use super::super::{Finding, Outlook, Reason, Since, SinceFrom, Standing, attempt_memory, short};

/// Speaks always: whatever no rule before it knows is under way.
pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    let revision = short(case.artifact().unwrap_or_default());
    if let Some(checking) = case.object.conditions.at("Healthy", "Unknown") {
        let limit = limit_in_words(case.object.timeout);
        let end = checking
            .since
            .and_then(|since| since.checked_add(SignedDuration::from_secs(case.object.timeout)).ok());
        let end = end.map(|end| format!(", until {end:.0}")).unwrap_or_default();
        let message = format!("{revision} is applied; waiting up to {limit} for its pods{end}");
        let mut finding = Finding::new(Standing::Reconciling, Reason::HealthCheck, message)
            .since(SinceFrom::Condition.at(checking.since));
        finding.outlook = Outlook::MayMend { until: end_of_check(case, checking.since) };
        return Some(finding);
    }
    if is_checked(case) {
        let message = format!("{revision} is applied and healthy, which Flux is about to record");
        return Some(Finding::new(Standing::Reconciling, Reason::HealthCheck, message).since(fetched(case)));
    }
    let message = format!("{revision} is being built and applied");
    Some(Finding::new(Standing::Reconciling, Reason::Progressing, message).since(begun(case)))
}

/// Since when this attempt can have been under way: since its revision was fetched or its specification written, since
/// the health check of the revision before ended, since what it depends on was last waited for. `Ready` says another
/// thing at each step and does not tell.
fn begun(case: &KustomizationCase<'_>) -> Option<Since> {
    let conditions = &case.object.conditions;
    let is_specified_anew = case.object.meta.generation > case.object.observed_generation;
    let specified = is_specified_anew.then(|| case.object.meta.specified()).flatten();
    let checked = conditions.get("Healthy").filter(|healthy| healthy.status != "Unknown");
    let waited = attempt_memory::last_waited_for_dependency(case.facts);
    let begun = [
        fetched(case),
        SinceFrom::ManagedFields.at(specified),
        SinceFrom::Condition.at(checked.and_then(|checked| checked.since)),
        SinceFrom::Event.at(waited),
    ];
    begun.into_iter().flatten().max()
}

/// When a health check is over at the latest, and a controller that does not end it is at a standstill.
fn end_of_check(case: &KustomizationCase<'_>, since: Option<Timestamp>) -> Option<Timestamp> {
    let longest = SignedDuration::from_secs(case.object.timeout + CONTROLLER_PATIENCE_SECONDS);
    since.and_then(|since| since.checked_add(longest).ok())
}

/// When the revision was fetched, before which nothing of the attempt can have begun.
fn fetched(case: &KustomizationCase<'_>) -> Option<Since> {
    SinceFrom::Artifact.at(case.source.and_then(|source| source.stored))
}

/// Whether the health check of this attempt has passed: status arrives in two patches, conditions first. An older
/// `Healthy=True` is that of the revision before.
fn is_checked(case: &KustomizationCase<'_>) -> bool {
    let healthy = case.object.conditions.at("Healthy", "True");
    let ready = case.object.conditions.get("Ready");
    healthy.zip(ready).is_some_and(|(healthy, ready)| ready.status == "True" || healthy.since > ready.since)
}
