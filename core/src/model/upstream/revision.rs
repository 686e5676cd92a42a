//! The commit that `--revision` asks for: which repository has it, and what of it is found.

use super::Tracking;
use crate::model::github::RepositoryName;
use crate::model::is_same_commit;

/// A commit that was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FoundRevision {
    /// Nobody could say yet: a question about it has no answer.
    #[default]
    NotAnswered,
    /// It is a commit of a source repository.
    Source {
        /// The repository.
        repository: RepositoryName,
        /// The whole hash.
        commit: String,
    },
    /// It is a commit of a gitops repository.
    Gitops {
        /// The repository.
        repository: RepositoryName,
        /// The whole hash.
        commit: String,
        /// What was rendered into it, where its tracking files say.
        tracking: Tracking,
    },
    /// None of these repositories has it.
    Unknown {
        /// Where it was looked for.
        repositories: Vec<RepositoryName>,
    },
}

impl FoundRevision {
    /// The source commit that is followed on its way.
    pub(super) fn source_commit(&self) -> Option<&str> {
        match self {
            Self::Source { commit, .. } => Some(commit),
            Self::Gitops { tracking, .. } => tracking.commit.as_deref(),
            Self::NotAnswered | Self::Unknown { .. } => None,
        }
    }

    /// Whether what was rendered is the same: from the same source commit and, of a commit of the gitops repository, of the
    /// same version and image.
    pub(super) fn is_same_version(&self, tracked: &Tracking) -> bool {
        let is_same = |own: &Option<String>, tracked: &Option<String>| {
            own.is_none() || tracked.is_none() || own == tracked
        };
        let is_same_source = match (self.source_commit(), tracked.commit.as_deref()) {
            (Some(commit), Some(tracked)) => is_same_commit(commit, tracked),
            _ => false,
        };
        is_same_source
            && match self {
                Self::Gitops { tracking, .. } => {
                    is_same(&tracking.version, &tracked.version)
                        && is_same(&tracking.image_tag, &tracked.image_tag)
                }
                _ => true,
            }
    }

    /// Whether it is a commit of the gitops repository, this one.
    pub(super) fn is_gitops_commit(&self, commit: Option<&str>) -> bool {
        match (self, commit) {
            (Self::Gitops { commit: own, .. }, Some(commit)) => is_same_commit(own, commit),
            _ => false,
        }
    }
}
