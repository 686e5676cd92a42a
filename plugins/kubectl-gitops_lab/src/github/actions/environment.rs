//! An environment of a repository.

use jiff::Timestamp;

use super::vault::Vault;

/// An environment.
#[derive(Debug)]
pub(in crate::github) struct Environment {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) wait_timer: u64,
    pub(super) prevents_self_review: bool,
    pub(super) reviewers: Vec<(String, u64)>,
    /// Protected branches alone; or those of a list; or any.
    pub(super) only_protected: Option<bool>,
    pub(super) vault: Vault,
}

impl Environment {
    /// Names of environments are the same in any case.
    pub(in crate::github) fn is_called(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    pub(in crate::github) fn vault(&self) -> &Vault {
        &self.vault
    }
}
