//! What the answers say of the commit that `--revision` asks for, on one branch: how far what the branch holds is from it,
//! and whether it was ever deployed there.

use super::branch_answers::BranchAnswers;
use super::{Distance, FoundRevision, GithubAnswer, GithubQuestion};
use crate::model::github::CommitStatus;
use crate::model::{contract, is_same_commit};

/// What is known of the commit that is asked for, on one branch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevisionFacts {
    /// From its source commit to the one that the branch holds.
    pub distance: Option<Distance>,
    /// From the commit itself to the newest of the branch, where it is one of the gitops repository.
    pub of_branch: Option<Distance>,
    /// The environment's status of its source commit.
    pub status: Option<CommitStatus>,
}

impl RevisionFacts {
    /// Whether the branch held it once, or a deployment of it began in the environment. `Promoted` says that it was to be.
    pub(super) fn was_deployed(&self) -> bool {
        let has_begun =
            |status: &CommitStatus| !status.description.to_ascii_lowercase().starts_with("promoted");
        self.of_branch.is_some_and(|distance| distance.behind == 0)
            || self.status.as_ref().is_some_and(has_begun)
    }
}

impl BranchAnswers<'_> {
    /// What is asked of the commit that is asked for.
    pub(super) fn revision_questions(self) -> Vec<GithubQuestion> {
        let Some(revision) = self.facts.and_then(|facts| facts.revision.as_ref()) else { return Vec::new() };
        let commit = revision.source_commit().map(str::to_owned);
        let questions =
            [self.deployed_question(commit), self.history_question(revision), self.status_question(revision)];
        questions.into_iter().flatten().collect()
    }

    fn history_question(self, revision: &FoundRevision) -> Option<GithubQuestion> {
        let FoundRevision::Gitops { repository, commit, .. } = revision else { return None };
        let head = self.head().filter(|head| !is_same_commit(commit, head))?;
        Some(GithubQuestion::comparison(repository, commit, head))
    }

    /// The statuses of its source commit, where the branch holds another.
    fn status_question(self, revision: &FoundRevision) -> Option<GithubQuestion> {
        let (commit, tracked) = (revision.source_commit()?, self.tracked()?.commit?);
        let is_other = !is_same_commit(commit, &tracked);
        is_other.then_some(GithubQuestion::Statuses(self.source()?, commit.to_owned()))
    }

    pub(super) fn revision_facts(self) -> RevisionFacts {
        let Some(revision) = self.facts.and_then(|facts| facts.revision.as_ref()) else {
            return RevisionFacts::default();
        };
        let distance = |question: Option<GithubQuestion>| match self.answers.get(&question?)? {
            GithubAnswer::Distance(distance) => Some(*distance),
            _ => None,
        };
        let context = contract::deployment_status(self.environment);
        let statuses = self.status_question(revision).and_then(|question| self.answers.get(&question));
        let status = match statuses {
            Some(GithubAnswer::Statuses(statuses)) => {
                statuses.iter().find(|status| status.context.eq_ignore_ascii_case(&context)).cloned()
            }
            _ => None,
        };
        RevisionFacts {
            distance: distance(self.deployed_question(revision.source_commit().map(str::to_owned))),
            of_branch: distance(self.history_question(revision)),
            status,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_commit_was_deployed_that_the_branch_or_a_status_has() {
        let status = |description: &str| {
            let status = json!({"context": "dev", "state": "success", "description": description});
            Some(CommitStatus::from_json(&status))
        };
        let of_branch = |ahead, behind| Some(Distance { ahead, behind });
        for (of_branch, status, was_deployed) in [
            (None, None, false),
            (of_branch(2, 0), None, true),
            (of_branch(2, 1), None, false),
            (None, status("Deployed 0.0.1-12: d61d370"), true),
            (None, status("Failed to deploy"), true),
            (None, status("Promoted 0.0.1-12"), false),
        ] {
            let facts = RevisionFacts { of_branch, status, ..RevisionFacts::default() };
            assert_eq!(facts.was_deployed(), was_deployed, "{facts:?}");
        }
    }
}
