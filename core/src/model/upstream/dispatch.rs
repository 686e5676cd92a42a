//! Whether what is built, or proved in the environment before, was handed to `deploy`.

use jiff::Timestamp;

use super::deploy_runs::deploy_runs;
use super::github_command::GithubPlace;
use super::notice::{Notice, is_recent};
use super::{PipelineFacts, Upstream, continuous_integration};
use crate::model::contract::{DEPLOY_WORKFLOW, deployment_status, version_of_build};
use crate::model::github::{CommitStatus, RepositoryName, StatusState, WorkflowRun};
use crate::model::is_same_commit;
use crate::model::verdict::{NextCommand, Reason, short};

/// What the status of a promoted deployment begins with; that of a configuration change is `Configured`.
const PROMOTED: &str = "deployed";

/// That the newest source commit is built and was not handed to `deploy` for the first environment.
pub(super) fn of_build(pipeline: &PipelineFacts, first: &Upstream, now: Timestamp) -> Option<Notice> {
    let environment = pipeline.chain.first()?;
    let (source, newest) = (pipeline.source.as_ref()?, pipeline.newest.as_ref()?);
    let run = continuous_integration::run(pipeline).filter(|run| run.state.is_success())?;
    if is_recent(run.updated, now) || !first.is_known() || first.hold.is_some() {
        return None;
    }
    if is_handed_over(pipeline, environment, &newest.sha, run.created, first) {
        return None;
    }
    let message = format!(
        "ci (run {}) built {}, the newest commit of {source}, and deploy was not started for {environment}",
        run.id,
        short(&newest.sha)
    );
    let next = hand_over(pipeline, source, (environment, first), run);
    Some(Notice::new(Reason::DeployNotDispatched, message).by_run(source, run).then([next]))
}

/// The command that hands a build over: `deploy` with the version that `ci` gave it. Where nothing tells which that is, the
/// build once more.
fn hand_over(
    pipeline: &PipelineFacts,
    source: &RepositoryName,
    (environment, first): (&str, &Upstream),
    run: &WorkflowRun,
) -> NextCommand {
    let place = GithubPlace::new(&pipeline.host, source);
    let tracked = first.tracked().and_then(|tracked| tracked.version.as_deref());
    let Some(version) = version_of_build(run.number, tracked) else {
        return place.rerun(run, "build it once more, and hand it over");
    };
    let inputs = [
        ("environment", environment),
        ("commit_id", run.commit.as_str()),
        ("image_tag", version.as_str()),
        ("version", version.as_str()),
    ];
    place.start(&deploy_file(pipeline), &inputs, "hand it over")
}

/// That what is proved in the environment before was not handed to `deploy` for this one.
pub(super) fn of_promotion(
    pipeline: &PipelineFacts,
    (before, proved): (&str, &Upstream),
    (environment, upstream): (&str, &Upstream),
    now: Timestamp,
) -> Option<Notice> {
    let source = pipeline.source.as_ref()?;
    let tracking = proved.running.as_ref()?;
    let commit = tracking.commit.as_deref()?;
    let status = promoted_status(proved, before)?;
    let is_held = upstream.hold.is_some();
    if is_recent(status.created, now) || status.created.is_none() || !upstream.is_known() || is_held {
        return None;
    }
    // What is newer there is not waiting for this; nor is what nobody could compare.
    let waiting = proved.next.as_ref().and_then(|link| link.waiting);
    let is_behind = waiting.map_or_else(|| upstream.is_untracked(), |waiting| waiting > 0);
    if !is_behind || is_handed_over(pipeline, environment, commit, status.created, upstream) {
        return None;
    }
    pipeline.source_runs.as_ref().filter(|runs| {
        runs.of(DEPLOY_WORKFLOW).next().is_some()
            && status.created.is_some_and(|time| runs.is_complete_since(time))
    })?;
    let version = tracking.version.as_deref().map(|version| format!(" ({version})")).unwrap_or_default();
    let message = format!(
        "{}{version} is proved in {before}, and deploy was not started for {environment}",
        short(commit)
    );
    let mut inputs = vec![("environment", environment), ("commit_id", commit)];
    inputs.extend(tracking.image_tag.as_deref().map(|tag| ("image_tag", tag)));
    inputs.extend(tracking.version.as_deref().map(|version| ("version", version)));
    let file = deploy_file(pipeline);
    let next = GithubPlace::new(&pipeline.host, source).start(&file, &inputs, "hand it over");
    let says = format!("{}: {}", status.state.as_str(), status.description);
    let notice = Notice::new(Reason::DeployNotDispatched, message);
    Some(notice.by("CommitStatus", source, &status.context, says, status.created).then([next]))
}

/// The status that says that a deployment succeeded and goes on.
fn promoted_status<'a>(proved: &'a Upstream, environment: &str) -> Option<&'a CommitStatus> {
    let context = deployment_status(environment);
    proved.statuses.iter().find(|status| {
        status.context.eq_ignore_ascii_case(&context)
            && status.state == StatusState::Success
            && status.description.to_ascii_lowercase().starts_with(PROMOTED)
    })
}

/// Whether a run, a pull request or the branch itself has a commit; a run since a time of which nobody can say for whom
/// it is may be the one.
fn is_handed_over(
    pipeline: &PipelineFacts,
    environment: &str,
    commit: &str,
    since: Option<Timestamp>,
    upstream: &Upstream,
) -> bool {
    let runs = deploy_runs(pipeline);
    let is_started = runs.iter().any(|deploy| match (&deploy.environment, &deploy.commit) {
        (Some(_), Some(own)) => deploy.is_for(environment) && is_same_commit(own, commit),
        _ => deploy.run.created >= since,
    });
    let is_open = upstream
        .pull_facts
        .iter()
        .any(|facts| facts.source_commit.as_deref().is_none_or(|own| is_same_commit(own, commit)));
    is_started || is_open || upstream.tracked_commit().is_some_and(|own| is_same_commit(own, commit))
}

/// The file of the workflow `deploy`, as runs of it tell.
pub(super) fn deploy_file(pipeline: &PipelineFacts) -> String {
    workflow_file(pipeline, DEPLOY_WORKFLOW)
}

/// The file of a workflow of the source repository, as runs of it tell; else as the flow names it.
pub(super) fn workflow_file(pipeline: &PipelineFacts, workflow: &str) -> String {
    let runs = pipeline.source_runs.iter().flat_map(|runs| runs.of(workflow));
    let file = runs.filter_map(|run| run.path.split('@').next()?.rsplit('/').next()).find(|file| {
        !file.is_empty()
            && !file.starts_with('-')
            && file.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    });
    file.map_or_else(|| format!("{workflow}.yml"), str::to_owned)
}
