//! The end of a repository. GitHub reads stale for a moment, so that it is looked for until it is gone.

use super::deletion_deadline::DeletionDeadline;
use super::planned::{Cleanup, failed};
use crate::github::{Github, GithubError};
use crate::model::github::RepositoryName;
use crate::model::plan::{PlanStep, StepResult};
use crate::model::{Exit, Failure};

impl Cleanup<'_> {
    pub(super) async fn delete_repository(
        &self,
        step: &PlanStep,
        github: &Github,
        name: &RepositoryName,
        deadline: &DeletionDeadline,
    ) -> StepResult {
        self.tell_progress(step, "being deleted by GitHub");
        let was_there = match github.delete_repository(name).await {
            Ok(was_there) => was_there,
            Err(error) => return failed(&error),
        };
        loop {
            let error = match github.repository(name).await {
                Ok(None) => return StepResult::done("deleted, and gone"),
                Ok(Some(_)) => None,
                Err(error) if error.is_transient() => Some(error),
                Err(error) => return not_told(&error),
            };
            if deadline.pause().await {
                continue;
            }
            return match error {
                Some(error) => not_told(&error),
                // To whoever may not delete it, GitHub says that it is not there.
                None if !was_there => refused(name),
                None => StepResult::failed("deleted, and GitHub still shows it", None, Exit::Failed),
            };
        }
    }
}

fn not_told(error: &GithubError) -> StepResult {
    let result = failed(error);
    let message = format!("deleted; whether it is gone is not told: {}", result.message);
    StepResult { message, ..result }
}

fn refused(name: &RepositoryName) -> StepResult {
    let message = "GitHub refuses its deletion as if it was not there, and shows it";
    let remedy = format!("gh api repos/{name} --jq .permissions");
    StepResult::failed(message, Some(remedy), Exit::Denied)
}
