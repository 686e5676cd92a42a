//! Whether the newest source commit is built: by the run of `ci` that it started, or that it should have started.

use jiff::Timestamp;

use super::PipelineFacts;
use super::github_command::GithubPlace;
use super::notice::{Notice, has_skip_marker, is_recent, title};
use super::workflow_runs::{missing_workflow, run_words};
use crate::model::contract::{CI_WORKFLOW, DEPLOY_WORKFLOW, POST_DEPLOYMENT_WORKFLOW};
use crate::model::github::WorkflowRun;
use crate::model::verdict::{Cause, Reason, Standing, short};

/// The newest run of `ci` for the newest source commit.
pub(super) fn run(pipeline: &PipelineFacts) -> Option<&WorkflowRun> {
    let newest = pipeline.newest.as_ref()?;
    pipeline.source_runs.as_ref()?.of(CI_WORKFLOW).find(|run| run.commit == newest.sha)
}

/// Whether the newest source commit started nothing, as far as the list of runs tells.
pub(super) fn may_be_missing(pipeline: &PipelineFacts) -> bool {
    let (Some(newest), Some(runs)) = (&pipeline.newest, &pipeline.source_runs) else { return false };
    let is_listed = newest.committed.is_some_and(|time| runs.is_complete_since(time));
    // What has no parent is the first push of a set-up, which starts nothing on purpose.
    run(pipeline).is_none() && is_listed && !newest.parents.is_empty()
}

/// What is to be said of the newest source commit.
pub(super) fn notice(pipeline: &PipelineFacts, now: Timestamp) -> Option<Notice> {
    let (source, newest) = (pipeline.source.as_ref()?, pipeline.newest.as_ref()?);
    let place = GithubPlace::new(&pipeline.host, source);
    let commit =
        format!("{} ({}), the newest commit of {source}", short(&newest.sha), title(&newest.message));
    let Some(run) = run(pipeline) else { return not_started(pipeline, &commit, now) };
    if run.state.is_under_way() {
        let message = format!("{} for {commit}", run_words(run, now));
        let notice = Notice::new(Reason::CiRunning, message).at_stage(Standing::Building);
        return Some(notice.by_run(source, run).then([place.watch_run(run)]));
    }
    if !run.state.is_failure() {
        return None;
    }
    let step = pipeline.failed_step(run).map(|step| format!(": {step}")).unwrap_or_default();
    let message = format!("{} for {commit}{step}", run_words(run, now));
    Some(Notice::new(Reason::CiFailed, message).by_run(source, run).then([place.view_failed_run(run.id)]))
}

/// That nothing was started, and why. Of a repository without any workflow of the flow nothing was to be expected.
fn not_started(pipeline: &PipelineFacts, commit: &str, now: Timestamp) -> Option<Notice> {
    let (source, newest) = (pipeline.source.as_ref()?, pipeline.newest.as_ref()?);
    if !may_be_missing(pipeline) || is_recent(newest.committed, now) {
        return None;
    }
    let place = GithubPlace::new(&pipeline.host, source);
    let runs = pipeline.source_runs.as_ref()?;
    let workflows = pipeline.source_workflows.as_ref()?;
    let is_in_use = is_in_use(pipeline);
    if !is_in_use && !workflows.iter().any(|workflow| workflow.is(CI_WORKFLOW)) {
        return None;
    }
    let said = if has_skip_marker(&newest.message) {
        // A set-up skips its own commits on purpose: before the first run there is nothing to miss.
        runs.of(CI_WORKFLOW).next()?;
        let words = "its message tells workflows to skip it".to_owned();
        (Some(Cause::SkipMarker), words, place.list_workflows())
    } else if let Some(missing) = missing_workflow(workflows, CI_WORKFLOW, place) {
        (Some(missing.cause), missing.words, missing.next)
    } else {
        (None, "its workflow is there and enabled".to_owned(), place.list_workflows())
    };
    let (cause, words, next) = said;
    let message = format!("no run of ci began for {commit}: {words}");
    let notice = Notice::new(Reason::CiNotStarted, message).because(cause);
    let says = format!("{}; no run of ci", title(&newest.message));
    Some(notice.by("Commit", source, short(&newest.sha), says, newest.committed).then([next]))
}

/// Whether workflows of the flow have run here. Of a repository that was made by hand none are to be expected.
pub(super) fn is_in_use(pipeline: &PipelineFacts) -> bool {
    let flow = [CI_WORKFLOW, DEPLOY_WORKFLOW, POST_DEPLOYMENT_WORKFLOW];
    pipeline.source_runs.iter().any(|runs| flow.iter().any(|name| runs.of(name).next().is_some()))
}
