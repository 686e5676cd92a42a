//! Jobs of runs, with their steps. GitHub puts a step of its own before and behind those that the file names.

use jiff::Timestamp;

use super::progress::{CANCELLED, FAILURE, Progress, SKIPPED, SUCCESS};

/// The step that gets a runner ready.
const FIRST_STEP: &str = "Set up job";
/// The step that cleans up.
const LAST_STEP: &str = "Complete job";

/// What a workflow file says of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::github) struct JobPlan {
    /// Its key in the file, by which other jobs need it.
    pub(in crate::github) key: String,
    pub(in crate::github) name: String,
    pub(in crate::github) labels: Vec<String>,
    /// Keys of the jobs that come before.
    pub(in crate::github) needs: Vec<String>,
    /// The environment that it names.
    pub(in crate::github) environment: Option<String>,
    /// Names of its steps.
    pub(in crate::github) steps: Vec<String>,
}

/// A job of a run.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: u64,
    pub(super) key: String,
    pub(super) name: String,
    pub(super) labels: Vec<String>,
    pub(super) needs: Vec<String>,
    pub(super) environment: Option<String>,
    pub(super) progress: Progress,
    pub(super) started: Timestamp,
    pub(super) ended: Option<Timestamp>,
    pub(super) steps: Vec<Step>,
    pub(super) log: String,
}

/// A step of a job.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) progress: Progress,
}

impl Job {
    pub(super) fn new(id: u64, plan: JobPlan, now: Timestamp) -> Self {
        let own = plan.steps.into_iter();
        let steps = [FIRST_STEP.to_owned()].into_iter().chain(own).chain([LAST_STEP.to_owned()]);
        let steps = steps.map(|name| Step { name, progress: Progress::Queued }).collect();
        Self {
            id,
            key: plan.key,
            name: plan.name,
            labels: plan.labels,
            needs: plan.needs,
            environment: plan.environment,
            progress: Progress::Queued,
            started: now,
            ended: None,
            steps,
            log: String::new(),
        }
    }

    /// Whether it has a step of this name, or is called so itself.
    pub(super) fn has(&self, name: &str) -> bool {
        self.name == name || self.key == name || self.steps.iter().any(|step| step.name == name)
    }

    /// A runner takes it: the first of its own steps runs.
    pub(super) fn start(&mut self, now: Timestamp) {
        (self.progress, self.started) = (Progress::Running, now);
        let mut steps = self.steps.iter_mut();
        if let Some(first) = steps.next() {
            first.progress = Progress::Completed(SUCCESS.to_owned());
        }
        if let Some(own) = steps.next() {
            own.progress = Progress::Running;
        }
    }

    /// Ends it. `failed` names the step that failed; the last of its own where nothing is said.
    pub(super) fn conclude(&mut self, conclusion: &str, failed: Option<&str>, now: Timestamp) {
        self.progress = Progress::Completed(conclusion.to_owned());
        self.ended = Some(now);
        let last = self.steps.len().saturating_sub(1);
        let failed = failed.and_then(|name| self.steps.iter().position(|step| step.name == name));
        let failed = failed.unwrap_or_else(|| last.saturating_sub(1));
        for (index, step) in self.steps.iter_mut().enumerate() {
            let ended = match conclusion {
                SUCCESS => SUCCESS,
                FAILURE if index == failed => FAILURE,
                FAILURE if index < failed || index == last => SUCCESS,
                CANCELLED if step.progress == Progress::Running => CANCELLED,
                _ if step.progress.is_completed() => continue,
                _ => SKIPPED,
            };
            step.progress = Progress::Completed(ended.to_owned());
        }
        // A job that never began has no steps.
        if conclusion == SKIPPED {
            self.steps.clear();
        }
    }

    /// Begins it anew.
    pub(super) fn reset(&mut self, now: Timestamp) {
        (self.progress, self.started, self.ended) = (Progress::Queued, now, None);
        self.steps.iter_mut().for_each(|step| step.progress = Progress::Queued);
        self.log.clear();
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Job, JobPlan};

    fn steps(job: &Job) -> Vec<&str> {
        job.steps
            .iter()
            .map(|step| step.progress.conclusion().unwrap_or_else(|| step.progress.status()))
            .collect()
    }

    #[test]
    fn a_job_tells_how_far_each_step_is() {
        let plan = JobPlan {
            key: "build".into(),
            name: "Build".into(),
            steps: ["Check out", "Build image", "Push image"].map(String::from).into(),
            ..JobPlan::default()
        };
        let now = Timestamp::UNIX_EPOCH;
        let mut job = Job::new(1, plan, now);
        assert_eq!(steps(&job), ["queued"; 5]);
        job.start(now);
        assert_eq!(steps(&job), ["success", "in_progress", "queued", "queued", "queued"]);
        for (conclusion, failed, expected) in [
            ("success", None, ["success"; 5]),
            ("failure", Some("Build image"), ["success", "success", "failure", "skipped", "success"]),
            ("failure", None, ["success", "success", "success", "failure", "success"]),
            ("cancelled", None, ["success", "cancelled", "skipped", "skipped", "skipped"]),
        ] {
            job.reset(now);
            job.start(now);
            job.conclude(conclusion, failed, now);
            assert_eq!(steps(&job), expected, "{conclusion} {failed:?}");
        }
    }
}
