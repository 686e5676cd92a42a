//! The kustomization, or its source, is suspended. Only a person ends that.

use super::super::kustomization_case::KustomizationCase;
use super::super::{Finding, Reason, Remark, SinceFrom, Standing, next_commands, short};
use super::{missing_source, unfollowed_source, unusable_artifact};

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    let source = case.source.filter(|source| source.suspended);
    let (kind, reason, meta) = if case.object.suspended {
        ("Kustomization", Reason::KustomizationSuspended, &case.object.meta)
    } else {
        (source?.kind.name(), Reason::SourceSuspended, &source?.meta)
    };
    let written = meta.written("suspend");
    let by = written.map(|(manager, time)| format!(" since {time:.0} (by {manager})")).unwrap_or_default();
    let message =
        format!("{kind} {} is suspended{by}{}{}", meta.key(), case.what_is_applied(), waiting(case));
    let since = written.map(|(_, time)| time);
    let mut finding =
        Finding::new(Standing::Suspended, reason, message).since(SinceFrom::ManagedFields.at(since));
    finding.next = next_commands::resume(&case.observation.facts.arc, &kind.to_lowercase(), meta);
    finding.remarks.extend(failure_before(case));
    Some(finding)
}

/// What keeps the artifact from being used, which is still so when it is resumed. A failed attempt is told beside every
/// suspension.
fn failure_before(case: &KustomizationCase<'_>) -> Option<Remark> {
    let failed = unusable_artifact::decide(case)
        .or_else(|| unfollowed_source::decide(case))
        .or_else(|| missing_source::decide(case))?;
    Some(Remark { reason: failed.reason, cause: failed.cause, message: failed.message, url: None })
}

/// The end of a sentence: what was fetched and is kept from being applied.
fn waiting(case: &KustomizationCase<'_>) -> String {
    let artifact = case.artifact().filter(|artifact| Some(*artifact) != case.object.applied.as_deref());
    artifact.map(|artifact| format!("; {} is fetched and not applied", short(artifact))).unwrap_or_default()
}
