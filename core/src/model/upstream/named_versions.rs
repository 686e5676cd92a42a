//! Versions beside the commits that a message names: people know what they deployed by its version.

use super::{FollowedBranch, Tracking, Upstream};
use crate::model::verdict::{EnvironmentStatus, short};

/// Puts its version behind the first mention of the applied commit, and of the newest one, in an environment's message.
pub(super) fn name_versions(
    followed: &FollowedBranch,
    upstream: &Upstream,
    environment: &mut EnvironmentStatus,
) {
    let commits = [(&followed.applied, &upstream.running), (&upstream.head, &upstream.newest)];
    for (commit, tracking) in commits {
        let version = tracking.as_ref().and_then(|tracking: &Tracking| tracking.version.as_deref());
        if let (Some(commit), Some(version)) = (commit, version) {
            let commit = short(commit);
            environment.message = environment.message.replacen(commit, &format!("{commit} ({version})"), 1);
        }
    }
}
