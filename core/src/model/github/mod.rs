//! Nouns of GitHub: small tolerant readings of what its API answers. What is not read is not kept.

mod actions;
mod name;
mod pull;
mod repository;
mod tree;

pub use actions::{Job, Run, RunState, Workflow};
pub use name::{NameError, RepositoryName};
pub use pull::{CommitStatus, MergeMethod, Mergeable, PullRequest, PullState, Review, StatusState};
pub use repository::{Account, Branch, Environment, Label, Repository, Scopes};
pub use tree::{Change, Commit, Comparison, Entry, Tree};

use jiff::Timestamp;
use serde_json::Value;

use super::harmless;

/// A line of an answer, made safe to show; empty where there is none.
fn text(value: &Value, path: &str) -> String {
    maybe(value, path).unwrap_or_default()
}

fn maybe(value: &Value, path: &str) -> Option<String> {
    value.pointer(path).and_then(Value::as_str).filter(|text| !text.is_empty()).map(harmless)
}

/// A text of several lines, as it is: whoever shows it makes it safe.
fn raw(value: &Value, path: &str) -> String {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn number(value: &Value, path: &str) -> u64 {
    value.pointer(path).and_then(Value::as_u64).unwrap_or_default()
}

fn flag(value: &Value, path: &str) -> bool {
    value.pointer(path).and_then(Value::as_bool).unwrap_or_default()
}

fn time(value: &Value, path: &str) -> Option<Timestamp> {
    value.pointer(path)?.as_str()?.parse().ok()
}

fn items<'a>(value: &'a Value, path: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(path).and_then(Value::as_array).into_iter().flatten()
}
