//! Commits, trees and what changes them.

use jiff::Timestamp;
use serde_json::Value;

use super::{flag, items, number, raw, text, time};

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub sha: String,
    /// Its tree.
    pub tree: String,
    /// Its parents.
    pub parents: Vec<String>,
    /// Its whole message, as it was written.
    pub message: String,
    /// When it was made.
    pub committed: Option<Timestamp>,
}

impl Commit {
    /// Reads a commit, as Git Data writes it or as lists of commits do.
    pub fn read(value: &Value) -> Self {
        let inner = value.get("commit").unwrap_or(value);
        Self {
            sha: text(value, "/sha"),
            tree: text(inner, "/tree/sha"),
            parents: items(value, "/parents").map(|parent| text(parent, "/sha")).collect(),
            message: raw(inner, "/message"),
            committed: time(inner, "/committer/date"),
        }
    }
}

/// A file of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path from the root, as it is.
    pub path: String,
    /// `100644`, `100755`, `120000`, `160000`.
    pub mode: String,
    /// The name of its content.
    pub sha: String,
}

/// All files of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Its name.
    pub sha: String,
    /// Its files, without folders.
    pub files: Vec<Entry>,
    /// Whether the service left some out: over 100,000 files, or 7 MB.
    pub is_truncated: bool,
}

impl Tree {
    /// Reads a tree.
    pub fn read(value: &Value) -> Self {
        let files = items(value, "/tree").filter(|entry| entry["type"] != "tree");
        let files = files.map(|entry| Entry {
            path: raw(entry, "/path"),
            mode: text(entry, "/mode"),
            sha: text(entry, "/sha"),
        });
        Self { sha: text(value, "/sha"), files: files.collect(), is_truncated: flag(value, "/truncated") }
    }
}

/// One file of a new commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It gets this content.
    Write {
        /// From the root.
        path: String,
        /// What is in it.
        content: String,
    },
    /// It goes.
    Delete {
        /// From the root.
        path: String,
    },
}

/// Two commits compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Commits that the head has and the base has not.
    pub ahead: u64,
    /// Commits that the base has and the head has not.
    pub behind: u64,
    /// The newest commit that both have.
    pub merge_base: String,
}

impl Comparison {
    /// Reads a comparison.
    pub fn read(value: &Value) -> Self {
        Self {
            ahead: number(value, "/ahead_by"),
            behind: number(value, "/behind_by"),
            merge_base: text(value, "/merge_base_commit/sha"),
        }
    }
}
