//! What becomes of pull requests when a branch moves: whoever moved it and however, at the moment when it happened.

use git2::{Oid, Repository as GitRepository};
use jiff::Timestamp;

use super::pull::{Mergeability, Merged, Pull, TestMerge};
use crate::git::{RefChanged, Via};
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::content::{Author, branch_tip};
use crate::github::instance::GitHub;
use crate::github::issues::{Issue, Issues};
use crate::github::repositories::repository::Repository;

/// Makes pull requests know that a branch has moved. The answer is whose heads are where from now on.
pub(in crate::github) fn follow(
    repository: &mut Repository,
    git: &GitRepository,
    changed: &RefChanged,
) -> Vec<(u64, Oid)> {
    let Some(branch) = changed.change.branch() else { return Vec::new() };
    let new_base = changed.change.new.is_none().then(|| base_of_merged(&repository.issues, branch)).flatten();
    let mut heads = Vec::new();
    for issue in repository.issues.all.values_mut().filter(|issue| issue.is_open) {
        let at = changed.at.max(issue.created);
        let Some(mut pull) = issue.pull.take() else { continue };
        let end = match (pull.head == branch, pull.base == branch, changed.change.new) {
            (true, _, Some(head)) => {
                let rules = repository.protections.get(&pull.base).and_then(|rules| rules.reviews.as_ref());
                move_head(&mut pull, changed, head, rules.is_some_and(|reviews| reviews.dismisses_stale));
                heads.push((issue.number, head));
                issue.updated = issue.updated.max(at);
                // Nothing is left that could be merged.
                if contains(git, pull.base_at, head) { End::Closed } else { End::None }
            }
            (true, _, None) => End::Closed,
            (_, true, Some(base)) => {
                let asked = changed.change.via == Via::Merge(issue.number);
                // What is merged keeps the base that it was merged into, so that it still says what it changed.
                if asked || contains(git, base, pull.head_at) {
                    End::Merged(base)
                } else {
                    pull.base_at = base;
                    End::None
                }
            }
            (_, true, None) => match new_base.clone().filter(|base| *base != pull.head) {
                Some(base) => {
                    let tip = branch_tip(git, &base).ok().flatten();
                    (pull.base, pull.base_at) = (base, tip.unwrap_or(pull.base_at));
                    End::None
                }
                None => End::Closed,
            },
            _ => End::None,
        };
        if let End::Merged(commit) = end {
            pull.merged = Some(Merged { at, by: merger(issue, changed), commit });
        }
        if !matches!(end, End::None) {
            issue.is_open = false;
            (issue.closed, issue.updated) = (Some(at), issue.updated.max(at));
        }
        issue.pull = Some(pull);
    }
    heads
}

/// How a pull request ends.
enum End {
    None,
    Closed,
    Merged(Oid),
}

fn move_head(pull: &mut Pull, changed: &RefChanged, head: Oid, dismisses_stale: bool) {
    if head == pull.head_at {
        return;
    }
    pull.head_at = head;
    pull.last_pusher.clone_from(&changed.change.actor);
    if dismisses_stale {
        let approvals = pull.reviews.iter_mut().filter(|review| review.state == "APPROVED");
        approvals.for_each(|review| review.state = "DISMISSED");
    }
}

/// Whether all of a head is in a base.
fn contains(git: &GitRepository, base: Oid, head: Oid) -> bool {
    base == head || git.graph_descendant_of(base, head).unwrap_or_default()
}

/// Whoever moved the base. Nobody knows that of the lab's own commits: they are the author's.
fn merger(issue: &Issue, changed: &RefChanged) -> String {
    match changed.change.via {
        Via::Lab | Via::GitHub => issue.author.clone(),
        Via::Push | Via::Api | Via::Merge(_) => changed.change.actor.clone(),
    }
}

/// Where pull requests go whose base is deleted after it was merged: to what it was merged into.
fn base_of_merged(issues: &Issues, branch: &str) -> Option<String> {
    let pulls = issues.all.values().rev().filter_map(|issue| issue.pull.as_ref());
    let mut merged = pulls.filter(|pull| pull.merged.is_some() && pull.head == branch);
    merged.next().map(|pull| pull.base.clone())
}

impl Issues {
    /// The branches of open pull requests, and where they are known to be.
    pub(in crate::github) fn branches(&self) -> Vec<(String, Oid)> {
        let open = self.all.values().filter(|issue| issue.is_open);
        let pulls = open.filter_map(|issue| issue.pull.as_ref());
        pulls
            .flat_map(|pull| [(pull.head.clone(), pull.head_at), (pull.base.clone(), pull.base_at)])
            .collect()
    }
}

impl Call<'_> {
    /// Finds out whether a pull request can be merged: the first to ask for these two ends only sets it going.
    pub(super) fn try_merge(&mut self, number: u64) -> Result<(), Refusal> {
        let (git, now) = (self.git()?, self.now);
        let issue = self.repository_mut()?.issues.all.get_mut(&number).ok_or_else(Refusal::not_found)?;
        Ok(try_merge(issue, &git, now)?)
    }
}

/// Takes the next step in finding out whether a pull request can be merged.
fn try_merge(issue: &mut Issue, git: &GitRepository, now: Timestamp) -> Result<(), git2::Error> {
    let Some(pull) = issue.pull.as_mut().filter(|_| issue.is_open) else { return Ok(()) };
    let known = pull.trial.filter(|trial| trial.head == pull.head_at && trial.base == pull.base_at);
    let outcome = match known.map(|trial| trial.outcome) {
        None => Mergeability::Unknown,
        Some(Mergeability::Unknown) => trial(pull, git, now)?,
        Some(known) => known,
    };
    pull.trial = Some(TestMerge { head: pull.head_at, base: pull.base_at, outcome });
    Ok(())
}

/// Merges a head into its base for nobody to see.
fn trial(pull: &Pull, git: &GitRepository, now: Timestamp) -> Result<Mergeability, git2::Error> {
    let (base, head) = (git.find_commit(pull.base_at)?, git.find_commit(pull.head_at)?);
    let mut index = git.merge_commits(&base, &head, None)?;
    if index.has_conflicts() {
        return Ok(Mergeability::Conflict);
    }
    let tree = git.find_tree(index.write_tree_to(git)?)?;
    let author = Author::github(now).signature()?;
    let message = format!("Merge {} into {}", head.id(), base.id());
    git.commit(None, &author, &author, &message, &tree, &[&base, &head]).map(Mergeability::Clean)
}

impl GitHub {
    /// Lets GitHub have found out which pull requests can be merged, as it has of those that were looked at before.
    pub(crate) fn try_merges(&mut self, now: Timestamp) {
        self.catch_up();
        for repository in self.repositories.values_mut() {
            let Ok(git) = self.host.repository(&repository.name) else { continue };
            for issue in repository.issues.all.values_mut().filter(|issue| issue.pull.is_some()) {
                for _ in 0..2 {
                    // What cannot be read is told to whoever asks for it.
                    let _ = try_merge(issue, &git, now);
                }
            }
        }
    }
}
