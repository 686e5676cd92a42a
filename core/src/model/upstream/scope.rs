//! What GitHub is asked about: the branches that the environments of a picture follow, the pipelines that were named,
//! and how far beyond them.

use std::collections::BTreeSet;

use super::{FollowedBranch, followed_branches};
use crate::model::github::RepositoryName;
use crate::model::pipeline::Resolved;
use crate::model::verdict::Picture;

/// What GitHub is asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GithubScope {
    /// The host that addresses of repositories name, with its port where it has one.
    pub host: String,
    /// The branches that environments follow, as far as clusters tell.
    pub branches: Vec<FollowedBranch>,
    /// Repositories of pipelines that were named, whichever of a pipeline's they are.
    pub repositories: Vec<Resolved<RepositoryName>>,
    /// The namespaces that something delivers to on the clusters that were asked, whether they are in the picture or
    /// not: what is there is not elsewhere.
    pub at_hand: BTreeSet<String>,
    /// Whether the environments of a chain that no cluster in the picture has are asked about, too.
    pub has_chain: bool,
    /// The commit of a source or gitops repository, or the beginning of it, that is asked about.
    pub revision: Option<String>,
}

impl GithubScope {
    /// The branches that the environments of a picture follow in repositories on `host`, and no others.
    pub fn of(picture: &Picture, host: &str) -> Self {
        Self {
            host: host.to_owned(),
            branches: followed_branches(picture, host),
            at_hand: picture.followed.iter().map(|id| id.namespace.clone()).collect(),
            ..Self::default()
        }
    }

    /// With the environments of the chain that are elsewhere.
    #[must_use]
    pub fn with_chain(self) -> Self {
        Self { has_chain: true, ..self }
    }

    /// With a pipeline that was named by one of its repositories.
    #[must_use]
    pub fn with_repository(mut self, repository: Resolved<RepositoryName>) -> Self {
        self.repositories.push(repository);
        self.has_chain = true;
        self
    }

    /// With a commit whose way is asked for.
    #[must_use]
    pub fn with_revision(self, revision: Option<String>) -> Self {
        Self { revision, ..self }
    }

    /// Whether there is nothing to ask.
    pub fn is_empty(&self) -> bool {
        self.branches.is_empty() && self.repositories.is_empty()
    }
}
