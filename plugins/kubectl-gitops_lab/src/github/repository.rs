//! A repository as GitHub knows it, beside what is in it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::actions::{Environment, Runs, Vault, Workflows};
use super::issues::Issues;
use super::protection::Protection;
use super::statuses::Statuses;

/// A repository.
#[derive(Debug)]
pub(super) struct Repository {
    pub(super) id: u64,
    /// `owner/name`, as it is spelt.
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) homepage: Option<String>,
    pub(super) is_private: bool,
    pub(super) is_archived: bool,
    pub(super) topics: Vec<String>,
    pub(super) merging: Merging,
    /// By branch.
    pub(super) protections: BTreeMap<String, Protection>,
    pub(super) issues: Issues,
    pub(super) statuses: Statuses,
    pub(super) vault: Vault,
    pub(super) environments: Vec<Environment>,
    pub(super) workflows: Workflows,
    pub(super) runs: Runs,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) pushed: Timestamp,
}

/// How pull requests are merged.
#[derive(Clone, Debug)]
pub(super) struct Merging {
    pub(super) allows_merge: bool,
    pub(super) allows_squash: bool,
    pub(super) allows_rebase: bool,
    pub(super) allows_auto: bool,
    pub(super) allows_update: bool,
    pub(super) deletes_branch: bool,
    pub(super) squash_title: String,
    pub(super) squash_message: String,
    pub(super) merge_title: String,
    pub(super) merge_message: String,
}

impl Default for Merging {
    fn default() -> Self {
        Self {
            allows_merge: true,
            allows_squash: true,
            allows_rebase: true,
            allows_auto: false,
            allows_update: false,
            deletes_branch: false,
            squash_title: "COMMIT_OR_PR_TITLE".to_owned(),
            squash_message: "COMMIT_MESSAGES".to_owned(),
            merge_title: "MERGE_MESSAGE".to_owned(),
            merge_message: "PR_TITLE".to_owned(),
        }
    }
}

impl Repository {
    /// One that only its owner knows.
    pub(super) fn new(name: &str, now: Timestamp) -> Self {
        Self {
            id: 0,
            name: name.to_owned(),
            description: None,
            homepage: None,
            is_private: true,
            is_archived: false,
            topics: Vec::new(),
            merging: Merging::default(),
            protections: BTreeMap::new(),
            issues: Issues::default(),
            statuses: Statuses::default(),
            vault: Vault::default(),
            environments: Vec::new(),
            workflows: Workflows::default(),
            runs: Runs::default(),
            created: now,
            updated: now,
            pushed: now,
        }
    }

    pub(super) fn owner(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// Issues and pull requests that are open.
    pub(super) fn open_issues(&self) -> usize {
        self.issues.all.values().filter(|issue| issue.is_open).count()
    }

    /// The name without its owner's.
    pub(super) fn short(&self) -> &str {
        self.name.split('/').nth(1).unwrap_or_default()
    }
}
