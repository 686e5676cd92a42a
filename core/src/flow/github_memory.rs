//! What GitHub answered before, and for how long that counts. What is about commits counts for ever, an absence as
//! much as a text; what may change is asked again at the next poll; variables change seldom.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use crate::model::github::RepositoryName;
use crate::model::upstream::{FollowedBranch, GithubAnswer, GithubAnswers, GithubQuestion};

/// The most answers that are kept; beyond that all are forgotten.
const MOST_ANSWERS: usize = 20_000;

/// Answers with the time at which they were asked for.
#[derive(Debug, Default)]
pub(super) struct GithubMemory {
    answers: BTreeMap<GithubQuestion, (GithubAnswer, Timestamp)>,
}

impl GithubMemory {
    /// What still counts at a time. `fresh` is how long what may change at any time counts.
    pub(super) fn answers(&self, now: Timestamp, fresh: Duration) -> GithubAnswers {
        let counts = |question: &GithubQuestion, answer: &GithubAnswer, asked: Timestamp| {
            let Some(lifetime) = question.lifetime(answer) else { return true };
            let lifetime = if answer.is_unanswered() { lifetime } else { lifetime.max(fresh) };
            now < asked.saturating_add(lifetime).unwrap_or(Timestamp::MAX)
        };
        self.answers
            .iter()
            .filter(|(question, (answer, asked))| counts(question, answer, *asked))
            .map(|(question, (answer, _))| (question.clone(), answer.clone()))
            .collect()
    }

    /// Keeps what was answered at a time. That something of a repository is not there is kept only where the repository
    /// is `seen`: from a token without rights everything is hidden.
    pub(super) fn keep(
        &mut self,
        answered: Vec<(GithubQuestion, GithubAnswer)>,
        seen: &BTreeSet<RepositoryName>,
        now: Timestamp,
    ) {
        if self.answers.len() + answered.len() > MOST_ANSWERS {
            self.answers.clear();
        }
        for (question, answer) in answered {
            if answer != GithubAnswer::Absent || seen.contains(question.repository()) {
                self.answers.insert(question, (answer, now));
            }
        }
    }

    /// Forgets what may have changed of a branch whose cluster has another commit than the newest that is known.
    pub(super) fn forget_moved(&mut self, branch: &FollowedBranch) {
        let head = branch.head_question();
        if branch.is_beyond(self.answers.get(&head).map(|(answer, _)| answer)) {
            self.answers.remove(&head);
            self.answers.remove(&branch.pulls_question());
            // What the merge started, and what was recorded of it.
            let is_of_runs = |question: &GithubQuestion| {
                matches!(question, GithubQuestion::Runs(_) | GithubQuestion::Statuses(..))
            };
            self.answers.retain(|question, _| !is_of_runs(question));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::pipeline::{ClusterRef, EnvironmentId};

    const POLL: Duration = Duration::from_secs(30);

    fn repository() -> RepositoryName {
        "contoso/hello-gitops".parse().expect("a name")
    }

    fn file(commit: &str) -> GithubQuestion {
        GithubQuestion::TrackingFile { repository: repository(), commit: commit.to_owned(), path: "Version" }
    }

    fn head() -> GithubQuestion {
        GithubQuestion::Head(repository(), "dev".to_owned())
    }

    fn text(text: &str) -> GithubAnswer {
        GithubAnswer::Text(text.to_owned())
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn memory(answered: &[(GithubQuestion, GithubAnswer)]) -> GithubMemory {
        let mut memory = GithubMemory::default();
        memory.keep(answered.to_vec(), &BTreeSet::from([repository()]), at(0));
        memory
    }

    #[test]
    fn what_cannot_change_counts_for_ever_and_an_absence_as_much() {
        let (variable, refused) = (GithubQuestion::SourceVariable(repository()), "not allowed".to_owned());
        let failed = GithubAnswer::Failed("GitHub failed with 502".to_owned());
        for (question, answer, lasts) in [
            (file("a"), text("1"), 1_000_000),
            (file("a"), GithubAnswer::Absent, 1_000_000),
            (file("a"), failed.clone(), 0),
            (variable.clone(), text("contoso/hello"), 599),
            (variable.clone(), GithubAnswer::Absent, 599),
            (variable.clone(), GithubAnswer::Refused(refused.clone()), 599),
            (variable, failed.clone(), 0),
            (head(), text("a"), 26),
            (head(), GithubAnswer::Absent, 26),
            (head(), GithubAnswer::Refused(refused), 0),
            (head(), failed, 0),
        ] {
            let memory = memory(&[(question.clone(), answer.clone())]);
            let fresh = Duration::from_secs(27);
            let counts = |second| memory.answers(at(second), fresh).get(&question).is_some();
            assert!(lasts == 0 || counts(lasts), "{question:?} {answer:?} counts at {lasts}");
            assert!(lasts == 1_000_000 || !counts(lasts + 1), "{question:?} {answer:?} after {lasts}");
        }
    }

    #[test]
    fn nothing_is_absent_for_ever_in_a_repository_that_is_not_seen() {
        let mut memory = GithubMemory::default();
        memory.keep(vec![(file("a"), GithubAnswer::Absent)], &BTreeSet::new(), at(0));
        assert_eq!(memory.answers(at(0), POLL).get(&file("a")), None);
    }

    #[test]
    fn a_branch_that_went_on_is_asked_for_at_once() {
        let mut branch = FollowedBranch {
            id: EnvironmentId::new(ClusterRef::InCluster, "dev-hello"),
            environment: "dev".to_owned(),
            repository: repository(),
            branch: "dev".to_owned(),
            fetched: Some("a".to_owned()),
            applied: Some("a".to_owned()),
        };
        let mut memory = memory(&[(head(), text("a")), (file("a"), text("1"))]);
        memory.forget_moved(&branch);
        assert!(
            memory.answers(at(1), POLL).get(&head()).is_some(),
            "what is fetched is the newest that is known"
        );
        branch.fetched = Some("b".to_owned());
        memory.forget_moved(&branch);
        let answers = memory.answers(at(1), POLL);
        assert_eq!((answers.get(&head()), answers.get(&file("a"))), (None, Some(&text("1"))));
    }
}
