//! The kustomization, or its source, is suspended. Only a person ends that.

use super::super::kustomization_case::KustomizationCase;
use super::super::{Finding, Reason, SinceFrom, Standing, next_commands, short};

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    let source = case.source.filter(|source| source.suspended);
    let (kind, reason, meta) = if case.object.suspended {
        ("Kustomization", Reason::KustomizationSuspended, &case.object.meta)
    } else {
        ("GitRepository", Reason::SourceSuspended, &source?.meta)
    };
    let written = meta.written("suspend");
    let by = written.map(|(manager, time)| format!(" since {time:.0} (by {manager})")).unwrap_or_default();
    let applied = match &case.object.applied {
        Some(applied) => format!("{} stays applied", short(applied)),
        None => "nothing was ever applied".to_owned(),
    };
    let message = format!("{kind} {} is suspended{by}; {applied}", meta.key());
    let since = written.map(|(_, time)| time);
    let mut finding =
        Finding::new(Standing::Suspended, reason, message).since(SinceFrom::ManagedFields.at(since));
    finding.next = next_commands::resume(&case.observation.facts.arc, &kind.to_lowercase(), meta);
    Some(finding)
}
