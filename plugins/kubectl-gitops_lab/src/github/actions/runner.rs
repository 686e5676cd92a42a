//! Runners: how long runs of a workflow wait and take, and how they end. They execute nothing: what a run would do is
//! up to whoever writes the scenario.

use jiff::{SignedDuration, Timestamp};
use regex::Regex;

/// What takes the runs of some workflows.
#[derive(Clone, Debug)]
pub struct Runner {
    /// Which repositories' (`contoso/*`): `*` is any text.
    repository: Regex,
    /// Which workflow files' (`ci.yml`), likewise.
    workflow: Regex,
    /// What it makes of them.
    pub shift: RunnerShift,
}

/// What a runner makes of a run.
#[derive(Clone, Debug)]
pub struct RunnerShift {
    /// How long a run waits for it.
    pub starts: SignedDuration,
    /// How long the run takes; without end where nothing is said.
    pub after: Option<SignedDuration>,
    /// How it ends: `success`, `failure`, `cancelled` …
    pub conclusion: String,
    /// The step or job that fails.
    pub step: Option<String>,
    /// What its jobs print.
    pub log: String,
}

/// When a runner takes a run, and how that ends.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) starts: Timestamp,
    pub(super) ends: Option<Timestamp>,
    pub(super) conclusion: String,
    pub(super) step: Option<String>,
    pub(super) log: String,
}

impl Runner {
    /// One for the workflows of these names in these repositories.
    pub fn new(repository: &str, workflow: &str, shift: RunnerShift) -> Self {
        Self { repository: pattern(repository), workflow: pattern(workflow), shift }
    }

    fn takes(&self, repository: &str, workflow: &str) -> bool {
        let file = workflow.rsplit('/').next().unwrap_or_default();
        self.repository.is_match(repository) && self.workflow.is_match(file)
    }

    fn work(&self, now: Timestamp) -> Work {
        let RunnerShift { starts, after, conclusion, step, log } = self.shift.clone();
        let starts = now.checked_add(starts).unwrap_or(Timestamp::MAX);
        let ends = after.map(|after| starts.checked_add(after).unwrap_or(Timestamp::MAX));
        Work { starts, ends, conclusion, step, log }
    }
}

/// Names as they are written: `*` is any text.
fn pattern(names: &str) -> Regex {
    let pattern = format!("(?i)^{}$", regex::escape(names).replace(r"\*", ".*"));
    Regex::new(&pattern).expect("an escaped text is a pattern")
}

/// What a run that is queued now meets; the last runner that was added comes first. None waits for whoever runs the lab.
pub(super) fn work(runners: &[Runner], repository: &str, workflow: &str, now: Timestamp) -> Option<Work> {
    let runner = runners.iter().rev().find(|runner| runner.takes(repository, workflow))?;
    Some(runner.work(now))
}
