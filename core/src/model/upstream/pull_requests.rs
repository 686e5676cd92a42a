//! Open pull requests to an environment's branch: to merge one is to approve a deployment.

use super::github_command::view_pull_request;
use super::notice::Notice;
use super::{FollowedBranch, PipelineFacts, PullFacts, Upstream};
use crate::model::github::{Mergeable, PullRequest};
use crate::model::verdict::timing::PULL_REQUESTS_LISTED;
use crate::model::verdict::{Reason, Standing, short};
use crate::model::{counted, is_commit_hash};

/// What is to be said of the open pull requests, the newest first.
pub(super) fn notices(
    followed: &FollowedBranch,
    pipeline: Option<&PipelineFacts>,
    upstream: &Upstream,
) -> Vec<Notice> {
    let mut notices = Vec::new();
    let none = PullFacts::default();
    for (index, pull) in upstream.pulls.iter().take(PULL_REQUESTS_LISTED).enumerate() {
        let facts = upstream.pull_facts.get(index).unwrap_or(&none);
        let is_superseded = superseding(upstream, facts).is_some();
        let outdated = outdated(followed, pipeline, pull, facts).filter(|_| !is_superseded);
        let mut state = state(followed, upstream, pull, facts);
        // First it is rendered again: to look at it, and to merge it, comes after that.
        if outdated.as_ref().is_some_and(|outdated| !outdated.next.is_empty()) {
            state.next.clear();
        }
        notices.push(state);
        notices.extend(outdated);
    }
    if upstream.pulls.len() > PULL_REQUESTS_LISTED {
        let message = format!("{} more pull requests are open", upstream.pulls.len() - PULL_REQUESTS_LISTED);
        notices.push(Notice::new(Reason::PullRequestOpen, message));
    }
    notices
}

/// Where one stands: superseded by what is deployed, in conflict, or waiting.
fn state(followed: &FollowedBranch, upstream: &Upstream, pull: &PullRequest, facts: &PullFacts) -> Notice {
    let name = format!("#{} {}", pull.number, pull.title);
    let notice = if let Some(deployed) = superseding(upstream, facts) {
        let message =
            format!("{name} is older than {deployed}, which is deployed: to merge it is to go back");
        let next = view_pull_request(pull, "look at it; close it unless going back is meant");
        Notice::new(Reason::PullRequestSuperseded, message).then([next])
    } else if pull.mergeable == Mergeable::Conflicting {
        let message = format!("{name} conflicts with branch {} and cannot be merged", followed.branch);
        let next = view_pull_request(pull, "see what it conflicts with; deploying again renders it anew");
        Notice::new(Reason::PullRequestConflicts, message).at_stage(Standing::AwaitingApproval).then([next])
    } else {
        let stands = if pull.is_draft { "is a draft" } else { "waits for approval" };
        let next = view_pull_request(pull, "look at it; to merge it is to approve it");
        let notice = Notice::new(Reason::PullRequestOpen, format!("{name} {stands}")).then([next]);
        notice.at_stage(Standing::AwaitingApproval)
    };
    notice.by_pull_request(&followed.repository, pull)
}

/// What is deployed and is newer than a pull request. One that a hold names goes back on purpose.
fn superseding(upstream: &Upstream, facts: &PullFacts) -> Option<String> {
    let distance = facts.deployed.filter(|distance| distance.ahead > 0 && distance.behind == 0)?;
    let deployed = upstream.tracked()?;
    if upstream.hold.is_some() {
        return None;
    }
    let commit = deployed.commit.as_deref().map(short)?;
    let commits = counted(distance.ahead, "commit");
    Some(match &deployed.version {
        Some(version) => format!("{commit} ({version}, {commits} newer)"),
        None => format!("{commit} ({commits} newer)"),
    })
}

/// That one was rendered from a configuration that has changed since.
fn outdated(
    followed: &FollowedBranch,
    pipeline: Option<&PipelineFacts>,
    pull: &PullRequest,
    facts: &PullFacts,
) -> Option<Notice> {
    let changes = facts.configuration.as_ref().filter(|changes| changes.is_newer())?;
    let (pipeline, config) = (pipeline?, facts.config_commit.as_deref()?);
    let configs = pipeline.configs.as_ref()?;
    let files = super::configuration_age::files_in_words(changes);
    let message = format!(
        "#{} was rendered from configuration {}, and branch {} of {configs} has changed {files} since",
        pull.number,
        short(config),
        followed.branch
    );
    let next = super::configuration_age::render_again(pipeline, &followed.branch, pull, facts);
    Some(
        Notice::new(Reason::PullRequestOutdated, message)
            .by_pull_request(&followed.repository, pull)
            .then(next),
    )
}

/// Whether an open pull request is to be rendered again: that renders the newest configuration, too.
pub(super) fn renders_again(notices: &[Notice]) -> bool {
    notices
        .iter()
        .any(|notice| notice.remark.reason == Reason::PullRequestOutdated && !notice.next.is_empty())
}

/// The commit that a pull request deploys, by its branch `deploy/<commit>/<environment>`.
pub(super) fn commit_of_branch(head: &str) -> Option<&str> {
    let commit = head.strip_prefix("deploy/")?.split('/').next()?;
    is_commit_hash(commit).then_some(commit)
}
