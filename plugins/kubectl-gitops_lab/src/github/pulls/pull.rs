//! What a pull request is, beside what every issue is.

use git2::Oid;
use jiff::Timestamp;

/// A pull request within a repository.
#[derive(Debug)]
pub(in crate::github) struct Pull {
    /// The branch with the changes.
    pub(super) head: String,
    /// The branch that they go to.
    pub(super) base: String,
    /// Where both stand; where they stood, once it is closed.
    pub(super) head_at: Oid,
    pub(super) base_at: Oid,
    /// Who moved the head last.
    pub(super) last_pusher: String,
    pub(in crate::github) is_draft: bool,
    pub(in crate::github) merged: Option<Merged>,
    /// What was found out about merging, and for which head and base.
    pub(super) trial: Option<TestMerge>,
    pub(super) reviews: Vec<Review>,
    pub(super) may_maintainers_modify: bool,
}

/// How it was merged.
#[derive(Clone, Debug)]
pub(in crate::github) struct Merged {
    pub(in crate::github) at: Timestamp,
    pub(super) by: String,
    pub(super) commit: Oid,
}

/// Whether it can be merged. It takes a while to find out: who asks first is told that nobody knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct TestMerge {
    pub(super) head: Oid,
    pub(super) base: Oid,
    pub(super) outcome: Mergeability,
}

/// What came of trying to merge.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mergeability {
    Unknown,
    Conflict,
    /// It can; this commit would be it.
    Clean(Oid),
}

/// What somebody thinks of it.
#[derive(Clone, Debug)]
pub(super) struct Review {
    pub(super) id: u64,
    pub(super) author: String,
    pub(super) body: String,
    /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED`, `PENDING`
    pub(super) state: &'static str,
    pub(super) commit: Oid,
    /// A pending one is not submitted.
    pub(super) at: Option<Timestamp>,
}
