//! What pushes do to pull requests: they move, close and even merge them, whoever pushed and however.

use super::pull::{Mergeability, Merged, TestMerge};
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::content::{Author, branch_tip};

impl Call<'_> {
    /// Makes all pull requests know where their branches stand.
    pub(in crate::github) fn refresh(&mut self) -> Result<(), Refusal> {
        let git = self.git()?;
        let now = self.now;
        let dismisses: Vec<String> = self
            .repository()?
            .protections
            .iter()
            .filter(|(_, rules)| rules.reviews.as_ref().is_some_and(|reviews| reviews.dismisses_stale))
            .map(|(branch, _)| branch.clone())
            .collect();
        for issue in self.repository_mut()?.issues.all.values_mut().filter(|issue| issue.is_open) {
            let Some(pull) = &mut issue.pull else { continue };
            let (head, base) = (branch_tip(&git, &pull.head)?, branch_tip(&git, &pull.base)?);
            let (Some(head), Some(base)) = (head, base) else {
                issue.is_open = false;
                issue.closed = Some(now);
                continue;
            };
            if head == pull.head_at && base == pull.base_at {
                continue;
            }
            if head != pull.head_at {
                issue.updated = now;
                if dismisses.contains(&pull.base) {
                    let approvals = pull.reviews.iter_mut().filter(|review| review.state == "APPROVED");
                    approvals.for_each(|review| review.state = "DISMISSED");
                }
            }
            // Somebody brought the commits to the base without asking for it here.
            let is_there = base == head || git.graph_descendant_of(base, head).unwrap_or_default();
            if is_there {
                pull.merged = Some(Merged { at: now, by: issue.author.clone(), commit: base });
                issue.is_open = false;
                issue.closed = Some(now);
                issue.updated = now;
            } else {
                pull.base_at = base;
            }
            pull.head_at = head;
        }
        Ok(())
    }

    /// Finds out whether a pull request can be merged: the first to ask for these two ends only sets it going.
    pub(super) fn try_merge(&mut self, number: u64) -> Result<(), Refusal> {
        let git = self.git()?;
        let author = Author::github(self.now).signature()?;
        let issue = self.repository_mut()?.issues.all.get_mut(&number).ok_or_else(Refusal::not_found)?;
        let Some(pull) = issue.pull.as_mut().filter(|_| issue.is_open) else { return Ok(()) };
        let known = pull.trial.filter(|trial| trial.head == pull.head_at && trial.base == pull.base_at);
        let outcome = match known.map(|trial| trial.outcome) {
            None => Mergeability::Unknown,
            Some(Mergeability::Unknown) => {
                let (base, head) = (git.find_commit(pull.base_at)?, git.find_commit(pull.head_at)?);
                let mut index = git.merge_commits(&base, &head, None)?;
                if index.has_conflicts() {
                    Mergeability::Conflict
                } else {
                    let tree = git.find_tree(index.write_tree_to(&git)?)?;
                    let message = format!("Merge {} into {}", head.id(), base.id());
                    Mergeability::Clean(git.commit(
                        None,
                        &author,
                        &author,
                        &message,
                        &tree,
                        &[&base, &head],
                    )?)
                }
            }
            Some(known) => known,
        };
        pull.trial = Some(TestMerge { head: pull.head_at, base: pull.base_at, outcome });
        Ok(())
    }
}
