//! What holds of every beginning: it lies neither before the kustomization was made nor in the future.

use super::kustomization_case::KustomizationCase;
use super::{Finding, Since, SinceFrom};

/// Keeps the beginning of a verdict within its bounds.
pub(super) fn limit(case: &KustomizationCase<'_>, finding: &mut Finding) {
    let created = SinceFrom::Creation.at(case.object.meta.created);
    finding.since = finding.since.map(|since| {
        let since = Some(since).max(created).unwrap_or(since);
        // Clocks of nodes differ, and the server's whole seconds may be ahead of its own time.
        Since { time: since.time.min(case.observation.now), ..since }
    });
}
