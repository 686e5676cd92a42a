//! Workflows and their runs.

use jiff::Timestamp;
use serde_json::Value;

use super::{maybe, number, text, time};

/// A workflow file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workflow {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// `.github/workflows/…`
    pub path: String,
    /// Whether it starts runs.
    pub is_active: bool,
}

impl Workflow {
    /// Reads a workflow.
    pub fn read(value: &Value) -> Self {
        Self {
            id: number(value, "/id"),
            name: text(value, "/name"),
            path: text(value, "/path"),
            is_active: text(value, "/state") == "active",
        }
    }
}

/// Where a run or a job stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunState {
    /// `queued`, `waiting`, `pending`, `requested`: it has not begun.
    Waiting(String),
    /// It works.
    InProgress,
    /// It ended: `success`, `failure`, `cancelled`, `skipped`, `timed_out`, …
    Completed(String),
}

impl RunState {
    fn read(value: &Value) -> Self {
        match text(value, "/status").as_str() {
            "completed" => RunState::Completed(text(value, "/conclusion")),
            "in_progress" => RunState::InProgress,
            other => RunState::Waiting(other.to_owned()),
        }
    }

    /// Whether it ended well.
    pub fn is_success(&self) -> bool {
        *self == RunState::Completed("success".to_owned())
    }
}

/// A run of a workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its number among all runs.
    pub id: u64,
    /// What it calls itself (`run-name`).
    pub title: String,
    /// What started it.
    pub event: String,
    /// Where it stands.
    pub state: RunState,
    /// The branch it runs on.
    pub branch: String,
    /// The commit it runs on.
    pub commit: String,
    /// How often it was run.
    pub attempt: u64,
    /// Its page.
    pub url: String,
    /// When it was asked for.
    pub created: Option<Timestamp>,
}

impl Run {
    /// Reads a run.
    pub fn read(value: &Value) -> Self {
        Self {
            id: number(value, "/id"),
            title: text(value, "/display_title"),
            event: text(value, "/event"),
            state: RunState::read(value),
            branch: text(value, "/head_branch"),
            commit: text(value, "/head_sha"),
            attempt: number(value, "/run_attempt").max(1),
            url: text(value, "/html_url"),
            created: time(value, "/created_at"),
        }
    }
}

/// A job of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number among all jobs.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub state: RunState,
    /// The step it is in, or failed in.
    pub step: Option<String>,
    /// Its page.
    pub url: String,
}

impl Job {
    /// Reads a job.
    pub fn read(value: &Value) -> Self {
        let telling = |step: &&Value| step["status"] == "in_progress" || step["conclusion"] == "failure";
        let step = super::items(value, "/steps").find(telling).and_then(|step| maybe(step, "/name"));
        Self {
            id: number(value, "/id"),
            name: text(value, "/name"),
            state: RunState::read(value),
            step,
            url: text(value, "/html_url"),
        }
    }
}
