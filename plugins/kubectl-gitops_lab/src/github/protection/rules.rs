//! What protects branches, and what it refuses.

use serde_json::Value;

use crate::git::Right;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;

/// The rules of a branch.
#[derive(Clone, Debug, Default)]
pub(in crate::github) struct Protection {
    pub(in crate::github) for_admins: bool,
    pub(in crate::github) checks: Option<Checks>,
    pub(in crate::github) reviews: Option<Reviews>,
    pub(in crate::github) allows_force: bool,
    pub(in crate::github) allows_deletion: bool,
    /// What else was asked for, which nothing here looks at.
    pub(in crate::github) rest: Value,
}

/// Statuses that a commit needs.
#[derive(Clone, Debug)]
pub(in crate::github) struct Checks {
    pub(in crate::github) is_strict: bool,
    pub(in crate::github) contexts: Vec<String>,
    /// Whether they hold for administrators too.
    pub(in crate::github) for_admins: bool,
}

/// Reviews that a pull request needs.
#[derive(Clone, Debug)]
pub(in crate::github) struct Reviews {
    pub(in crate::github) count: u64,
    pub(in crate::github) dismisses_stale: bool,
    pub(in crate::github) needs_owners: bool,
    pub(in crate::github) needs_last_push: bool,
}

impl Call<'_> {
    /// The rules of a branch, if there are any.
    pub(in crate::github) fn protection(&self, branch: &str) -> Option<&Protection> {
        self.repository().ok()?.protections.get(branch)
    }

    /// The rules that hold for the visitor.
    pub(in crate::github) fn rules(&self, branch: &str) -> Option<&Protection> {
        let protection = self.protection(branch)?;
        let is_admin = self.hub.right(&self.visitor, self.repository().ok()?) >= Some(Right::Admin);
        (protection.for_admins || !is_admin).then_some(protection)
    }

    /// Whether a ref may be moved without a pull request.
    pub(in crate::github) fn may_move(&self, name: &str, is_forward: bool) -> Result<(), Refusal> {
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
    pub(in crate::github) fn may_delete(&self, name: &str) -> Result<(), Refusal> {
        let branch = name.strip_prefix("refs/heads/").unwrap_or_default();
        match self.protection(branch) {
            Some(protection) if !protection.allows_deletion => {
                Err(Refusal::unprocessable("Cannot delete this branch"))
            }
            _ => Ok(()),
        }
    }
}
