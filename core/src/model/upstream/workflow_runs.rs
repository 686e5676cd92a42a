//! Words for runs of workflows, and why a workflow starts none.

use jiff::Timestamp;

use super::github_command::GithubPlace;
use crate::model::github::{RunState, Workflow, WorkflowRun};
use crate::model::verdict::{Cause, NextCommand, ago_in_words};

/// `ci (run 7) is queued`, `ci (run 7) began 5m ago`, `ci (run 7) failed 2h ago`.
pub(super) fn run_words(run: &WorkflowRun, now: Timestamp) -> String {
    let name = &run.workflow;
    let ago = |time: Option<Timestamp>| {
        time.map(|time| format!(" {}", ago_in_words(time, now))).unwrap_or_default()
    };
    match &run.state {
        RunState::InProgress => format!("{name} (run {}) began{}", run.id, ago(run.created)),
        RunState::Waiting(state) => format!("{name} (run {}) is {state}", run.id),
        RunState::Completed(conclusion) => {
            let conclusion = match conclusion.as_str() {
                "failure" => "failed",
                "timed_out" => "took too long and was ended",
                "startup_failure" => "could not be started",
                "cancelled" => "was cancelled",
                "action_required" => "waits for a person to admit it",
                other => other,
            };
            format!("{name} (run {}) {conclusion}{}", run.id, ago(run.updated.or(run.created)))
        }
    }
}

/// Why a workflow starts no runs.
pub(super) struct MissingWorkflow {
    pub(super) cause: Cause,
    pub(super) words: String,
    pub(super) next: NextCommand,
}

/// Why a workflow starts no runs: it is disabled, or not there; `None` where it is there and enabled.
pub(super) fn missing_workflow(
    workflows: &[Workflow],
    name: &str,
    place: GithubPlace<'_>,
) -> Option<MissingWorkflow> {
    let mut own = workflows.iter().filter(|workflow| workflow.is(name)).peekable();
    if own.peek().is_none() {
        let words = format!("workflow {name} is not there");
        return Some(MissingWorkflow { cause: Cause::WorkflowMissing, words, next: place.list_workflows() });
    }
    let all: Vec<&Workflow> = own.collect();
    if all.iter().any(|workflow| workflow.is_active) {
        return None;
    }
    let disabled = all.first()?;
    let words = format!("workflow {} is disabled", disabled.path);
    Some(MissingWorkflow { cause: Cause::WorkflowDisabled, words, next: place.enable(disabled) })
}
