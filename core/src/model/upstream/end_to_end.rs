//! The verdict of the end-to-end test on what is deployed. It counts only for the gitops commit that it names.

use super::FollowedBranch;
use crate::model::contract::e2e_status;
use crate::model::github::{CommitStatus, StatusState};
use crate::model::pipeline::Tested;
use crate::model::{is_commit_hash, is_same_commit};

/// The worst verdict among those on the applied commit: of the environment, and of each cluster of it.
pub(super) fn tested(followed: &FollowedBranch, statuses: &[CommitStatus]) -> Option<Tested> {
    let own = statuses.iter().filter(|status| counts(followed, status));
    let worst = own.min_by_key(|status| severity(status.state))?;
    Some(Tested {
        state: worst.state,
        description: worst.description.clone(),
        as_of: worst.created,
        url: worst.url.clone().filter(|url| url.starts_with("https://")),
    })
}

/// Whether a status is an end-to-end verdict on what is applied here.
pub(super) fn counts(followed: &FollowedBranch, status: &CommitStatus) -> bool {
    let context = e2e_status(&followed.environment).to_lowercase();
    let own = status.context.to_lowercase();
    let of_cluster = own.strip_prefix(&context).is_some_and(|rest| rest.starts_with('/'));
    (own == context || of_cluster) && names_applied(followed, &status.description)
}

/// Whether a description names the applied commit, or none.
fn names_applied(followed: &FollowedBranch, description: &str) -> bool {
    // A word of letters alone is a word.
    let is_commit = |word: &&str| is_commit_hash(word) && word.bytes().any(|byte| byte.is_ascii_digit());
    let mut commits = description.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_commit).peekable();
    let Some(applied) = followed.applied.as_deref() else { return true };
    commits.peek().is_none() || commits.any(|commit| is_same_commit(commit, applied))
}

fn severity(state: StatusState) -> u8 {
    match state {
        StatusState::Failure => 0,
        StatusState::Error => 1,
        StatusState::Pending => 2,
        StatusState::Success => 3,
    }
}
