//! A named check: what was seen, and what mends it. Set-up makes its checks before anything is changed.

use std::fmt;

use serde::Serialize;

use super::{Exit, Failure, harmless};

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What is checked: `token`, `cluster edge-1`.
    pub name: String,
    /// How it came out.
    pub outcome: CheckOutcome,
    /// What was seen.
    pub evidence: String,
    /// A command, or an action, that mends it; absent where nothing is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// The exit code of a command that ends because of it.
    #[serde(skip)]
    pub exit: Exit,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub enum CheckOutcome {
    /// Nothing is in the way.
    Passed,
    /// Nothing is in the way, and somebody should know of it.
    Warning,
    /// It could not be checked. What follows may fail because of it.
    NotChecked,
    /// Nothing can be made before it is mended.
    Failed,
}

impl fmt::Display for CheckOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{self:?}"))
    }
}

impl Check {
    /// Nothing is in the way.
    pub fn passed(name: impl Into<String>, evidence: impl Into<String>) -> Self {
        Self::new(name, CheckOutcome::Passed, evidence, None, Exit::Done)
    }

    /// Somebody should know.
    pub fn warning(
        name: impl Into<String>,
        evidence: impl Into<String>,
        fix: impl Into<Option<String>>,
    ) -> Self {
        Self::new(name, CheckOutcome::Warning, evidence, fix.into(), Exit::Done)
    }

    /// It could not be checked.
    pub fn not_checked(
        name: impl Into<String>,
        evidence: impl Into<String>,
        fix: impl Into<Option<String>>,
    ) -> Self {
        Self::new(name, CheckOutcome::NotChecked, evidence, fix.into(), Exit::Done)
    }

    /// Nothing can be made before it is mended.
    pub fn failed(
        name: impl Into<String>,
        evidence: impl Into<String>,
        fix: impl Into<Option<String>>,
    ) -> Self {
        Self::new(name, CheckOutcome::Failed, evidence, fix.into(), Exit::NotSo)
    }

    /// The same, which ends a command with another exit code.
    #[must_use]
    pub fn with_exit(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    fn new(
        name: impl Into<String>,
        outcome: CheckOutcome,
        evidence: impl Into<String>,
        fix: Option<String>,
        exit: Exit,
    ) -> Self {
        Self { name: name.into(), outcome, evidence: evidence.into(), fix, exit }
    }
}

/// Why something was not read, for a check of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// What went wrong.
    pub why: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// How a command ends because of it.
    pub exit: Exit,
}

impl Unread {
    /// What an error says.
    pub fn of(failure: &dyn Failure) -> Self {
        let causes = std::iter::successors(failure.source(), |cause| cause.source());
        let why = causes.fold(failure.to_string(), |why, cause| format!("{why}: {cause}"));
        Self { why: harmless(&why), hint: failure.hint(), exit: failure.exit() }
    }

    /// A check that could not be made, and that nothing depends on.
    pub fn not_checked(&self, name: impl Into<String>) -> Check {
        // That a service does not answer an optional question is nothing to mend.
        let hint = self.hint.clone().filter(|_| self.exit == Exit::Denied);
        Check::not_checked(name, self.why.clone(), hint)
    }

    /// A check that failed, for nothing goes without what was not read.
    pub fn failed(&self, name: impl Into<String>) -> Check {
        Check::failed(name, self.why.clone(), self.hint.clone()).with_exit(self.exit)
    }
}
