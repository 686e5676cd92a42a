//! A newer revision is fetched, or is to be fetched, and is not attempted yet.

use jiff::SignedDuration;

use super::super::kustomization_case::KustomizationCase;
use super::super::{Finding, Outlook, Reason, SinceFrom, Standing, short};

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    let source = case.object.source.title();
    if !case.is_source_current() {
        let message = format!("the change of {source} is not fetched yet{}", case.what_is_applied());
        let changed = SinceFrom::ManagedFields.at(case.source.and_then(|source| source.meta.specified()));
        return Some(Finding::new(Standing::Syncing, Reason::SourceNotReady, message).since(changed));
    }
    if case.is_attempted() || case.unnamed_attempt().is_some() {
        return None;
    }
    let Some(artifact) = case.artifact() else {
        let message = format!("{source} has nothing stored yet{}", case.what_is_applied());
        let created = SinceFrom::Creation.at(case.source.and_then(|source| source.meta.created));
        return Some(Finding::new(Standing::Syncing, Reason::SourceNotReady, message).since(created));
    };
    let since = SinceFrom::Artifact.at(case.source.and_then(|source| source.stored));
    if let Some(finding) = waiting_behind(case, artifact) {
        return Some(finding.since(since));
    }
    let message = format!("{} is fetched and not applied yet{}", short(artifact), case.still_applied(""));
    Some(Finding::new(Standing::Syncing, Reason::NewRevision, message).since(since))
}

/// A newer revision waits until the health check of the attempted one ends: Flux does not cancel it.
fn waiting_behind(case: &KustomizationCase<'_>, artifact: &str) -> Option<Finding> {
    let attempted = case.object.attempted.as_deref()?;
    let checked = if case.names_attempts() { short(attempted) } else { "another revision" };
    case.object.conditions.at("Ready", "Unknown")?;
    let checking = case.object.conditions.at("Healthy", "Unknown")?;
    let timeout = SignedDuration::from_secs(case.object.timeout);
    let end = checking.since.and_then(|since| since.checked_add(timeout).ok());
    let ends = end.map(|end| format!(", which ends by {end:.0}")).unwrap_or_default();
    let message =
        format!("{} is fetched and waits behind the health check of {checked}{ends}", short(artifact));
    let mut finding = Finding::new(Standing::Syncing, Reason::WaitingBehind, message);
    // The end of that check begins the attempt at this revision, which takes as long again at most.
    let until = end.and_then(|end| end.checked_add(timeout).ok());
    finding.outlook = Outlook::MayMend { until };
    Some(finding)
}
