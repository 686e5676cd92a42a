//! Runs that somebody writes down as they are: they come on no further by themselves.

use git2::Oid;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::job::JobPlan;
use super::new_run::NewRun;
use super::progress::Progress;
use super::workflow::{FOLDER, File, RunContext};
use crate::github::content::text;
use crate::github::instance::GitHub;

/// A run as somebody writes it down.
#[derive(Clone, Debug, Default)]
pub struct RunRecord {
    /// `organisation/repository`
    pub repository: String,
    /// Its workflow's file: `ci.yml`
    pub workflow: String,
    /// What started it: `push`, `workflow_dispatch` …
    pub event: String,
    /// The branch that it runs for.
    pub branch: String,
    /// The commit that it runs for: 40 hexadecimal digits.
    pub commit: String,
    /// What it is called; as its file says where nothing is said.
    pub title: Option<String>,
    /// Who started it.
    pub actor: String,
    /// What it was given.
    pub inputs: Map<String, Value>,
    /// `queued`, `waiting`, `in_progress`, or its conclusion.
    pub state: String,
    /// Its jobs; as its file says where there are none.
    pub jobs: Vec<JobRecord>,
    /// When it ended, or came to be as it is.
    pub updated: Timestamp,
}

/// A job as somebody writes it down.
#[derive(Clone, Debug, Default)]
pub struct JobRecord {
    /// Its name.
    pub name: String,
    /// The environment that it names.
    pub environment: Option<String>,
    /// As of a run.
    pub state: String,
    /// Names of its steps, each with its state.
    pub steps: Vec<(String, String)>,
}

fn progress(state: &str) -> Progress {
    match state {
        "queued" => Progress::Queued,
        "waiting" => Progress::Waiting,
        "in_progress" => Progress::Running,
        conclusion => Progress::Completed(conclusion.to_owned()),
    }
}

impl GitHub {
    /// Has the numbers of a workflow's runs go on from `count`, or from what they have come to where that is more. None
    /// where there is no such repository or workflow.
    pub fn set_run_count(
        &mut self,
        repository: &str,
        workflow: &str,
        count: u64,
        now: Timestamp,
    ) -> Option<()> {
        let id = self.find(repository, now)?;
        let found = self.repositories.get_mut(&id)?;
        let workflow = found.workflows.0.get(&format!("{FOLDER}/{workflow}"))?.id;
        found.runs.raise_count(workflow, count);
        Some(())
    }

    /// Writes a run down that began at `created`. None where there is no such repository, commit or workflow file.
    pub fn record_run(&mut self, record: &RunRecord, created: Timestamp) -> Option<u64> {
        let id = self.find(&record.repository, created)?;
        let git = self.host.repository(&record.repository).ok()?;
        let commit = Oid::from_str(&record.commit).ok()?;
        let path = format!("{FOLDER}/{}", record.workflow);
        let file = File::at(&git, commit, &path)?;
        let message = text(git.find_commit(commit).ok()?.message_bytes());
        let context =
            RunContext { inputs: &record.inputs, actor: &record.actor, branch: &record.branch, commit };
        let workflow = self.register(id, &path, &file, created)?;
        let otherwise =
            if record.event == "push" { message.lines().next().unwrap_or_default() } else { &workflow.name };
        let jobs = if record.jobs.is_empty() {
            file.jobs(&context)
        } else {
            record.jobs.iter().map(JobRecord::plan).collect()
        };
        let new = NewRun {
            title: record.title.clone().unwrap_or_else(|| file.title(&context, otherwise)),
            jobs,
            workflow: path,
            workflow_id: workflow.id,
            name: workflow.name,
            event: record.event.clone(),
            branch: record.branch.clone(),
            commit,
            actor: record.actor.clone(),
            inputs: record.inputs.clone(),
        };
        let number = self.begin(id, new, created)?;
        let run = self.repositories.get_mut(&id)?.runs.all.get_mut(&number)?;
        run.work = None;
        match progress(&record.state) {
            Progress::Completed(conclusion) => run.conclude(&conclusion, None, "", record.updated),
            Progress::Running => run.start(record.updated),
            waiting => (run.progress, run.updated) = (waiting, record.updated),
        }
        for (job, recorded) in run.jobs.iter_mut().zip(&record.jobs) {
            job.progress = progress(&recorded.state);
            job.ended = job.progress.is_completed().then_some(record.updated);
            for (step, (_, state)) in job.steps.iter_mut().skip(1).zip(&recorded.steps) {
                step.progress = progress(state);
            }
        }
        Some(number)
    }
}

impl JobRecord {
    fn plan(&self) -> JobPlan {
        JobPlan {
            key: self.name.clone(),
            name: self.name.clone(),
            environment: self.environment.clone(),
            steps: self.steps.iter().map(|(name, _)| name.clone()).collect(),
            ..JobPlan::default()
        }
    }
}
