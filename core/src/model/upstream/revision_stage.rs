//! Where one commit stands in each environment: the rows of `--revision`. What a cluster says of the commit that it
//! applied, or tries to, stays as it is; of every other commit the standing is how far it came.

use jiff::Timestamp;

use super::deploy_runs::deploy_runs;
use super::notice::{Notice, is_same_commit};
use super::revision::FoundRevision;
use super::workflow_runs::run_words;
use super::{FollowedBranch, PipelineFacts, Tracking, Upstream};
use crate::model::contract::CI_WORKFLOW;
use crate::model::github::Mergeable;
use crate::model::verdict::{EnvironmentStatus, Outlook, Reason, Remark, Standing, short};

/// Has an environment stand where a commit is, by what is to be said of it.
pub(super) fn add(
    followed: &FollowedBranch,
    pipeline: &PipelineFacts,
    upstream: &Upstream,
    environment: &mut EnvironmentStatus,
    notices: &[Notice],
    now: Timestamp,
) {
    let Some(revision) = &pipeline.revision else { return };
    if matches!(revision, FoundRevision::NotAnswered | FoundRevision::Unknown { .. }) {
        return;
    }
    let Some(stage) = stage(revision, followed, pipeline, upstream, notices, now) else { return };
    let former =
        format!("{} itself is {}: {}", upstream.environment, environment.standing, environment.message);
    environment.remarks.push(Remark::new(environment.reason, former));
    environment.standing = stage.standing;
    environment.reason = stage.reason;
    environment.cause = None;
    environment.headline.clone_from(&stage.message);
    environment.message = stage.message;
    environment.since = None;
    environment.outlook = Outlook::of(stage.standing);
}

/// Where a commit is on its way to an environment.
struct Stage {
    standing: Standing,
    reason: Reason,
    message: String,
}

impl Stage {
    fn new(standing: Standing, reason: Reason, message: impl Into<String>) -> Option<Self> {
        Some(Self { standing, reason, message: message.into() })
    }
}

/// Where the commit is; `None` where the cluster's own verdict is about it.
fn stage(
    revision: &FoundRevision,
    followed: &FollowedBranch,
    pipeline: &PipelineFacts,
    upstream: &Upstream,
    notices: &[Notice],
    now: Timestamp,
) -> Option<Stage> {
    let name = &upstream.environment;
    let applied = followed.applied.as_deref();
    let is_applied = revision.is_gitops_commit(applied)
        || is_source_of(revision, upstream.running.as_ref().filter(|_| applied.is_some()));
    let is_pushed =
        revision.is_gitops_commit(upstream.head.as_deref()) || is_source_of(revision, upstream.tracked());
    if is_applied {
        return None;
    }
    if is_pushed {
        let is_fetched = followed.fetched.is_some() && followed.fetched == upstream.head;
        if is_fetched {
            return None;
        }
        let head = upstream.head.as_deref().map(short).unwrap_or_default();
        let words = match applied {
            Some(_) => format!("it is merged to {} with {head}; Flux has not fetched that", followed.branch),
            None => format!(
                "it is merged to {} with {head}; no cluster that was asked tells whether it is applied",
                followed.branch
            ),
        };
        let standing = if applied.is_some() { Standing::Syncing } else { Standing::Unknown };
        let reason = if applied.is_some() { Reason::MergedNotFetched } else { Reason::NotObserved };
        return Stage::new(standing, reason, words);
    }
    let Some(commit) = revision.source_commit() else {
        return Stage::new(
            Standing::NotDeployed,
            Reason::Superseded,
            format!(
                "branch {} has another commit, and nothing tells what this one was rendered from",
                followed.branch
            ),
        );
    };
    of_pull_request(upstream, commit)
        .or_else(|| of_deploy_run(pipeline, upstream, commit, now))
        .or_else(|| superseded(revision, upstream))
        .or_else(|| of_build(pipeline, name, commit, now))
        .or_else(|| missing(pipeline, name, notices))
}

/// Whether something was rendered from the commit. A commit of the gitops repository stands for its source commit,
/// version and image: a later one of the same holds the same.
fn is_source_of(revision: &FoundRevision, tracking: Option<&Tracking>) -> bool {
    tracking.is_some_and(|tracking| revision.is_same_version(tracking))
}

fn of_pull_request(upstream: &Upstream, commit: &str) -> Option<Stage> {
    let mut pulls = upstream.pulls.iter().zip(&upstream.pull_facts);
    let deploys = |own: &Option<String>| own.as_deref().is_some_and(|own| is_same_commit(own, commit));
    let (pull, _) = pulls.find(|(_, facts)| deploys(&facts.source_commit))?;
    let (reason, words) = match pull.mergeable {
        Mergeable::Conflicting => {
            (Reason::PullRequestConflicts, "cannot be merged: it conflicts with its branch")
        }
        _ => (Reason::PullRequestOpen, "waits for approval"),
    };
    Stage::new(Standing::AwaitingApproval, reason, format!("#{} {} {words}", pull.number, pull.title))
}

fn of_deploy_run(
    pipeline: &PipelineFacts,
    upstream: &Upstream,
    commit: &str,
    now: Timestamp,
) -> Option<Stage> {
    let runs = deploy_runs(pipeline);
    let deploy = runs.iter().find(|deploy| {
        deploy.is_for(&upstream.environment)
            && deploy.commit.as_deref().is_some_and(|own| is_same_commit(own, commit))
    })?;
    let state = &deploy.run.state;
    let (standing, reason) = if state.is_protected() {
        (Standing::AwaitingApproval, Reason::DeployAwaitsReview)
    } else if state.is_under_way() {
        (Standing::Rendering, Reason::DeployRunning)
    } else if state.is_failure() {
        (Standing::Failed, Reason::DeployFailed)
    } else {
        return None;
    };
    let step = pipeline.failed_step(deploy.run).map(|step| format!(": {step}")).unwrap_or_default();
    Stage::new(standing, reason, format!("{}{step}", run_words(deploy.run, now)))
}

/// That what the branch holds came after it: a later source commit, or another version of the same.
fn superseded(revision: &FoundRevision, upstream: &Upstream) -> Option<Stage> {
    let tracked = upstream.tracked()?;
    let commit = tracked.commit.as_deref()?;
    let is_later =
        upstream.revision_distance.is_some_and(|distance| distance.ahead > 0 && distance.behind == 0);
    let is_other_version = matches!(revision, FoundRevision::Gitops { .. })
        && revision.source_commit().is_some_and(|own| is_same_commit(own, commit));
    if !is_later && !is_other_version {
        return None;
    }
    let version = tracked.version.as_deref().map(|version| format!(" ({version})")).unwrap_or_default();
    let successor = match is_other_version {
        true => format!("another version{version} of the same source commit"),
        false => format!("{}{version}, which came after it,", short(commit)),
    };
    let message = format!("{successor} took its place in {}", upstream.environment);
    Stage::new(Standing::NotDeployed, Reason::Superseded, message)
}

fn of_build(pipeline: &PipelineFacts, environment: &str, commit: &str, now: Timestamp) -> Option<Stage> {
    let runs = pipeline.source_runs.as_ref()?;
    let run = runs.of(CI_WORKFLOW).find(|run| is_same_commit(&run.commit, commit))?;
    let is_first = pipeline.chain.position(environment) == Some(0);
    let (standing, reason) = if run.state.is_under_way() {
        (if is_first { Standing::Building } else { Standing::NotDeployed }, Reason::CiRunning)
    } else if run.state.is_failure() {
        (if is_first { Standing::Failed } else { Standing::NotDeployed }, Reason::CiFailed)
    } else {
        return None;
    };
    let step = pipeline.failed_step(run).map(|step| format!(": {step}")).unwrap_or_default();
    Stage::new(standing, reason, format!("{}{step}", run_words(run, now)))
}

/// That nothing brings it here. Why is told by what is said of the environment anyway.
fn missing(pipeline: &PipelineFacts, environment: &str, notices: &[Notice]) -> Option<Stage> {
    let known = [Reason::CiNotStarted, Reason::DeployNotDispatched];
    let told = notices.iter().map(|notice| &notice.remark).find(|remark| known.contains(&remark.reason));
    if let Some(told) = told {
        return Stage::new(Standing::NotDeployed, told.reason, told.message.clone());
    }
    let before = pipeline.chain.position(environment).and_then(|at| at.checked_sub(1));
    let before = before.and_then(|at| pipeline.chain.names.get(at));
    let words = match before {
        Some(before) => format!("it has not come to {environment}, which follows {before}"),
        None => format!("nothing brings it to {environment}: no run, no pull request"),
    };
    Stage::new(Standing::NotDeployed, Reason::DeployNotDispatched, words)
}
