//! The initial pull request: it brings workflows and application to the default branch, and merging it starts the first
//! build.

use super::{ObservedSetup, SetupRequest, SetupStep, SetupWrite, branches};
use crate::model::github::PullState;
use crate::model::pipeline::Role;

/// The title of the initial pull request.
pub const CD_SETUP_TITLE: &str = "GitOps CD setup";

/// The name of its step.
fn step_name() -> String {
    format!("pull request {CD_SETUP_TITLE}")
}

/// The step that opens it.
pub(super) fn step(request: &SetupRequest, observed: &ObservedSetup) -> SetupStep {
    let name = step_name();
    let pull = observed.repository(Role::Source).and_then(|source| source.setup_pull.as_ref());
    match pull {
        Some(pull) if pull.state == PullState::Open => {
            SetupStep::keep(name, format!("#{} is open", pull.number))
        }
        Some(pull) if branches::is_set_up(request, observed) => {
            let state = if pull.state == PullState::Merged { "merged" } else { "closed" };
            SetupStep::keep(name, format!("#{} is {state}", pull.number))
        }
        None if branches::is_set_up(request, observed) => {
            SetupStep::keep(name, "the default branch has all files")
        }
        Some(pull) if pull.state == PullState::Closed => {
            let remedy = format!("gh pr reopen {} -R {}", pull.number, request.project.source);
            let why = format!("#{} was closed without being merged", pull.number);
            SetupStep::blocked(name, why, Some(remedy))
        }
        _ => {
            let change = "brings workflows and application to the default branch".to_owned();
            SetupStep::create(name, "not there", change, SetupWrite::OpenPullRequest)
                .after([branches::step_name(Role::Source, branches::CD_SETUP_BRANCH)])
        }
    }
}
