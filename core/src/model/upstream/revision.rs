//! The commit that `--revision` asks for: which repository has it, and what of it is found.

use super::notice::is_same_commit;
use crate::model::github::RepositoryName;

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
        /// The source commit that was rendered into it, where its tracking files say.
        source_commit: Option<String>,
        /// Its version, where its tracking files say.
        version: Option<String>,
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
            Self::Gitops { source_commit, .. } => source_commit.as_deref(),
            Self::NotAnswered | Self::Unknown { .. } => None,
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
