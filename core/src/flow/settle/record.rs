//! The commit status of an environment's deployment, on the source commit: written when the waiting begins, when it ends,
//! and when it is interrupted, so that no run leaves `pending` behind for ever.
//!
//! Statuses are kept by run: one that a newer run has written is left alone. Which run is newer is told by the number in
//! its link; without one, by whether somebody else has written since.

use std::time::Duration;

use super::report::GateReport;
use super::request::RunLink;
use crate::github::{Github, GithubError, is_same_status};
use crate::model::contract::deployment_status;
use crate::model::github::{CommitStatus, RepositoryName, StatusState, run_number};
use crate::model::post_deployment::GateOutcome;

/// So long an interrupted run looks whether a newer one has written.
const INTERRUPTED_LOOK: Duration = Duration::from_millis(700);

/// What became of writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordOutcome {
    /// It stands.
    Written,
    /// A newer run's stands, and was left.
    Newer(String),
    /// It could not be written.
    Failed(String),
}

/// Writes the status of one environment on one source commit.
#[derive(Clone)]
pub struct StatusRecord {
    github: Github,
    source: RepositoryName,
    commit: String,
    context: String,
    run: RunLink,
    /// What this run has written last.
    written: Option<CommitStatus>,
}

impl StatusRecord {
    pub(super) fn new(
        github: Github,
        source: RepositoryName,
        commit: String,
        environment: &str,
        run: RunLink,
    ) -> Self {
        let context = deployment_status(environment);
        Self { github, source, commit, context, run, written: None }
    }

    /// That the waiting has begun.
    pub async fn begin(&mut self) -> RecordOutcome {
        self.write(StatusState::Pending, "Deploying".to_owned()).await
    }

    /// How it ended, and whether what ended was a promotion or a change of the configuration alone.
    pub async fn end(&mut self, report: &GateReport, is_promotion: bool) -> RecordOutcome {
        let commit = report.commit.as_deref().unwrap_or_default();
        let (state, description) = match report.decision.outcome {
            GateOutcome::Passed if is_promotion => {
                let version = report.version.as_deref().unwrap_or("unknown version");
                (StatusState::Success, format!("Deployed {version}: {commit}"))
            }
            GateOutcome::Passed => (StatusState::Success, format!("Configured: {commit}")),
            GateOutcome::Pending => {
                let waited = report.limit.as_secs();
                let message = &report.decision.message;
                (StatusState::Failure, format!("Failed to deploy: still pending after {waited} s: {message}"))
            }
            _ => (StatusState::Failure, format!("Failed to deploy: {}", report.decision.message)),
        };
        self.write(state, description).await
    }

    /// That a signal ended it. Whether a newer run has written is looked up for a moment alone: a status that says that it
    /// deploys must not stay.
    pub async fn interrupt(&mut self) -> RecordOutcome {
        let description = "Interrupted before it was known whether it is deployed".to_owned();
        let status = self.status(StatusState::Error, description);
        match tokio::time::timeout(INTERRUPTED_LOOK, self.standing()).await {
            Ok(Ok(standing)) => self.set(status, standing).await,
            _ => self.set(status, None).await,
        }
    }

    /// That it ended by an error.
    pub async fn fail(&mut self, why: &str) -> RecordOutcome {
        self.write(StatusState::Error, format!("Not known whether it is deployed: {why}")).await
    }

    async fn write(&mut self, state: StatusState, description: String) -> RecordOutcome {
        let status = self.status(state, description);
        match self.standing().await {
            Ok(standing) => self.set(status, standing).await,
            Err(error) => RecordOutcome::Failed(error.brief()),
        }
    }

    fn status(&self, state: StatusState, description: String) -> CommitStatus {
        let (context, url) = (self.context.clone(), self.run.url.clone());
        CommitStatus { context, state, description, url, created: None }
    }

    /// The status that stands there.
    async fn standing(&self) -> Result<Option<CommitStatus>, GithubError> {
        let known = self.github.statuses(&self.source, &self.commit).await?;
        Ok(known.into_iter().find(|known| known.context.eq_ignore_ascii_case(&self.context)))
    }

    /// Puts a status in the place of the one that stands there, unless that is a newer run's.
    async fn set(&mut self, status: CommitStatus, standing: Option<CommitStatus>) -> RecordOutcome {
        if let Some(newer) = standing.as_ref().filter(|standing| self.is_of_newer_run(standing)) {
            let url = newer.url.as_deref().unwrap_or("another run");
            return RecordOutcome::Newer(format!(
                "{} {:?}, of {url}",
                newer.state.as_str(),
                newer.description
            ));
        }
        let is_set = standing.is_some_and(|standing| is_same_status(&standing, &status));
        let written = match is_set {
            true => Ok(()),
            false => self.github.post_status(&self.source, &self.commit, &status).await,
        };
        match written {
            Ok(()) => {
                self.written = Some(status);
                RecordOutcome::Written
            }
            Err(error) => RecordOutcome::Failed(error.brief()),
        }
    }

    fn is_of_newer_run(&self, newest: &CommitStatus) -> bool {
        let number = |url: &Option<String>| url.as_deref().and_then(run_number);
        match (number(&self.run.url), number(&newest.url)) {
            (Some(own), Some(other)) => other > own,
            // Without numbers a status that is not the one this run wrote was written since.
            _ => self.written.as_ref().is_some_and(|written| {
                let is_written = newest.state == written.state && newest.url == written.url;
                !is_written
            }),
        }
    }
}
