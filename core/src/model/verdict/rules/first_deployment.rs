//! Nothing was ever applied, and something must come first.

use super::super::kustomization_case::KustomizationCase;
use super::super::{Finding, Reason, SinceFrom, Standing};

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    if case.object.applied.is_some() {
        return None;
    }
    if case.ready_reason("False") == "DependencyNotReady" {
        let message = format!("waits for {}", case.awaited_dependencies());
        let since = case.object.conditions.get("Ready").and_then(|ready| ready.since);
        return Some(
            Finding::new(Standing::NotDeployed, Reason::DependencyNotReady, message)
                .since(SinceFrom::Condition.at(since)),
        );
    }
    let source = case.source.filter(|source| source.artifact.is_none())?;
    let message = format!("{} is not fetched yet", source.title());
    Some(
        Finding::new(Standing::NotDeployed, Reason::SourceNotReady, message)
            .since(SinceFrom::Creation.at(source.meta.created)),
    )
}
