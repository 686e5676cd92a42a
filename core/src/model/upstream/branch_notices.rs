//! What the branch that an environment follows, and the statuses of what it deploys, tell that is wrong.

use super::github_command::GithubPlace;
use super::notice::Notice;
use super::{FollowedBranch, Upstream, end_to_end};
use crate::model::github::{CommitStatus, StatusState};
use crate::model::verdict::{EnvironmentStatus, Reason, short};
use crate::model::{contract, counted};

/// What is to be said of a branch that is there.
pub(super) fn notices(
    host: &str,
    followed: &FollowedBranch,
    upstream: &Upstream,
    environment: &EnvironmentStatus,
) -> Vec<Notice> {
    if upstream.is_branch_missing {
        return Vec::new();
    }
    let place = GithubPlace::new(host, &followed.repository);
    let rewritten = rewritten(place, followed, upstream);
    let untracked = untracked(place, followed, upstream, environment);
    let failed = failed_statuses(host, followed, upstream);
    rewritten.into_iter().chain(untracked).chain(failed).collect()
}

/// What is applied and is no longer what the branch holds, whatever else the cluster does with the branch.
fn rewritten(place: GithubPlace<'_>, followed: &FollowedBranch, upstream: &Upstream) -> Option<Notice> {
    let (branch, lost) = (&followed.branch, lost_commits(followed, upstream)?);
    let message = format!("branch {branch} no longer has {lost}: its history was rewritten");
    let holds = place.list_commits(branch, "see what it holds now, and by whom");
    Some(Notice::new(Reason::HistoryRewritten, message).then([holds]))
}

/// The applied commit, or those that led to it, where the branch does not have them any more.
pub(super) fn lost_commits(followed: &FollowedBranch, upstream: &Upstream) -> Option<String> {
    let applied = followed.applied.as_deref().map(short)?;
    let behind = upstream.distance.map(|distance| distance.behind).filter(|behind| *behind > 0);
    match behind {
        Some(behind) => Some(format!("{} that led to {applied}", counted(behind, "commit"))),
        None => upstream.is_applied_gone.then(|| applied.to_owned()),
    }
}

/// A branch that something else than this flow committed to.
fn untracked(
    place: GithubPlace<'_>,
    followed: &FollowedBranch,
    upstream: &Upstream,
    environment: &EnvironmentStatus,
) -> Option<Notice> {
    // Where nothing was merged yet the cluster's own word says so.
    let is_unmerged = followed.applied.is_none() && environment.reason == Reason::PathMissing;
    let deployed = upstream.running.as_ref().or(upstream.newest.as_ref());
    if is_unmerged || !deployed?.is_missing() {
        return None;
    }
    let (branch, repository) = (&followed.branch, &followed.repository);
    let message =
        format!("branch {branch} of {repository} has no tracking files: no deployment of this flow made it");
    let holds = place.list_commits(branch, "see what was committed, and by whom");
    Some(Notice::new(Reason::TrackingMissing, message).then([holds]))
}

/// The flow's own statuses of the deployed commit that say that something went wrong.
fn failed_statuses(host: &str, followed: &FollowedBranch, upstream: &Upstream) -> Vec<Notice> {
    let own = contract::deployment_status(&followed.environment);
    let is_own = |status: &CommitStatus| {
        own.eq_ignore_ascii_case(&status.context) || end_to_end::counts(followed, status)
    };
    let is_failed = |status: &CommitStatus| matches!(status.state, StatusState::Failure | StatusState::Error);
    let deployed = upstream.tracked().and_then(|tracking| tracking.commit.as_deref());
    let failed = upstream.statuses.iter().filter(|status| is_own(status) && is_failed(status));
    let notice = |status: &CommitStatus| {
        let (context, state) = (&status.context, status.state.as_str());
        let message = format!("status {context} is {state}: {}", status.description);
        let notice = Notice::new(Reason::StatusFailed, message).on_page(status.url.as_deref());
        let Some((source, commit)) = upstream.source.as_ref().zip(deployed) else { return notice };
        let place = GithubPlace::new(host, source);
        let cause = match status.url.as_deref().and_then(|page| place.run_of_page(page)) {
            Some(run) => place.view_failed_run(run),
            None => place.list_statuses(commit),
        };
        let says = format!("{state}: {}", status.description);
        notice.by("CommitStatus", source, context, says, status.created).then([cause])
    };
    failed.map(notice).collect()
}
