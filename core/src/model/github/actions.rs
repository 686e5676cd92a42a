//! Workflows and their runs.

use jiff::Timestamp;
use serde_json::Value;

use super::fields::{items, line, number, optional_line, timestamp};

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
    /// Reads the document of a workflow.
    pub fn from_json(value: &Value) -> Self {
        Self {
            id: number(value, "/id"),
            name: line(value, "/name"),
            path: line(value, "/path"),
            is_active: line(value, "/state") == "active",
        }
    }
}

/// The state of a run or a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunState {
    /// `queued`, `waiting`, `pending`, `requested`: it has not begun.
    Waiting(String),
    /// It runs.
    InProgress,
    /// It ended: `success`, `failure`, `cancelled`, `skipped`, `timed_out`, …
    Completed(String),
}

impl RunState {
    fn from_json(value: &Value) -> Self {
        match line(value, "/status").as_str() {
            "completed" => RunState::Completed(line(value, "/conclusion")),
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
pub struct WorkflowRun {
    /// Its number among all runs.
    pub id: u64,
    /// What it calls itself (`run-name`).
    pub title: String,
    /// What started it.
    pub event: String,
    /// Its state.
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

impl WorkflowRun {
    /// Reads the document of a run.
    pub fn from_json(value: &Value) -> Self {
        Self {
            id: number(value, "/id"),
            title: line(value, "/display_title"),
            event: line(value, "/event"),
            state: RunState::from_json(value),
            branch: line(value, "/head_branch"),
            commit: line(value, "/head_sha"),
            attempt: number(value, "/run_attempt").max(1),
            url: line(value, "/html_url"),
            created: timestamp(value, "/created_at"),
        }
    }
}

/// A job of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowJob {
    /// Its number among all jobs.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: RunState,
    /// The step it is in, or failed in.
    pub step: Option<String>,
    /// Its page.
    pub url: String,
}

impl WorkflowJob {
    /// Reads the document of a job.
    pub fn from_json(value: &Value) -> Self {
        let is_shown = |step: &&Value| step["status"] == "in_progress" || step["conclusion"] == "failure";
        let step = items(value, "/steps").find(is_shown).and_then(|step| optional_line(step, "/name"));
        Self {
            id: number(value, "/id"),
            name: line(value, "/name"),
            state: RunState::from_json(value),
            step,
            url: line(value, "/html_url"),
        }
    }
}
