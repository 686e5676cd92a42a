//! What GitHub has although Flux did not find it at its last try: a branch or a repository that came, or came back.

use super::{FollowedBranch, Upstream};
use crate::model::verdict::{EnvironmentStatus, NextCommand, Reason, Remark, ago_in_words, short};

/// That GitHub has what an environment could not fetch, and the command that has Flux fetch it now.
pub(super) fn restored_branch(
    followed: &FollowedBranch,
    upstream: &Upstream,
    environment: &EnvironmentStatus,
) -> Option<(Remark, NextCommand)> {
    let failed = environment.failed_fetch.as_ref()?;
    let source = environment.source.as_ref()?;
    // Of several kustomizations another may follow what could not be fetched.
    let is_followed = source.url == failed.url && source.branch == failed.branch;
    let head = short(upstream.head.as_deref().filter(|_| is_followed)?);
    let FollowedBranch { repository, branch, .. } = followed;
    let last_try = failed.last_try.map(|time| ago_in_words(time, environment.as_of));
    let last_try = last_try.map(|when| format!("; Flux last tried {when}")).unwrap_or_default();
    let message = match environment.reason {
        Reason::BranchNotFound => {
            format!("{repository} has branch {branch} now, at {head}{last_try}")
        }
        // Who asks may see more than the token that Flux has.
        Reason::RepositoryNotFound => {
            format!(
                "{repository} is there for this token, with branch {branch} at {head}{last_try}, with the token \
                 in its Secret"
            )
        }
        _ => return None,
    };
    Some((Remark::new(Reason::ChangedSince, message), failed.fetch_now.clone()))
}
