//! The cluster's picture with what GitHub says beside it.

use super::{Question, Unanswered, Upstream, UpstreamView, Upstreams};
use crate::model::github::{PullRequest, StatusState};
use crate::model::verdict::{EnvironmentStatus, Picture, Reason, Remark, Step, commit, short};

/// Whether GitHub was asked, and what of that it did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beside {
    /// It was not asked: why.
    NotAsked(String),
    /// It was asked.
    Asked(Vec<Unanswered>),
}

/// So many open pull requests of an environment are told one by one.
const FEW: usize = 3;

/// Puts into a picture what GitHub answered to the questions about it.
pub fn join(picture: &mut Picture, questions: &[Question], answers: &Upstreams) {
    for question in questions {
        let found = picture.environments.iter_mut().find(|one| one.namespace == question.namespace);
        let (Some(environment), Some(upstream)) = (found, answers.of.get(&question.namespace)) else {
            continue;
        };
        let running = upstream.running.as_ref();
        environment.version = running.and_then(|one| one.version.clone());
        environment.commit =
            running.and_then(|one| one.commit.as_deref()).map(|commit| short(commit).to_owned());
        environment.remarks.extend(remarks(question, upstream, environment));
        environment.remarks.sort();
        environment.remarks.dedup();
        environment.next.extend(upstream.pulls.iter().take(FEW).map(look));
        environment.github = Some(UpstreamView::of(question, upstream));
    }
    picture.github = Beside::Asked(answers.unanswered.clone());
}

fn remarks(question: &Question, upstream: &Upstream, environment: &EnvironmentStatus) -> Vec<Remark> {
    let place = format!("branch {} of {}", question.branch, question.repository);
    let mut remarks = Vec::new();
    if upstream.is_branch_missing {
        remarks.push(Remark::new(Reason::BranchNotFound, format!("{place} is not there")));
        return remarks;
    }
    remarks.extend(unfetched(question, upstream, environment));
    let deployed = upstream.running.as_ref().or(upstream.newest.as_ref());
    if deployed.is_some_and(|tracking| tracking.is_missing()) {
        let told = format!("{place} has no tracking files: no deployment of this flow made it");
        remarks.push(Remark::new(Reason::TrackingMissing, told));
    }
    remarks.extend(failed(question, upstream));
    if let Some(link) = upstream.next.as_ref()
        && let Some(waiting) = link.waiting.filter(|waiting| *waiting > 0)
    {
        let told = format!("{} has not got {} that runs here", link.environment, commits(waiting));
        remarks.push(Remark::new(Reason::NextIsBehind, told));
    }
    remarks.extend(upstream.pulls.iter().take(FEW).map(waiting));
    if upstream.pulls.len() > FEW {
        let told = format!("{} more pull requests are open", upstream.pulls.len() - FEW);
        remarks.push(Remark::new(Reason::PullRequestOpen, told));
    }
    remarks
}

/// What was merged and is not fetched yet, or is no longer what the branch holds. What is fetched and not
/// applied is the cluster's own affair.
fn unfetched(question: &Question, upstream: &Upstream, environment: &EnvironmentStatus) -> Option<Remark> {
    let head = upstream.head.as_deref()?;
    let fetched = environment.source.as_ref()?.revision.as_deref().and_then(commit);
    if Some(head) == fetched || Some(head) == question.applied.as_deref() {
        return None;
    }
    if let Some(distance) = upstream.distance.filter(|distance| distance.behind > 0) {
        let applied = question.applied.as_deref().map(short).unwrap_or_default();
        let told = format!(
            "branch {} no longer has {} that led to {applied}: its history was rewritten",
            question.branch,
            commits(distance.behind)
        );
        return Some(Remark::new(Reason::HistoryRewritten, told));
    }
    let version = upstream.newest.as_ref().and_then(|newest| newest.version.as_deref());
    let version = version.map(|version| format!(" ({version})")).unwrap_or_default();
    let ahead = upstream.distance.map(|distance| format!(", {} further", commits(distance.ahead)));
    let told = format!("{}{version} is merged and not fetched yet{}", short(head), ahead.unwrap_or_default());
    Some(Remark::new(Reason::MergedNotFetched, told))
}

/// The flow's own statuses of the deployed commit that say that something went wrong.
fn failed(question: &Question, upstream: &Upstream) -> Vec<Remark> {
    let own = [question.environment.clone(), format!("e2e/{}", question.environment)];
    let is_failed = |state| matches!(state, StatusState::Failure | StatusState::Error);
    upstream
        .statuses
        .iter()
        .filter(|status| own.iter().any(|own| own.eq_ignore_ascii_case(&status.context)))
        .filter(|status| is_failed(status.state))
        .map(|status| {
            let told =
                format!("status {} is {}: {}", status.context, status.state.as_str(), status.description);
            Remark::new(Reason::StatusFailed, told)
        })
        .collect()
}

fn waiting(pull: &PullRequest) -> Remark {
    let stands = if pull.is_draft { "is a draft" } else { "waits for approval" };
    Remark::new(Reason::PullRequestOpen, format!("#{} {} {stands}", pull.number, pull.title))
}

fn look(pull: &PullRequest) -> Step {
    Step::new(format!("gh pr view {}", pull.url), "look at it; to merge it is to approve it")
}

fn commits(count: u64) -> String {
    if count == 1 { "1 commit".to_owned() } else { format!("{count} commits") }
}
