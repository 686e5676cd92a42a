//! The fetched revision is being built, applied, or its health awaited.

use jiff::{SignedDuration, Timestamp};

use super::super::kustomization_case::KustomizationCase;
use super::super::timing::CONTROLLER_PATIENCE_SECONDS;
use super::super::{Finding, Outlook, Reason, SinceFrom, Standing, short};

/// Speaks always: whatever no rule before it knows is under way.
pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    let revision = short(case.artifact().unwrap_or_default());
    let since = case.object.conditions.get("Ready").and_then(|ready| ready.since);
    if let Some(checking) = case.object.conditions.at("Healthy", "Unknown") {
        let message =
            format!("{revision} is applied and its health awaited, up to {} s", case.object.timeout);
        let mut finding = Finding::new(Standing::Reconciling, Reason::HealthCheck, message)
            .since(SinceFrom::Condition.at(checking.since));
        finding.outlook = Outlook::MayMend { until: end_of_check(case, checking.since) };
        return Some(finding);
    }
    if let Some(checked) = checked(case) {
        let message = format!("{revision} is applied and healthy, which Flux is about to record");
        return Some(
            Finding::new(Standing::Reconciling, Reason::HealthCheck, message)
                .since(SinceFrom::Condition.at(checked)),
        );
    }
    if case.ready_reason("False") == "DependencyNotReady" {
        let message = format!("{revision} waits for {}", case.awaited_dependencies());
        return Some(
            Finding::new(Standing::Reconciling, Reason::DependencyNotReady, message)
                .since(SinceFrom::Condition.at(since)),
        );
    }
    let message = format!("{revision} is being built and applied");
    Some(
        Finding::new(Standing::Reconciling, Reason::Progressing, message)
            .since(SinceFrom::Condition.at(since)),
    )
}

/// When a health check is over at the latest, and a controller that does not end it is at a standstill.
fn end_of_check(case: &KustomizationCase<'_>, since: Option<Timestamp>) -> Option<Timestamp> {
    let longest = SignedDuration::from_secs(case.object.timeout + CONTROLLER_PATIENCE_SECONDS);
    since.and_then(|since| since.checked_add(longest).ok())
}

/// Since when the health check of this attempt has passed: status arrives in two patches, conditions
/// first. An older `Healthy=True` is that of the revision before.
fn checked(case: &KustomizationCase<'_>) -> Option<Option<Timestamp>> {
    let healthy = case.object.conditions.at("Healthy", "True")?;
    let ready = case.object.conditions.get("Ready")?;
    (ready.status == "True" || healthy.since > ready.since).then_some(healthy.since)
}
