//! What became of a plan.

use std::fmt;

use serde::Serialize;

use super::{Plan, PlanStep};
use crate::model::Exit;

/// The result of every step of a plan, in the plan's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// One for each step.
    pub results: Vec<StepResult>,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepResult {
    /// How it ended.
    pub outcome: StepOutcome,
    /// What happened, as a sentence.
    pub message: String,
    /// A command that helps, where it did not end well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The exit code that it alone would end the command with.
    #[serde(skip)]
    pub exit: Exit,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub enum StepOutcome {
    /// It was carried out.
    Done,
    /// Nothing was to be done.
    Kept,
    /// It could not be done as things stand.
    Blocked,
    /// It was tried and failed.
    Failed,
    /// It was begun, and its end had not come at the deadline, or when the command was interrupted.
    Pending,
    /// It was not tried, because a step before it did not succeed, or the command was interrupted.
    Skipped,
}

impl fmt::Display for StepOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{self:?}"))
    }
}

impl StepResult {
    /// A step that succeeded.
    pub fn done(message: impl Into<String>) -> Self {
        Self { outcome: StepOutcome::Done, message: message.into(), remedy: None, exit: Exit::Done }
    }

    /// A step that failed.
    pub fn failed(message: impl Into<String>, remedy: Option<String>, exit: Exit) -> Self {
        Self { outcome: StepOutcome::Failed, message: message.into(), remedy, exit }
    }

    /// A step whose end had not come at the deadline.
    pub fn pending(message: impl Into<String>, remedy: Option<String>) -> Self {
        Self { outcome: StepOutcome::Pending, message: message.into(), remedy, exit: Exit::Pending }
    }

    /// A step that was not tried because of another.
    pub fn skipped(before: &str) -> Self {
        let message = format!("not tried: {before} has not succeeded");
        Self { outcome: StepOutcome::Skipped, message, remedy: None, exit: Exit::Failed }
    }

    /// A step that nobody came to before the command was interrupted.
    pub fn not_begun() -> Self {
        let message = "not begun".to_owned();
        Self { outcome: StepOutcome::Skipped, message, remedy: None, exit: Exit::Interrupted }
    }

    /// A step that was not tried because it waits for itself, directly or through others.
    pub fn circular() -> Self {
        let message = "not tried: its dependencies wait for each other".to_owned();
        Self { outcome: StepOutcome::Blocked, message, remedy: None, exit: Exit::NotSo }
    }

    /// The result of a step that nothing is done for: what it found.
    pub fn without_action(step: &PlanStep) -> Self {
        let (message, remedy) = (step.exists.clone(), step.remedy.clone());
        match step.action {
            super::Action::Blocked => {
                Self { outcome: StepOutcome::Blocked, message, remedy, exit: Exit::NotSo }
            }
            _ => Self { outcome: StepOutcome::Kept, message, remedy: None, exit: Exit::Done },
        }
    }

    /// Whether steps that come after this one may be tried.
    pub fn is_success(&self) -> bool {
        matches!(self.outcome, StepOutcome::Done | StepOutcome::Kept)
    }
}

impl Report {
    /// How the command ends: a refusal outranks a failure, which outranks what is pending or blocked. A step that
    /// was skipped counts only where nothing else says why.
    pub fn exit(&self) -> Exit {
        const WORST_FIRST: [Exit; 6] =
            [Exit::Denied, Exit::Usage, Exit::Failed, Exit::NotFound, Exit::Pending, Exit::NotSo];
        let attempted = |exit: &Exit| {
            self.results.iter().any(|result| result.outcome != StepOutcome::Skipped && result.exit == *exit)
        };
        let skipped = || self.results.iter().find(|result| result.outcome == StepOutcome::Skipped);
        let worst = WORST_FIRST.into_iter().find(attempted);
        worst.or_else(|| skipped().map(|result| result.exit)).unwrap_or(Exit::Done)
    }

    /// Steps and results, side by side.
    pub fn of<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = (&'a PlanStep, &'a StepResult)> {
        plan.steps.iter().zip(&self.results)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_result_decides_the_exit_code() {
        let report = |results: &[StepResult]| Report { results: results.to_vec() }.exit();
        let done = StepResult::done("");
        let pending = StepResult::pending("", None);
        let failed = StepResult::failed("", None, Exit::Failed);
        let denied = StepResult::failed("", None, Exit::Denied);
        let skipped = StepResult::skipped("a");
        assert_eq!(report(&[]), Exit::Done);
        assert_eq!(report(&[done.clone(), done.clone()]), Exit::Done);
        assert_eq!(report(&[done.clone(), pending.clone(), skipped.clone()]), Exit::Pending);
        assert_eq!(report(&[pending, failed.clone()]), Exit::Failed);
        assert_eq!(report(&[failed, denied, skipped.clone()]), Exit::Denied);
        assert_eq!(report(&[done, skipped]), Exit::Failed, "what was not done is no success");
    }
}
