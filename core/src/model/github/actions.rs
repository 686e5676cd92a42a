//! Workflows and their runs.

use std::fmt;

use jiff::Timestamp;
use serde_json::Value;

use super::fields::{flag, items, line, number, optional_line, timestamp};

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

/// Whether a workflow of this name, in this file, is the one that the flow calls `wanted`: by its name or its file's,
/// `.yml` or `.yaml`, without case. Of a run the file may be followed by the ref that it was taken from.
fn is_workflow(name: &str, path: &str, wanted: &str) -> bool {
    let file = path.split('@').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').filter(|(_, extension)| {
        extension.eq_ignore_ascii_case("yml") || extension.eq_ignore_ascii_case("yaml")
    });
    name.trim().eq_ignore_ascii_case(wanted)
        || stem.is_some_and(|(stem, _)| stem.eq_ignore_ascii_case(wanted))
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

    /// Whether it is the one that the flow calls so.
    pub fn is(&self, wanted: &str) -> bool {
        is_workflow(&self.name, &self.path, wanted)
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

    /// Whether it waits for somebody, or for a time, before it goes on.
    pub fn is_protected(&self) -> bool {
        *self == RunState::Waiting("waiting".to_owned())
    }

    /// Whether it has not ended.
    pub fn is_under_way(&self) -> bool {
        !matches!(self, RunState::Completed(_))
    }

    /// Whether it ended otherwise than it should: it failed, took too long, could not start or was cancelled.
    pub fn is_failure(&self) -> bool {
        let RunState::Completed(conclusion) = self else { return false };
        ["failure", "timed_out", "startup_failure", "cancelled", "action_required"]
            .contains(&conclusion.as_str())
    }

    /// Whether it ended well.
    pub fn is_success(&self) -> bool {
        *self == RunState::Completed("success".to_owned())
    }
}

/// In GitHub's words.
impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            RunState::Waiting(state) => state,
            RunState::InProgress => "in progress",
            RunState::Completed(conclusion) => conclusion,
        })
    }
}

/// A run of a workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowRun {
    /// Its number among all runs.
    pub id: u64,
    /// Its number among the runs of its workflow, from 1; 0 where that is not told.
    pub number: u64,
    /// The name of its workflow.
    pub workflow: String,
    /// The file of its workflow: `.github/workflows/…`
    pub path: String,
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
    /// When it changed last.
    pub updated: Option<Timestamp>,
}

impl WorkflowRun {
    /// Reads the document of a run.
    pub fn from_json(value: &Value) -> Self {
        Self {
            id: number(value, "/id"),
            number: number(value, "/run_number"),
            workflow: line(value, "/name"),
            path: line(value, "/path"),
            title: line(value, "/display_title"),
            event: line(value, "/event"),
            state: RunState::from_json(value),
            branch: line(value, "/head_branch"),
            commit: line(value, "/head_sha"),
            attempt: number(value, "/run_attempt").max(1),
            url: line(value, "/html_url"),
            created: timestamp(value, "/created_at"),
            updated: timestamp(value, "/updated_at"),
        }
    }

    /// Whether its workflow is the one that the flow calls so.
    pub fn is_of(&self, wanted: &str) -> bool {
        is_workflow(&self.workflow, &self.path, wanted)
    }
}

/// The newest runs of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunList {
    /// The runs, the newest first.
    pub runs: Vec<WorkflowRun>,
    /// Whether there are older ones, which are not listed.
    pub has_older: bool,
}

impl RunList {
    /// Reads the first page of a list.
    pub fn from_json(value: &Value) -> Self {
        let mut runs: Vec<WorkflowRun> = items(value, "/workflow_runs").map(WorkflowRun::from_json).collect();
        let has_older = number(value, "/total_count") > runs.len() as u64;
        runs.sort_by_key(|run| std::cmp::Reverse((run.created, run.id)));
        Self { runs, has_older }
    }

    /// The runs of a workflow, the newest first.
    pub fn of<'a>(&'a self, workflow: &'a str) -> impl Iterator<Item = &'a WorkflowRun> {
        self.runs.iter().filter(move |run| run.is_of(workflow))
    }

    /// Whether every run since a time is listed.
    pub fn is_complete_since(&self, time: Timestamp) -> bool {
        let oldest = self.runs.iter().filter_map(|run| run.created).min();
        !self.has_older || oldest.is_some_and(|oldest| oldest <= time)
    }
}

/// An environment that a run waits to deploy to, and who may let it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingDeployment {
    /// The environment.
    pub environment: String,
    /// The people and teams whose review is asked for; none where only a time is waited for.
    pub reviewers: Vec<String>,
    /// Whether who asks is one of them.
    pub may_approve: bool,
}

impl PendingDeployment {
    /// Reads the document of a pending deployment.
    pub fn from_json(value: &Value) -> Self {
        let name = |reviewer: &Value| {
            ["/reviewer/login", "/reviewer/slug", "/reviewer/name"]
                .into_iter()
                .find_map(|path| optional_line(reviewer, path))
        };
        Self {
            environment: line(value, "/environment/name"),
            reviewers: items(value, "/reviewers").filter_map(name).collect(),
            may_approve: flag(value, "/current_user_can_approve"),
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

/// The number of the run that a page shows: a newer run has a greater one. `None` where it is no run's page.
pub fn run_number(page: &str) -> Option<u64> {
    let (_, rest) = page.split_once("/actions/runs/")?;
    rest.split(['/', '?', '#']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_workflow_is_known_by_its_name_or_its_file() {
        for (name, path, is_it) in [
            ("ci", "", true),
            ("CI", ".github/workflows/build.yml", true),
            ("Build", ".github/workflows/ci.yml", true),
            ("Build", ".github/workflows/CI.YAML@refs/heads/main", true),
            ("Build", ".github/workflows/ci-extra.yml", false),
            ("Build", ".github/workflows/ci.json", false),
            ("", "", false),
        ] {
            let run = WorkflowRun::from_json(&json!({"name": name, "path": path}));
            assert_eq!(run.is_of("ci"), is_it, "{name} {path}");
        }
    }

    #[test]
    fn a_cut_list_says_nothing_of_what_is_older() {
        let at = |second: i64| Timestamp::from_second(second).expect("a time");
        let run = |id: u64, second| json!({"id": id, "created_at": at(second).to_string()});
        let list = |total: u64| {
            RunList::from_json(&json!({"total_count": total, "workflow_runs": [run(1, 50), run(2, 90)]}))
        };
        assert_eq!(list(2).runs.iter().map(|run| run.id).collect::<Vec<_>>(), [2, 1]);
        assert!(list(2).is_complete_since(at(0)));
        assert!(!list(3).is_complete_since(at(40)) && list(3).is_complete_since(at(60)));
    }

    #[test]
    fn reviewers_are_people_and_teams() {
        let pending = PendingDeployment::from_json(&json!({
            "environment": {"name": "prod"},
            "current_user_can_approve": true,
            "reviewers": [
                {"type": "User", "reviewer": {"login": "ada"}},
                {"type": "Team", "reviewer": {"name": "The Operators", "slug": "operators"}},
                {"type": "Team"},
            ],
        }));
        assert_eq!(pending.reviewers, ["ada", "operators"]);
        assert!(pending.may_approve && pending.environment == "prod");
    }
}
