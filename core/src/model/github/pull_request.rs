//! Pull requests, reviews and the statuses of commits.

use jiff::Timestamp;
use serde_json::Value;

use super::fields::{flag, items, line, number, optional_line, raw_text, timestamp};

/// The state of a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullState {
    /// It can be merged or closed.
    Open,
    /// It was merged.
    Merged,
    /// It was closed without a merge.
    Closed,
}

/// Whether a pull request can be merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mergeable {
    /// GitHub has not computed it yet.
    Unknown,
    /// It can be merged.
    Yes,
    /// It conflicts with its base.
    Conflicting,
}

/// A pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its text, as it was written.
    pub body: String,
    /// Its state.
    pub state: PullState,
    /// Whether it is marked as not ready.
    pub is_draft: bool,
    /// The branch with the changes.
    pub head: String,
    /// The newest commit of that branch.
    pub head_commit: String,
    /// The branch it goes to.
    pub base: String,
    /// The commit that the merge made.
    pub merge_commit: Option<String>,
    /// Whether it can be merged; lists do not say.
    pub mergeable: Mergeable,
    /// Its labels.
    pub labels: Vec<String>,
    /// The login of whoever opened it.
    pub author: String,
    /// Its page.
    pub url: String,
    /// When it was opened.
    pub created: Option<Timestamp>,
    /// When it was merged.
    pub merged: Option<Timestamp>,
}

impl PullRequest {
    /// Reads the document of a pull request.
    pub fn from_json(value: &Value) -> Self {
        let merged = timestamp(value, "/merged_at");
        let state = match line(value, "/state").as_str() {
            _ if merged.is_some() => PullState::Merged,
            "closed" => PullState::Closed,
            _ => PullState::Open,
        };
        let mergeable = match value["mergeable"].as_bool() {
            None => Mergeable::Unknown,
            Some(true) => Mergeable::Yes,
            Some(false) => Mergeable::Conflicting,
        };
        Self {
            number: number(value, "/number"),
            title: line(value, "/title"),
            body: raw_text(value, "/body"),
            state,
            is_draft: flag(value, "/draft"),
            head: line(value, "/head/ref"),
            head_commit: line(value, "/head/sha"),
            base: line(value, "/base/ref"),
            merge_commit: optional_line(value, "/merge_commit_sha").filter(|_| state == PullState::Merged),
            mergeable,
            labels: items(value, "/labels").map(|label| line(label, "/name")).collect(),
            author: line(value, "/user/login"),
            url: line(value, "/html_url"),
            created: timestamp(value, "/created_at"),
            merged,
        }
    }
}

/// A review of a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Who reviewed.
    pub author: String,
    /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED`, `PENDING`.
    pub state: String,
    /// The commit that was looked at.
    pub commit: String,
}

impl Review {
    /// Reads the document of a review.
    pub fn from_json(value: &Value) -> Self {
        Self {
            author: line(value, "/user/login"),
            state: line(value, "/state"),
            commit: line(value, "/commit_id"),
        }
    }
}

/// How a pull request is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeMethod {
    /// A merge commit.
    Merge,
    /// One commit.
    Squash,
    /// Its commits, one after another.
    Rebase,
}

impl MergeMethod {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            MergeMethod::Merge => "merge",
            MergeMethod::Squash => "squash",
            MergeMethod::Rebase => "rebase",
        }
    }
}

/// The state of a commit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StatusState {
    /// Not yet known.
    Pending,
    /// It succeeded.
    Success,
    /// It failed.
    Failure,
    /// It could not be determined.
    Error,
}

impl StatusState {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            StatusState::Pending => "pending",
            StatusState::Success => "success",
            StatusState::Failure => "failure",
            StatusState::Error => "error",
        }
    }
}

/// A status of a commit, set by a workflow or a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitStatus {
    /// What it is about. Compared without case.
    pub context: String,
    /// Its state.
    pub state: StatusState,
    /// In words; 140 characters at most.
    pub description: String,
    /// Where more is to be read.
    pub url: Option<String>,
    /// When it was set.
    pub created: Option<Timestamp>,
}

impl CommitStatus {
    /// Reads the document of a status.
    pub fn from_json(value: &Value) -> Self {
        let state = match line(value, "/state").as_str() {
            "success" => StatusState::Success,
            "failure" => StatusState::Failure,
            "error" => StatusState::Error,
            _ => StatusState::Pending,
        };
        Self {
            context: line(value, "/context"),
            state,
            description: line(value, "/description"),
            url: optional_line(value, "/target_url"),
            created: timestamp(value, "/created_at"),
        }
    }

    /// The newest status of each context, of a list that has the newest first.
    pub fn newest(all: &[Self]) -> Vec<&Self> {
        let mut newest: Vec<&Self> = Vec::new();
        for status in all {
            if !newest.iter().any(|known| known.context.eq_ignore_ascii_case(&status.context)) {
                newest.push(status);
            }
        }
        newest
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_closed_pull_request_may_have_been_merged() {
        let read = |value| PullRequest::from_json(&value);
        let merged =
            read(json!({"state": "closed", "merged_at": "2026-01-01T00:00:00Z", "merge_commit_sha": "a"}));
        assert_eq!((merged.state, merged.merge_commit.as_deref()), (PullState::Merged, Some("a")));
        // An open one names a trial merge there, which is no commit of any branch.
        let open =
            read(json!({"state": "open", "merged_at": null, "merge_commit_sha": "b", "mergeable": null}));
        assert_eq!(
            (open.state, open.merge_commit, open.mergeable),
            (PullState::Open, None, Mergeable::Unknown)
        );
        assert_eq!(read(json!({"state": "closed"})).state, PullState::Closed);
    }

    #[test]
    fn the_newest_status_of_a_context_counts_whatever_its_case() {
        let status = |context: &str, state: &str| {
            CommitStatus::from_json(&json!({"context": context, "state": state}))
        };
        let all = [status("Dev", "success"), status("dev", "pending"), status("qa", "error")];
        let newest = CommitStatus::newest(&all);
        assert_eq!(newest.len(), 2);
        assert_eq!((newest[0].state, newest[1].state), (StatusState::Success, StatusState::Error));
    }
}
