//! The kustomization is being deleted. This outranks all else: nothing of it will be applied again.

use super::super::kustomization_case::KustomizationCase;
use super::super::{Finding, Reason, SinceFrom, Standing, next_commands};

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    let meta = &case.object.meta;
    let deleted = meta.deleted?;
    let held = if meta.finalizers.is_empty() { "nothing".to_owned() } else { meta.finalizers.join(", ") };
    let message = format!("Kustomization {} is being deleted; held by {held}", meta.key());
    let mut finding = Finding::new(Standing::Reconciling, Reason::Deleting, message)
        .since(SinceFrom::Deletion.at(Some(deleted)));
    finding.next = next_commands::deletion(case.object);
    Some(finding)
}
