//! Nothing was ever applied, and the source must be fetched first.

use super::super::kustomization_case::KustomizationCase;
use super::super::{Finding, Reason, SinceFrom, Standing};

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    if case.object.applied.is_some() {
        return None;
    }
    let source = case.source.filter(|source| source.artifact.is_none())?;
    let message = format!("{} is not fetched yet", source.title());
    Some(
        Finding::new(Standing::NotDeployed, Reason::SourceNotReady, message)
            .since(SinceFrom::Creation.at(source.meta.created)),
    )
}
