//! The conditions of a GitRepository, and how `Ready` sums them up.

pub(super) const FETCH_FAILED: &str = "FetchFailed";
pub(super) const OUTDATED: &str = "ArtifactOutdated";
pub(super) const IN_STORAGE: &str = "ArtifactInStorage";

/// In the order in which they matter.
pub(super) const SUMMED_UP: [&str; 5] = [FETCH_FAILED, OUTDATED, IN_STORAGE, "Stalled", "Reconciling"];

/// Those that are well when they are not there.
pub(super) const NEGATIVE: [&str; 4] = [FETCH_FAILED, OUTDATED, "Stalled", "Reconciling"];
