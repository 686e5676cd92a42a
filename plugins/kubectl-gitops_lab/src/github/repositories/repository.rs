//! A repository as GitHub knows it, beside what is in it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::github::actions::{Environment, Runs, Vault, Workflows};
use crate::github::content::Statuses;
use crate::github::issues::Issues;
use crate::github::protection::rules::Protection;

/// A repository.
#[derive(Debug)]
pub(in crate::github) struct Repository {
    pub(in crate::github) id: u64,
    /// `owner/name`, as it is spelt.
    pub(in crate::github) name: String,
    pub(in crate::github) description: Option<String>,
    pub(in crate::github) homepage: Option<String>,
    pub(in crate::github) is_private: bool,
    pub(in crate::github) is_archived: bool,
    pub(in crate::github) topics: Vec<String>,
    pub(in crate::github) merging: Merging,
    /// By branch.
    pub(in crate::github) protections: BTreeMap<String, Protection>,
    pub(in crate::github) issues: Issues,
    pub(in crate::github) statuses: Statuses,
    pub(in crate::github) vault: Vault,
    pub(in crate::github) environments: Vec<Environment>,
    pub(in crate::github) workflows: Workflows,
    pub(in crate::github) runs: Runs,
    pub(in crate::github) created: Timestamp,
    pub(in crate::github) updated: Timestamp,
    pub(in crate::github) pushed: Timestamp,
}

/// How pull requests are merged.
#[derive(Clone, Debug)]
pub(in crate::github) struct Merging {
    pub(in crate::github) allows_merge: bool,
    pub(in crate::github) allows_squash: bool,
    pub(in crate::github) allows_rebase: bool,
    pub(in crate::github) allows_auto: bool,
    pub(in crate::github) allows_update: bool,
    pub(in crate::github) deletes_branch: bool,
    pub(in crate::github) squash_title: String,
    pub(in crate::github) squash_message: String,
    pub(in crate::github) merge_title: String,
    pub(in crate::github) merge_message: String,
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
    pub(in crate::github) fn new(name: &str, now: Timestamp) -> Self {
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

    pub(in crate::github) fn owner(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// Issues and pull requests that are open.
    pub(in crate::github) fn open_issues(&self) -> usize {
        self.issues.all.values().filter(|issue| issue.is_open).count()
    }

    /// The name without its owner's.
    pub(in crate::github) fn short(&self) -> &str {
        self.name.split('/').nth(1).unwrap_or_default()
    }

    pub(in crate::github) fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| environment.is_called(name))
    }

    pub(in crate::github) fn environment_mut(&mut self, name: &str) -> Option<&mut Environment> {
        self.environments.iter_mut().find(|environment| environment.is_called(name))
    }
}
