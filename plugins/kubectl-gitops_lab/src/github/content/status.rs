//! What is said of commits: every word of it, and the last of each context.

use std::collections::HashMap;

use jiff::Timestamp;

/// All statuses of a repository, by commit, the oldest first.
#[derive(Debug, Default)]
pub(in crate::github) struct Statuses(pub(super) HashMap<String, Vec<Status>>);

/// A status.
#[derive(Clone, Debug)]
pub(in crate::github) struct Status {
    pub(super) id: u64,
    pub(in crate::github) context: String,
    pub(in crate::github) state: String,
    pub(super) description: Option<String>,
    pub(super) target: Option<String>,
    pub(super) creator: String,
    pub(super) at: Timestamp,
}

impl Statuses {
    pub(super) fn of(&self, commit: &str) -> &[Status] {
        self.0.get(commit).map(Vec::as_slice).unwrap_or_default()
    }

    /// The last status of each context, whatever its case.
    pub(in crate::github) fn latest(&self, commit: &str) -> Vec<&Status> {
        let mut latest: Vec<&Status> = Vec::new();
        for status in self.of(commit) {
            latest.retain(|known| !known.context.eq_ignore_ascii_case(&status.context));
            latest.push(status);
        }
        latest
    }
}
