//! The commit that is waited for, and the others that count as it.

use jiff::Timestamp;

use crate::model::verdict::{commit, short};

/// A commit of the gitops repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedCommit {
    /// The commit, 40 hexadecimal digits in lower case; `None` for whatever a source has fetched last.
    pub commit: Option<String>,
    /// Later commits that deploy the same: their tracking files name the same source commit and image.
    pub equals: Vec<String>,
    /// When it was merged, where that is known: what was reported before says nothing of it.
    pub merged: Option<Timestamp>,
}

impl WantedCommit {
    /// Whatever each source has fetched last.
    pub fn newest() -> Self {
        Self::default()
    }

    /// A commit, in whatever form a revision is written.
    pub fn of(revision: &str) -> Self {
        let commit = commit(revision).unwrap_or(revision).to_ascii_lowercase();
        Self { commit: Some(commit), ..Self::default() }
    }

    /// Whether a commit deploys what is wanted.
    pub fn includes(&self, commit: &str) -> bool {
        let own = self.commit.iter().chain(&self.equals);
        own.into_iter().any(|own| own.eq_ignore_ascii_case(commit))
    }

    /// The commit in short; empty without one.
    pub fn short(&self) -> &str {
        self.commit.as_deref().map(short).unwrap_or_default()
    }
}
