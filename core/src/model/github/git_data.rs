//! Commits, trees and what changes them.

use jiff::Timestamp;
use serde_json::Value;

use super::fields::{flag, items, line, number, optional_line, raw_text, timestamp};

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its SHA.
    pub sha: String,
    /// Its tree.
    pub tree: String,
    /// Its parents.
    pub parents: Vec<String>,
    /// Its whole message, as it was written.
    pub message: String,
    /// Who wrote it: the account where GitHub knows it, else the name in the commit.
    pub author: String,
    /// When it was made.
    pub committed: Option<Timestamp>,
}

impl Commit {
    /// Reads a commit, as Git Data writes it or as lists of commits do.
    pub fn from_json(value: &Value) -> Self {
        let inner = value.get("commit").unwrap_or(value);
        Self {
            sha: line(value, "/sha"),
            tree: line(inner, "/tree/sha"),
            parents: items(value, "/parents").map(|parent| line(parent, "/sha")).collect(),
            message: raw_text(inner, "/message"),
            author: optional_line(value, "/author/login").unwrap_or_else(|| line(inner, "/author/name")),
            committed: timestamp(inner, "/committer/date"),
        }
    }
}

/// A file of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// Its path from the root.
    pub path: String,
    /// `100644`, `100755`, `120000`, `160000`.
    pub mode: String,
    /// The SHA of its content.
    pub sha: String,
}

/// All files of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Its SHA.
    pub sha: String,
    /// Its files, without folders.
    pub files: Vec<TreeEntry>,
    /// Whether GitHub left some out: over 100,000 files, or 7 MB.
    pub is_truncated: bool,
}

impl Tree {
    /// Reads the document of a tree.
    pub fn from_json(value: &Value) -> Self {
        let files = items(value, "/tree").filter(|entry| entry["type"] != "tree");
        let files = files.map(|entry| TreeEntry {
            path: raw_text(entry, "/path"),
            mode: line(entry, "/mode"),
            sha: line(entry, "/sha"),
        });
        Self { sha: line(value, "/sha"), files: files.collect(), is_truncated: flag(value, "/truncated") }
    }
}

/// A change of a file in a new commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileChange {
    /// It is written with this content.
    Write {
        /// From the root.
        path: String,
        /// What is in it.
        content: String,
    },
    /// It is written with this content, which is no text, or may be run.
    WriteBlob {
        /// From the root.
        path: String,
        /// What is in it.
        content: Vec<u8>,
        /// Whether it may be run.
        is_executable: bool,
    },
    /// It is deleted.
    Delete {
        /// From the root.
        path: String,
    },
}

impl FileChange {
    /// It is written with this content, whatever that is.
    pub fn write(path: &str, content: Vec<u8>, is_executable: bool) -> Self {
        let path = path.to_owned();
        match String::from_utf8(content) {
            Ok(content) if !is_executable => Self::Write { path, content },
            Ok(content) => Self::WriteBlob { path, content: content.into_bytes(), is_executable },
            Err(error) => Self::WriteBlob { path, content: error.into_bytes(), is_executable },
        }
    }

    /// Which file, from the root.
    pub fn path(&self) -> &str {
        match self {
            Self::Write { path, .. } | Self::WriteBlob { path, .. } | Self::Delete { path } => path,
        }
    }
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
    /// When the oldest of the commits that the head alone has was made.
    pub oldest: Option<Timestamp>,
    /// The files that the head changed since then: at most three hundred of them.
    pub files: Vec<String>,
}

/// So many files GitHub lists of a comparison; of more it does not say which they are.
pub const MOST_COMPARED_FILES: usize = 300;

impl Comparison {
    /// Reads the document of a comparison.
    pub fn from_json(value: &Value) -> Self {
        Self {
            ahead: number(value, "/ahead_by"),
            behind: number(value, "/behind_by"),
            merge_base: line(value, "/merge_base_commit/sha"),
            oldest: items(value, "/commits")
                .filter_map(|commit| timestamp(commit, "/commit/committer/date"))
                .min(),
            files: items(value, "/files").map(|file| raw_text(file, "/filename")).collect(),
        }
    }
}
