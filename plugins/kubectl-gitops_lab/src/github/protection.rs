//! What protects branches, and what it refuses.

use serde_json::Value;

use super::call::Call;
use super::refusal::Refusal;
use crate::git::Right;

/// The rules of a branch.
#[derive(Clone, Debug, Default)]
pub(super) struct Protection {
    pub(super) for_admins: bool,
    pub(super) checks: Option<Checks>,
    pub(super) reviews: Option<Reviews>,
    pub(super) allows_force: bool,
    pub(super) allows_deletion: bool,
    /// What else was asked for, which nothing here looks at.
    pub(super) rest: Value,
}

/// Statuses that a commit needs.
#[derive(Clone, Debug)]
pub(super) struct Checks {
    pub(super) is_strict: bool,
    pub(super) contexts: Vec<String>,
    /// Whether they hold for administrators too.
    pub(super) for_admins: bool,
}

/// Reviews that a pull request needs.
#[derive(Clone, Debug)]
pub(super) struct Reviews {
    pub(super) count: u64,
    pub(super) dismisses_stale: bool,
    pub(super) needs_owners: bool,
    pub(super) needs_last_push: bool,
}

impl Call<'_> {
    /// The rules of a branch, if there are any.
    pub(super) fn protection(&self, branch: &str) -> Option<&Protection> {
        self.repository().ok()?.protections.get(branch)
    }

    /// The rules that hold for the visitor.
    pub(super) fn rules(&self, branch: &str) -> Option<&Protection> {
        let protection = self.protection(branch)?;
        let is_admin = self.hub.right(&self.visitor, self.repository().ok()?) >= Some(Right::Admin);
        (protection.for_admins || !is_admin).then_some(protection)
    }

    /// Whether a ref may be moved without a pull request.
    pub(super) fn may_move(&self, name: &str, is_forward: bool) -> Result<(), Refusal> {
        let branch = name.strip_prefix("refs/heads/").unwrap_or_default();
        if self.protection(branch).is_some_and(|protection| !is_forward && !protection.allows_force) {
            return Err(Refusal::unprocessable("Cannot force-push to this branch"));
        }
        match self.rules(branch) {
            Some(rules) if rules.reviews.is_some() => {
                Err(Refusal::unprocessable("Changes must be made through a pull request."))
            }
            Some(rules) if rules.checks.as_ref().is_some_and(|checks| !checks.contexts.is_empty()) => {
                let contexts = rules.checks.as_ref().map_or(0, |checks| checks.contexts.len());
                let plural = if contexts == 1 { "check is" } else { "checks are" };
                let told = format!("{contexts} of {contexts} required status {plural} expected.");
                Err(Refusal::unprocessable(told))
            }
            _ => Ok(()),
        }
    }

    /// Whether a branch may go.
    pub(super) fn may_delete(&self, name: &str) -> Result<(), Refusal> {
        let branch = name.strip_prefix("refs/heads/").unwrap_or_default();
        match self.protection(branch) {
            Some(protection) if !protection.allows_deletion => {
                Err(Refusal::unprocessable("Cannot delete this branch"))
            }
            _ => Ok(()),
        }
    }
}
