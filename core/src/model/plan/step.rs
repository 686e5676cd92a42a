//! A plan and its steps.

use std::fmt;

use serde::Serialize;

/// Steps in an order in which they can be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What the plan is for: `reconcile dev-hello`.
    pub goal: String,
    /// The steps.
    pub steps: Vec<PlanStep>,
}

/// One idempotent step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanStep {
    /// Names the step within its plan: `GitRepository flux-system/hello-dev`.
    pub name: String,
    /// What is done.
    pub action: Action,
    /// What exists now.
    pub exists: String,
    /// What will change; empty where nothing will.
    pub change: String,
    /// How texts that differ would change, as `diff -u` shows it, whether or not they are changed.
    pub difference: Option<String>,
    /// A command that makes a blocked step possible.
    pub remedy: Option<String>,
    /// Names of the steps that must have succeeded before.
    pub after: Vec<String>,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub enum Action {
    /// Makes something that is not there.
    Create,
    /// Changes something that is there.
    Change,
    /// Removes something.
    Delete,
    /// Leaves alone what is as it should be.
    Keep,
    /// Cannot be done as things stand.
    Blocked,
}

impl Action {
    /// Whether carrying it out changes something.
    pub fn is_write(self) -> bool {
        matches!(self, Action::Create | Action::Change | Action::Delete)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{self:?}"))
    }
}

impl Plan {
    /// Whether carrying it out changes anything.
    pub fn has_writes(&self) -> bool {
        self.steps.iter().any(|step| step.action.is_write())
    }

    /// The steps that cannot be done as things stand.
    pub fn blocked(&self) -> impl Iterator<Item = &PlanStep> {
        self.steps.iter().filter(|step| step.action == Action::Blocked)
    }
}
