//! GitHub's part of an environment as it is written: the shape is API.

use serde::Serialize;

use super::{Distance, FollowedBranch, Link, Tracking, Upstream};
use crate::model::github::{CommitStatus, PullRequest};

/// What GitHub says of an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpstreamView {
    /// The gitops repository.
    pub repository: String,
    /// The branch that is followed.
    pub branch: String,
    /// Its newest commit.
    pub head: Option<String>,
    /// What the applied commit was rendered from.
    pub running: Option<Tracking>,
    /// What the newest commit was rendered from, where that is another.
    pub newest: Option<Tracking>,
    /// From the applied commit to the newest.
    pub distance: Option<Distance>,
    /// The open pull requests to the branch.
    pub pull_requests: Vec<PullView>,
    /// The source repository.
    pub source: Option<String>,
    /// The newest status of each context of the deployed source commit.
    pub statuses: Vec<StatusView>,
    /// The environment after this one, where that is in the picture too.
    pub next: Option<Link>,
}

/// An open pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PullView {
    /// Its number.
    number: u64,
    /// Its title.
    title: String,
    /// Its page.
    url: String,
    /// The login of whoever opened it.
    author: String,
    /// Whether it is marked as not ready.
    is_draft: bool,
    /// The names of its labels.
    labels: Vec<String>,
}

/// A status of a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusView {
    /// What it is about.
    context: String,
    /// Its state, in GitHub's word: `error`, `failure`, `pending` or `success`.
    state: &'static str,
    /// What it says, in words.
    description: String,
    /// Where more is to be read.
    url: Option<String>,
}

impl UpstreamView {
    pub(super) fn of(followed: &FollowedBranch, upstream: &Upstream) -> Self {
        Self {
            repository: followed.repository.to_string(),
            branch: followed.branch.clone(),
            head: upstream.head.clone(),
            running: upstream.running.clone(),
            newest: upstream.newest.clone(),
            distance: upstream.distance,
            pull_requests: upstream.pulls.iter().map(PullView::of).collect(),
            source: upstream.source.as_ref().map(ToString::to_string),
            statuses: upstream.statuses.iter().map(StatusView::of).collect(),
            next: upstream.next.clone(),
        }
    }
}

impl PullView {
    /// Its number.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Its page, as GitHub tells it.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn of(pull: &PullRequest) -> Self {
        Self {
            number: pull.number,
            title: pull.title.clone(),
            url: pull.url.clone(),
            author: pull.author.clone(),
            is_draft: pull.is_draft,
            labels: pull.labels.clone(),
        }
    }
}

impl StatusView {
    fn of(status: &CommitStatus) -> Self {
        Self {
            context: status.context.clone(),
            state: status.state.as_str(),
            description: status.description.clone(),
            url: status.url.clone(),
        }
    }
}
