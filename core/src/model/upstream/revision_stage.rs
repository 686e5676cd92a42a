//! Where one commit stands in each environment: the rows of `--revision`. What a cluster says of the commit that it
//! applied, or tries to, stays as it is; of every other commit the standing is how far it came.

use jiff::Timestamp;

use super::deploy_runs::{DeployRun, deploy_runs};
use super::github_command::{GithubPlace, status_of_commit};
use super::notice::{Notice, link};
use super::revision::FoundRevision;
use super::superseded::superseded;
use super::workflow_runs::run_words;
use super::{FollowedBranch, PipelineFacts, Tracking, Upstream};
use crate::model::contract::CI_WORKFLOW;
use crate::model::github::Mergeable;
use crate::model::is_same_commit;
use crate::model::verdict::{EnvironmentStatus, NextCommand, Reason, Standing, short};

/// The commit that is asked for, and what is known of one environment.
pub(super) struct RevisionCase<'a> {
    pub(super) followed: &'a FollowedBranch,
    pub(super) pipeline: &'a PipelineFacts,
    pub(super) upstream: &'a Upstream,
    /// What is said of the environment anyway.
    pub(super) notices: &'a [Notice],
    pub(super) now: Timestamp,
}

/// Where the commit is on its way to an environment.
pub(super) struct Stage {
    standing: Standing,
    reason: Reason,
    message: String,
    url: Option<String>,
    next: Vec<NextCommand>,
}

impl Stage {
    pub(super) fn new(standing: Standing, reason: Reason, message: impl Into<String>) -> Self {
        Self { standing, reason, message: message.into(), url: None, next: Vec::new() }
    }

    /// With the page that shows it.
    pub(super) fn on_page(mut self, page: Option<&str>) -> Self {
        self.url = page.and_then(link);
        self
    }

    /// With a command to type.
    pub(super) fn then(mut self, next: impl IntoIterator<Item = NextCommand>) -> Self {
        self.next.extend(next);
        self
    }
}

impl RevisionCase<'_> {
    /// Has an environment stand where the commit is.
    pub(super) fn add_to(&self, environment: &mut EnvironmentStatus) {
        let Some(revision) = &self.pipeline.revision else { return };
        if matches!(revision, FoundRevision::NotAnswered | FoundRevision::Unknown { .. }) {
            return;
        }
        let Some(stage) = self.stage(revision) else { return };
        environment.replace_standing(&self.upstream.environment, stage.standing, stage.reason, stage.message);
        environment.url = stage.url;
        environment.next.splice(0..0, stage.next);
    }

    /// Where the commit is; `None` where the cluster's own verdict is about it.
    fn stage(&self, revision: &FoundRevision) -> Option<Stage> {
        let Self { followed, upstream, .. } = self;
        let applied = followed.applied.as_deref();
        let is_applied = revision.is_gitops_commit(applied)
            || is_source_of(revision, upstream.running.as_ref().filter(|_| applied.is_some()));
        let is_pushed =
            revision.is_gitops_commit(upstream.head.as_deref()) || is_source_of(revision, upstream.tracked());
        let is_fetched = followed.fetched.is_some() && followed.fetched == upstream.head;
        if is_applied || is_pushed && is_fetched {
            return None;
        }
        if is_pushed {
            return Some(self.pushed());
        }
        let Some(commit) = revision.source_commit() else {
            let words = "has another commit, and nothing tells what this one was rendered from";
            let message = format!("branch {} {words}", followed.branch);
            return Some(Stage::new(Standing::NotDeployed, Reason::Superseded, message));
        };
        let run = self.deploy_run(commit);
        self.of_pull_request(commit)
            .or_else(|| self.of_deploy_run(run.as_ref().filter(|run| run.run.state.is_under_way())?))
            .or_else(|| superseded(revision, self))
            .or_else(|| self.of_deploy_run(run.as_ref()?))
            .or_else(|| self.of_build(commit))
            .or_else(|| Some(self.missing(commit)))
    }

    /// That it is merged, and that nobody says it was fetched.
    fn pushed(&self) -> Stage {
        let Self { followed, upstream, .. } = self;
        let head = upstream.head.as_deref().map(short).unwrap_or_default();
        let merged = format!("it is merged to {} of {} with {head}", followed.branch, followed.repository);
        match followed.applied {
            Some(_) => Stage::new(
                Standing::Syncing,
                Reason::MergedNotFetched,
                format!("{merged}; Flux has not fetched that"),
            ),
            None => Stage::new(
                Standing::Unknown,
                Reason::NotObserved,
                format!("{merged}; no cluster that was asked tells whether it is applied"),
            ),
        }
    }

    fn of_pull_request(&self, commit: &str) -> Option<Stage> {
        let mut pulls = self.upstream.pulls.iter().zip(&self.upstream.pull_facts);
        let deploys = |own: &Option<String>| own.as_deref().is_some_and(|own| is_same_commit(own, commit));
        let (pull, _) = pulls.find(|(_, facts)| deploys(&facts.source_commit))?;
        let (reason, words) = match pull.mergeable {
            Mergeable::Conflicting => {
                (Reason::PullRequestConflicts, "cannot be merged: it conflicts with its branch")
            }
            _ => (Reason::PullRequestOpen, "waits for approval"),
        };
        let message = format!("#{} {} {words}", pull.number, pull.title);
        Some(Stage::new(Standing::AwaitingApproval, reason, message).on_page(Some(&pull.url)))
    }

    /// The newest run of `deploy` that brings the commit here.
    fn deploy_run(&self, commit: &str) -> Option<DeployRun<'_>> {
        deploy_runs(self.pipeline).into_iter().find(|deploy| {
            deploy.is_for(&self.upstream.environment)
                && deploy.commit.as_deref().is_some_and(|own| is_same_commit(own, commit))
        })
    }

    fn of_deploy_run(&self, deploy: &DeployRun<'_>) -> Option<Stage> {
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
        let step = self.pipeline.failed_step(deploy.run).map(|step| format!(": {step}"));
        let message = format!("{}{}", run_words(deploy.run, self.now), step.unwrap_or_default());
        Some(Stage::new(standing, reason, message).on_page(Some(&deploy.run.url)))
    }

    fn of_build(&self, commit: &str) -> Option<Stage> {
        let Self { pipeline, upstream, .. } = self;
        let runs = pipeline.source_runs.as_ref()?;
        let run = runs.of(CI_WORKFLOW).find(|run| is_same_commit(&run.commit, commit))?;
        let place = GithubPlace::new(&pipeline.host, pipeline.source.as_ref()?);
        let before = pipeline.chain.before(&upstream.environment);
        let stands = |standing| if before.is_none() { standing } else { Standing::NotDeployed };
        let (standing, reason, next) = if run.state.is_under_way() {
            (stands(Standing::Building), Reason::CiRunning, place.watch_run(run))
        } else if run.state.is_failure() {
            (stands(Standing::Failed), Reason::CiFailed, place.view_failed_run(run.id))
        } else {
            return None;
        };
        let step = pipeline.failed_step(run).map(|step| format!(": {step}")).unwrap_or_default();
        let follows = before.map(|before| format!("; {} comes after {before}", upstream.environment));
        let message = format!("{}{step}{}", run_words(run, self.now), follows.unwrap_or_default());
        // Of the first environment the build is told with its command anyway, where it is that of the newest commit.
        Some(Stage::new(standing, reason, message).on_page(Some(&run.url)).then([next]))
    }

    /// That nothing brings it here. Why is told by what is said of the environment anyway; else it waits for the
    /// environment before.
    fn missing(&self, commit: &str) -> Stage {
        let Self { pipeline, upstream, notices, .. } = self;
        let environment = &upstream.environment;
        let known = [Reason::CiNotStarted, Reason::DeployNotDispatched];
        let mut remarks = notices.iter().map(|notice| &notice.remark);
        if let Some(remark) = remarks.find(|remark| known.contains(&remark.reason)) {
            let stage = Stage::new(Standing::NotDeployed, remark.reason, remark.message.clone());
            return stage.on_page(remark.url.as_deref());
        }
        let Some(before) = pipeline.chain.before(environment) else {
            let words = format!("nothing brings it to {environment}: no run, no pull request");
            return Stage::new(Standing::NotDeployed, Reason::DeployNotDispatched, words);
        };
        let words = format!("it has not come to {environment}: it waits until it is proved in {before}");
        let next = pipeline.source.as_ref().map(|source| status_of_commit(source, before, commit));
        Stage::new(Standing::NotDeployed, Reason::DeployNotDispatched, words).then(next)
    }
}

/// Whether something was rendered from the commit. A commit of the gitops repository stands for its source commit,
/// version and image: a later one of the same holds the same.
fn is_source_of(revision: &FoundRevision, tracking: Option<&Tracking>) -> bool {
    tracking.is_some_and(|tracking| revision.is_same_version(tracking))
}
