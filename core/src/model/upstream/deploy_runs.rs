//! Runs of `deploy`: which environment and which commit each is for, and what the newest one of an environment means.
//!
//! The suite's own runs name both in their titles. The reference's have no telling title: one that waits for reviewers
//! is known by the environment that it waits for, and of the others is said that a run is there, not for whom.

use jiff::Timestamp;

use super::github_command::GithubPlace;
use super::notice::Notice;
use super::workflow_runs::run_words;
use super::{PipelineFacts, Upstream};
use crate::model::contract::DEPLOY_WORKFLOW;
use crate::model::github::WorkflowRun;
use crate::model::verdict::{Reason, Standing, short};
use crate::model::{is_commit_hash, is_same_commit};

/// What the name of the environment ends in that a run names only to have it approved.
const APPROVAL_SUFFIX: &str = "-approval";

/// A run of `deploy`, and what it is for as far as that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DeployRun<'a> {
    pub(super) run: &'a WorkflowRun,
    pub(super) environment: Option<String>,
    pub(super) commit: Option<String>,
}

/// The runs of `deploy`, the newest first.
pub(super) fn deploy_runs(pipeline: &PipelineFacts) -> Vec<DeployRun<'_>> {
    let Some(list) = &pipeline.source_runs else { return Vec::new() };
    list.of(DEPLOY_WORKFLOW).map(|run| DeployRun::of(pipeline, run)).collect()
}

/// The runs that are told: the newest of each environment, and the newest of which nobody can say for whom it is. All
/// that wait for reviewers may be found to be for another environment.
pub(super) fn shown_runs(pipeline: &PipelineFacts) -> Vec<&WorkflowRun> {
    let runs = deploy_runs(pipeline);
    let mut told: Vec<&WorkflowRun> = Vec::new();
    let mut seen: Vec<Option<String>> = Vec::new();
    for deploy in &runs {
        let environment = deploy.environment.as_ref().map(|name| name.to_lowercase());
        if !seen.contains(&environment) {
            seen.push(environment);
            told.push(deploy.run);
        } else if deploy.environment.is_none() && deploy.run.state.is_protected() {
            told.push(deploy.run);
        }
    }
    told
}

impl<'a> DeployRun<'a> {
    fn of(pipeline: &PipelineFacts, run: &'a WorkflowRun) -> Self {
        let names = &pipeline.chain.names;
        let words: Vec<&str> = run
            .title
            .split(|c: char| c.is_whitespace() || "'\"`(),;:[]→".contains(c))
            .filter(|word| !word.is_empty())
            .collect();
        let named = words.iter().find_map(|word| names.iter().find(|name| name.eq_ignore_ascii_case(word)));
        let is_other = |word: &&&str| named.is_none_or(|name| !name.eq_ignore_ascii_case(word));
        let commit = words
            .iter()
            .filter(is_other)
            .find(|word| is_commit_hash(word))
            .map(|word| (*word).to_lowercase());
        let awaited = || {
            let pending = pipeline.pending.get(&run.id)?;
            pending.iter().find_map(|pending| {
                let name = &pending.environment;
                let stem = name.strip_suffix(APPROVAL_SUFFIX).unwrap_or(name);
                names
                    .iter()
                    .find(|known| known.eq_ignore_ascii_case(name) || known.eq_ignore_ascii_case(stem))
            })
        };
        let environment = named.filter(|_| commit.is_some()).or_else(awaited).cloned();
        Self { run, commit: commit.filter(|_| environment.is_some()), environment }
    }

    /// Whether it is for an environment.
    pub(super) fn is_for(&self, environment: &str) -> bool {
        self.environment.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(environment))
    }
}

/// What the newest run for an environment means for it.
pub(super) fn notice(
    pipeline: &PipelineFacts,
    environment: &str,
    upstream: &Upstream,
    now: Timestamp,
) -> Option<Notice> {
    let runs = deploy_runs(pipeline);
    // Where there is one environment alone, every run is for it.
    let is_only = pipeline.chain.names.len() == 1;
    let newest = runs.iter().find(|deploy| is_only || deploy.is_for(environment))?;
    let of_commit = newest.commit.as_deref().map(|commit| format!(" {}", short(commit)));
    let what = format!("{} to {environment}", of_commit.unwrap_or_default());
    run_notice(pipeline, newest, &what, upstream, now)
}

/// What the newest run means of which nobody can say for whom it is; told once, of the first environment.
pub(super) fn unattributed_notice(
    pipeline: &PipelineFacts,
    upstream: &Upstream,
    now: Timestamp,
) -> Option<Notice> {
    if pipeline.chain.names.len() == 1 {
        return None;
    }
    let runs = deploy_runs(pipeline);
    // What is older than a run of the first environment is over.
    let newest = runs.first().filter(|deploy| deploy.environment.is_none())?;
    let what = ", to which environment its title does not say";
    let mut notice = run_notice(pipeline, newest, what, upstream, now)?;
    notice.stage = None;
    Some(notice)
}

fn run_notice(
    pipeline: &PipelineFacts,
    deploy: &DeployRun<'_>,
    what: &str,
    upstream: &Upstream,
    now: Timestamp,
) -> Option<Notice> {
    let source = pipeline.source.as_ref()?;
    let (run, place) = (deploy.run, GithubPlace::new(&pipeline.host, source));
    let words = run_words(run, now);
    if run.state.is_protected() {
        let pending = pipeline.pending.get(&run.id).map(Vec::as_slice).unwrap_or_default();
        let reviewers: Vec<&str> =
            pending.iter().flat_map(|pending| &pending.reviewers).map(String::as_str).collect();
        let of_whom = match reviewers.as_slice() {
            [] => "the protection rules of its environment".to_owned(),
            reviewers => format!("a review by {}", reviewers.join(" or ")),
        };
        let may = pending.iter().any(|pending| pending.may_approve);
        let you = if may { "; you may approve it" } else { "" };
        let message = format!("{}{what} (run {}) waits for {of_whom}{you}", run.workflow, run.id);
        let notice = Notice::new(Reason::DeployAwaitsReview, message).at_stage(Standing::AwaitingApproval);
        let view = place.view_run(run, "look at it; who may review it approves it on its page");
        return Some(notice.by_run(source, run).then([view]));
    }
    if run.state.is_under_way() {
        let message = format!("{words}: it renders{what}");
        let notice = Notice::new(Reason::DeployRunning, message).at_stage(Standing::Rendering);
        return Some(notice.by_run(source, run).then([place.watch_run(run)]));
    }
    if !run.state.is_failure() || is_over(deploy, upstream) {
        return None;
    }
    let step = pipeline.failed_step(run).map(|step| format!(": {step}")).unwrap_or_default();
    let message = format!("{words}; it was to render{what}{step}");
    let notice = Notice::new(Reason::DeployFailed, message);
    Some(notice.by_run(source, run).then([place.view_failed_run(run.id)]))
}

/// Whether what a run failed to do was done afterwards by other means: its commit is merged, or open.
fn is_over(deploy: &DeployRun<'_>, upstream: &Upstream) -> bool {
    let run = deploy.run;
    let is_later = |time: Option<Timestamp>| time.is_some() && time > run.created;
    let is_its = |commit: Option<&str>| match (&deploy.commit, commit) {
        (Some(own), Some(commit)) => is_same_commit(own, commit),
        (None, _) => true,
        _ => false,
    };
    let is_merged = is_its(upstream.tracked_commit())
        && is_later(upstream.merge.as_ref().and_then(|merge| merge.committed));
    let mut open = upstream.pulls.iter().zip(&upstream.pull_facts);
    is_merged || open.any(|(pull, facts)| is_its(facts.source_commit.as_deref()) && is_later(pull.created))
}
