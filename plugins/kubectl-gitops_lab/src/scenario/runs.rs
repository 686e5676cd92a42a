//! Workflow runs of a scenario: what takes those that begin, and those that are written down as they are.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::error::ScenarioError;
use crate::github::{GitHub, JobRecord, RunRecord, Runner, RunnerShift};

/// How long runs wait for a runner where nothing is said.
const STARTS: SignedDuration = SignedDuration::from_secs(3);

/// What takes the runs of some workflows, from then on.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScenarioRunner {
    /// Which repositories': `*` is any text.
    #[serde(default = "any")]
    pub repository: String,
    /// Which workflow files': `*` is any text.
    #[serde(default = "any")]
    pub workflow: String,
    /// How long a run waits for it.
    #[serde(default = "starts")]
    pub starts: SignedDuration,
    /// How long a run takes; without end where nothing is said.
    #[serde(default)]
    pub after: Option<SignedDuration>,
    /// How it ends.
    #[serde(default)]
    pub conclusion: Conclusion,
    /// The step or job that fails.
    #[serde(default)]
    pub step: Option<String>,
    /// What its jobs print.
    #[serde(default)]
    pub log: String,
}

/// Runs that nobody can look up any more, and that the numbers of later ones go on from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EarlierRuns {
    /// `organisation/repository`
    pub repository: String,
    /// Its workflow's file: `ci.yml`
    pub workflow: String,
    /// How many there were.
    pub count: u64,
}

/// A run that is written down.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScenarioRun {
    /// `organisation/repository`
    pub repository: String,
    /// Its workflow's file: `ci.yml`
    pub workflow: String,
    /// What started it.
    pub event: String,
    /// The branch that it runs for.
    pub branch: String,
    /// The commit that it runs for; where nothing is said, the branch's.
    #[serde(default)]
    pub commit: Option<String>,
    /// What it is called; as its file says where nothing is said.
    #[serde(default)]
    pub title: Option<String>,
    /// Who started it.
    #[serde(default = "lab")]
    pub actor: String,
    /// What it was given.
    #[serde(default)]
    pub inputs: BTreeMap<String, String>,
    /// How long before the scenario it began.
    #[serde(default)]
    pub ago: SignedDuration,
    /// How long it took, or has been as it is.
    #[serde(default)]
    pub took: SignedDuration,
    /// How far it is.
    #[serde(default)]
    pub state: RunState,
    /// Its jobs; as its file says where there are none.
    #[serde(default)]
    pub jobs: Vec<ScenarioJob>,
}

/// A job of it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScenarioJob {
    /// Its name.
    pub name: String,
    /// The environment that it names.
    #[serde(default)]
    pub environment: Option<String>,
    /// How far it is.
    #[serde(default)]
    pub state: RunState,
    /// Its steps.
    #[serde(default)]
    pub steps: Vec<ScenarioStep>,
}

/// A step of it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScenarioStep {
    /// Its name.
    pub name: String,
    /// How far it is.
    #[serde(default)]
    pub state: RunState,
}

/// How far a run, a job or a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RunState {
    /// It waits for a runner.
    Queued,
    /// It waits for reviewers.
    Waiting,
    /// It runs.
    InProgress,
    /// It ended well.
    #[default]
    Success,
    /// It failed.
    Failure,
    /// Somebody stopped it, or nobody began it.
    Cancelled,
    /// It was not needed.
    Skipped,
    /// It took too long.
    TimedOut,
    /// Its file could not be read.
    StartupFailure,
}

/// How a run ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Conclusion {
    /// Well.
    #[default]
    Success,
    /// A step failed.
    Failure,
    /// Somebody stopped it.
    Cancelled,
    /// It took too long.
    TimedOut,
}

fn any() -> String {
    "*".to_owned()
}

fn lab() -> String {
    "lab".to_owned()
}

fn starts() -> SignedDuration {
    STARTS
}

impl RunState {
    fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Waiting => "waiting",
            Self::InProgress => "in_progress",
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
            Self::TimedOut => "timed_out",
            Self::StartupFailure => "startup_failure",
        }
    }
}

impl Conclusion {
    fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed_out",
        }
    }
}

impl ScenarioRunner {
    pub(super) fn runner(&self) -> Runner {
        let shift = RunnerShift {
            starts: self.starts,
            after: self.after,
            conclusion: self.conclusion.word().to_owned(),
            step: self.step.clone(),
            log: self.log.clone(),
        };
        Runner::new(&self.repository, &self.workflow, shift)
    }
}

impl EarlierRuns {
    /// Counts them in a scenario that happens at `now`.
    pub(super) fn count_in(&self, github: &mut GitHub, now: Timestamp) -> Result<(), ScenarioError> {
        let Self { repository, workflow, count } = self;
        let counted = github.set_run_count(repository, workflow, *count, now);
        counted.ok_or_else(|| ScenarioError::Run(format!("{workflow} of {repository}")))
    }
}

impl ScenarioRun {
    /// Writes it down in a scenario that happens at `now`. `filled` puts what placeholders mean into a text, and `tip`
    /// is the branch's commit.
    pub(super) fn record(
        &self,
        github: &mut GitHub,
        tip: Option<String>,
        filled: &mut dyn FnMut(&str) -> Result<String, ScenarioError>,
        now: Timestamp,
    ) -> Result<(), ScenarioError> {
        let mut inputs = serde_json::Map::new();
        for (name, value) in &self.inputs {
            inputs.insert(name.clone(), Value::from(filled(value)?));
        }
        let commit = self.commit.as_deref().map(&mut *filled).transpose()?.or(tip);
        let created = now - self.ago;
        let record = RunRecord {
            repository: self.repository.clone(),
            workflow: self.workflow.clone(),
            event: self.event.clone(),
            branch: self.branch.clone(),
            commit: commit.unwrap_or_default(),
            title: self.title.as_deref().map(&mut *filled).transpose()?,
            actor: self.actor.clone(),
            inputs,
            state: self.state.word().to_owned(),
            jobs: self.jobs.iter().map(ScenarioJob::record).collect(),
            updated: created + self.took,
        };
        let named = || format!("{} of {} at {}", self.workflow, self.repository, self.branch);
        github.record_run(&record, created).map(drop).ok_or_else(|| ScenarioError::Run(named()))
    }
}

impl ScenarioJob {
    fn record(&self) -> JobRecord {
        JobRecord {
            name: self.name.clone(),
            environment: self.environment.clone(),
            state: self.state.word().to_owned(),
            steps: self.steps.iter().map(|step| (step.name.clone(), step.state.word().to_owned())).collect(),
        }
    }
}
