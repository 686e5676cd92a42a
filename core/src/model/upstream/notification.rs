//! Whether a merge started what goes on after it: the workflow that hands it to `post-deployment`.

use jiff::Timestamp;

use super::github_command::GithubPlace;
use super::notice::{Notice, has_skip_marker, is_recent, title};
use super::workflow_runs::{missing_workflow, run_words};
use super::{FollowedBranch, PipelineFacts, Upstream, continuous_integration};
use crate::model::contract::{NOTIFY_WORKFLOW, POST_DEPLOYMENT_WORKFLOW, deployment_status};
use crate::model::github::{RunList, WorkflowRun};
use crate::model::verdict::{Cause, Reason, short};

/// The account whose pushes start no workflow: the token that a run gets.
const WORKFLOW_TOKEN: &str = "github-actions[bot]";

/// The newest run that a commit of the gitops repository started.
pub(super) fn run<'a>(runs: &'a RunList, commit: &str) -> Option<&'a WorkflowRun> {
    runs.of(NOTIFY_WORKFLOW).find(|run| run.commit == commit)
}

/// Whether a merge may have started nothing: there is no run of it, and no status that a run would have led to.
pub(super) fn may_be_missing(pipeline: &PipelineFacts, upstream: &Upstream) -> bool {
    let (Some(merge), Some(runs)) = (&upstream.merge, &pipeline.gitops_runs) else { return false };
    let is_listed = merge.committed.is_some_and(|time| runs.is_complete_since(time));
    is_listed
        && run(runs, &merge.sha).is_none()
        && !upstream.is_untracked()
        && !is_recorded(pipeline, upstream)
}

/// Whether what goes on after the merge is known to have begun: by a status of the environment that is newer than the
/// merge or names it, or a run of `post-deployment` since then.
fn is_recorded(pipeline: &PipelineFacts, upstream: &Upstream) -> bool {
    let Some(merge) = &upstream.merge else { return false };
    let context = deployment_status(&upstream.environment);
    let of_status = upstream.statuses.iter().any(|status| {
        let is_after = status.created.is_none() || status.created >= merge.committed;
        let has_begun = !status.description.to_ascii_lowercase().starts_with("promoted");
        status.context.eq_ignore_ascii_case(&context) && is_after && has_begun
    });
    // Its title does not tell for which merge it is.
    let of_run = pipeline
        .source_runs
        .iter()
        .any(|runs| runs.of(POST_DEPLOYMENT_WORKFLOW).any(|run| run.created >= merge.committed));
    of_status || of_run
}

/// That nothing goes on after the newest merge, and why.
pub(super) fn notice(
    followed: &FollowedBranch,
    pipeline: &PipelineFacts,
    upstream: &Upstream,
    now: Timestamp,
) -> Option<Notice> {
    let (merge, runs) = (upstream.merge.as_ref()?, pipeline.gitops_runs.as_ref()?);
    // Where nothing tells what was deployed, no workflow of the flow knows what to do with it.
    let tracking = upstream.tracked().filter(|tracking| !tracking.is_missing())?;
    if is_recent(merge.committed, now) {
        return None;
    }
    let place = GithubPlace::new(&pipeline.host, &followed.repository);
    let version = tracking.version.as_deref().map(|version| format!(" ({version})")).unwrap_or_default();
    let merged = format!("the merge {}{version} to {}", short(&merge.sha), followed.branch);
    if let Some(run) = run(runs, &merge.sha) {
        if !run.state.is_failure() || is_recorded(pipeline, upstream) {
            return None;
        }
        let step = pipeline.failed_step(run).map(|step| format!(": {step}")).unwrap_or_default();
        let message = format!("{merged} started no post-deployment: {}{step}", run_words(run, now));
        let notice = Notice::new(Reason::NotNotified, message).because(Some(Cause::WorkflowFailed));
        let next = [place.view_failed_run(run.id), place.rerun(run, "run it again")];
        return Some(notice.by_run(&followed.repository, run).then(next));
    }
    if !may_be_missing(pipeline, upstream) {
        return None;
    }
    let workflows = pipeline.gitops_workflows.as_ref()?;
    let missing = missing_workflow(workflows, NOTIFY_WORKFLOW, place);
    if missing.as_ref().is_some_and(|missing| missing.cause == Cause::WorkflowMissing)
        && !continuous_integration::is_in_use(pipeline)
    {
        return None;
    }
    let (cause, words, next) = if has_skip_marker(&merge.message) {
        (Some(Cause::SkipMarker), "its message tells workflows to skip it".to_owned(), None)
    } else if let Some(missing) = missing {
        (Some(missing.cause), missing.words, Some(missing.next))
    } else if merge.author.eq_ignore_ascii_case(WORKFLOW_TOKEN) {
        let words = format!("{WORKFLOW_TOKEN} merged it, whose pushes start no workflow");
        (Some(Cause::StartsNothing), words, None)
    } else {
        // A push is heard by the workflow files of its own branch.
        let words = format!(
            "no run of {NOTIFY_WORKFLOW} began, which is enabled; branch {} may lack its file",
            followed.branch
        );
        (None, words, Some(place.list_workflows()))
    };
    let message = format!("{merged} started no post-deployment: {words}");
    let notice = Notice::new(Reason::NotNotified, message).because(cause);
    let says = format!("{}; no run of {NOTIFY_WORKFLOW}", title(&merge.message));
    let notice = notice.by("Commit", &followed.repository, short(&merge.sha), says, merge.committed);
    Some(notice.then(next.into_iter().chain(start_post_deployment(pipeline, upstream))))
}

/// The command that does by hand what the notification would have done.
fn start_post_deployment(
    pipeline: &PipelineFacts,
    upstream: &Upstream,
) -> Option<crate::model::verdict::NextCommand> {
    let (source, merge) = (pipeline.source.as_ref()?, upstream.merge.as_ref()?);
    let tracking = upstream.tracked()?;
    let commit = tracking.commit.as_deref()?;
    let mut inputs = vec![
        ("promoted_commit_id", commit),
        ("environment", upstream.environment.as_str()),
        ("commit_id", merge.sha.as_str()),
    ];
    inputs.extend(tracking.image_tag.as_deref().map(|tag| ("image_tag", tag)));
    inputs.extend(tracking.version.as_deref().map(|version| ("version", version)));
    let file = super::dispatch::workflow_file(pipeline, POST_DEPLOYMENT_WORKFLOW);
    let place = GithubPlace::new(&pipeline.host, source);
    Some(place.start(&file, &inputs, "start it by hand; promotion=y promotes it afterwards"))
}
