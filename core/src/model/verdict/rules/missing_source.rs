//! The source that the kustomization names is not there.

use super::super::kustomization_case::KustomizationCase;
use super::super::timing::CREATION_GRACE_SECONDS;
use super::super::{Finding, Outlook, Reason, Standing, next_commands};

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    if case.source.is_some() {
        return None;
    }
    let standing = if case.object.applied.is_some() { Standing::Failed } else { Standing::NotDeployed };
    let message = format!("GitRepository {} is not there{}", case.object.source.key(), case.stays_applied());
    let mut finding = Finding::new(standing, Reason::SourceMissing, message);
    // Both may be being made.
    finding.outlook = Outlook::within(case.object.meta.created, CREATION_GRACE_SECONDS, case.observation.now);
    let (arc, meta) = (&case.observation.facts.arc, &case.object.meta);
    finding.next = next_commands::recreate(arc, Some(meta), "gitrepositories");
    Some(finding)
}
