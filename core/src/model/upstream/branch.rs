//! What GitHub is to be asked, from what the clusters said.

use super::{GithubAnswer, GithubQuestion};
use crate::model::github::RepositoryName;
use crate::model::pipeline::EnvironmentId;
use crate::model::verdict::{EnvironmentStatus, Picture, commit};

/// The branch of a gitops repository that an environment follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowedBranch {
    /// The environment's cluster and namespace.
    pub id: EnvironmentId,
    /// The environment's name.
    pub environment: String,
    /// The gitops repository.
    pub repository: RepositoryName,
    /// The branch.
    pub branch: String,
    /// The commit of it that the cluster fetched last.
    pub fetched: Option<String>,
    /// The commit of it that the cluster applied last.
    pub applied: Option<String>,
}

/// The branches that environments follow in repositories on `host`.
pub fn followed_branches(picture: &Picture, host: &str) -> Vec<FollowedBranch> {
    picture.environments.iter().filter_map(|environment| FollowedBranch::of(environment, host)).collect()
}

impl FollowedBranch {
    fn of(environment: &EnvironmentStatus, host: &str) -> Option<Self> {
        let source = environment.source.as_ref()?;
        Some(Self {
            id: environment.id.clone(),
            environment: environment.environment.clone(),
            repository: RepositoryName::from_url(&source.url, host)?,
            branch: source.branch.clone()?,
            fetched: source.revision.as_deref().and_then(commit).map(str::to_owned),
            applied: environment.revision.as_deref().and_then(commit).map(str::to_owned),
        })
    }

    /// The question for the newest commit of the branch.
    pub fn head_question(&self) -> GithubQuestion {
        GithubQuestion::Head(self.repository.clone(), self.branch.clone())
    }

    /// The question for the open pull requests to the branch.
    pub fn pulls_question(&self) -> GithubQuestion {
        GithubQuestion::Pulls(self.repository.clone(), self.branch.clone())
    }

    /// Whether the newest commit that the cluster has is another than `head`, which GitHub answered. Where the cluster
    /// got it after that answer the branch went on, and a pull request may be merged.
    pub fn is_beyond(&self, head: Option<&GithubAnswer>) -> bool {
        let newest = self.fetched.as_ref().or(self.applied.as_ref());
        head != newest.map(|commit| GithubAnswer::Text(commit.clone())).as_ref()
    }
}
