//! The commit status of an environment's deployment, on the source commit: written when the waiting begins, when it ends,
//! and when it is interrupted, so that no run leaves `pending` behind for ever.
//!
//! Statuses are kept by run: one that a newer run has written is left alone. Which run is newer is told by the number in
//! its link; without one, by whether somebody else has written since.

use std::time::Duration;

use super::report::GateReport;
use super::request::RunLink;
use crate::github::{Github, GithubError};
use crate::model::contract::deployment_status;
use crate::model::github::{CommitStatus, RepositoryName, StatusState};
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
    is_promotion: bool,
    /// What this run has written last.
    written: Option<CommitStatus>,
}

impl StatusRecord {
    pub(super) fn new(
        github: Github,
        source: RepositoryName,
        commit: String,
        environment: &str,
        (run, is_promotion): (RunLink, bool),
    ) -> Self {
        let context = deployment_status(environment);
        Self { github, source, commit, context, run, is_promotion, written: None }
    }

    /// That the waiting has begun.
    pub async fn begin(&mut self) -> RecordOutcome {
        self.write(StatusState::Pending, "Deploying".to_owned()).await
    }

    /// How it ended.
    pub async fn end(&mut self, report: &GateReport) -> RecordOutcome {
        let commit = report.commit.as_deref().unwrap_or_default();
        let (state, description) = match report.decision.outcome {
            GateOutcome::Passed if self.is_promotion => {
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
        match tokio::time::timeout(INTERRUPTED_LOOK, self.newer()).await {
            Ok(Ok(Some(newer))) => newer,
            _ => self.set(status).await,
        }
    }

    /// That it ended by an error.
    pub async fn fail(&mut self, why: &str) -> RecordOutcome {
        self.write(StatusState::Error, format!("Not known whether it is deployed: {why}")).await
    }

    async fn write(&mut self, state: StatusState, description: String) -> RecordOutcome {
        let status = self.status(state, description);
        match self.newer().await {
            Ok(None) => self.set(status).await,
            Ok(Some(newer)) => newer,
            Err(error) => RecordOutcome::Failed(error.brief()),
        }
    }

    fn status(&self, state: StatusState, description: String) -> CommitStatus {
        let (context, url) = (self.context.clone(), self.run.url.clone());
        CommitStatus { context, state, description, url, created: None }
    }

    /// The status of a newer run, where one stands.
    async fn newer(&self) -> Result<Option<RecordOutcome>, GithubError> {
        let known = self.github.statuses(&self.source, &self.commit).await?;
        let newest = known.iter().find(|known| known.context.eq_ignore_ascii_case(&self.context));
        let newer = newest.filter(|newest| self.is_of_newer_run(newest));
        Ok(newer.map(|newer| {
            let url = newer.url.as_deref().unwrap_or("another run");
            RecordOutcome::Newer(format!("{} {:?}, of {url}", newer.state.as_str(), newer.description))
        }))
    }

    async fn set(&mut self, status: CommitStatus) -> RecordOutcome {
        match self.github.set_status(&self.source, &self.commit, &status).await {
            Ok(()) => {
                self.written = Some(status);
                RecordOutcome::Written
            }
            Err(error) => RecordOutcome::Failed(error.brief()),
        }
    }

    fn is_of_newer_run(&self, newest: &CommitStatus) -> bool {
        let number = |url: &Option<String>| RunLink::number(url.as_deref());
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
