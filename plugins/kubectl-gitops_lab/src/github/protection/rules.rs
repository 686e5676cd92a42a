//! The rules that protect a branch.

/// The rules of a branch.
#[derive(Clone, Debug, Default)]
pub(in crate::github) struct Protection {
    pub(in crate::github) for_admins: bool,
    pub(in crate::github) checks: Option<Checks>,
    pub(in crate::github) reviews: Option<Reviews>,
    pub(in crate::github) allows_force: bool,
    pub(in crate::github) allows_deletion: bool,
    /// Who may push, if not everybody may who may write.
    pub(in crate::github) pushers: Option<Vec<String>>,
    /// Whether that is about the branch's beginning too.
    pub(in crate::github) blocks_creations: bool,
    /// Whether merges are kept out.
    pub(in crate::github) is_linear: bool,
    /// Whether it does not move at all.
    pub(in crate::github) is_locked: bool,
    /// There are no conversations here that could wait to be resolved.
    pub(in crate::github) resolves_conversations: bool,
    /// There are no forks here.
    pub(in crate::github) syncs_forks: bool,
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
    pub(in crate::github) needs_last_push: bool,
    /// Who merges and pushes without.
    pub(in crate::github) bypassers: Vec<String>,
}

impl Default for Reviews {
    fn default() -> Self {
        Self { count: 1, dismisses_stale: false, needs_last_push: false, bypassers: Vec::new() }
    }
}

impl Reviews {
    /// Whether somebody needs none.
    pub(in crate::github) fn lets_pass(&self, login: &str) -> bool {
        self.bypassers.iter().any(|other| other.eq_ignore_ascii_case(login))
    }
}
