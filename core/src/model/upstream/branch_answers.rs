//! What the answers say of one followed branch: what is known by now decides what is asked next, and in the end what
//! is shown.

use super::{FollowedBranch, GithubAnswer, GithubAnswers, GithubQuestion, Link, Tracking, Upstream};
use crate::model::github::RepositoryName;
use crate::model::harmless;

/// One branch among all that are followed, and the answers by now.
#[derive(Clone, Copy)]
pub(super) struct BranchAnswers<'a> {
    pub(super) followed: &'a FollowedBranch,
    pub(super) branches: &'a [FollowedBranch],
    pub(super) answers: &'a GithubAnswers,
}

impl<'a> BranchAnswers<'a> {
    /// All branches with the same answers.
    pub(super) fn of_all(
        branches: &'a [FollowedBranch],
        answers: &'a GithubAnswers,
    ) -> impl Iterator<Item = Self> {
        branches.iter().map(move |followed| Self { followed, branches, answers })
    }

    /// Everything that can be asked of the branch by now, answered or not.
    pub(super) fn questions(self) -> Vec<GithubQuestion> {
        let FollowedBranch { repository, applied, .. } = self.followed;
        let mut questions = vec![self.source_question(), self.head_question(), self.pulls_question()];
        questions.extend(applied.iter().flat_map(|applied| tracking_questions(repository, applied)));
        if self.is_all_absent() {
            let look = GithubQuestion::Repository(repository.clone());
            let is_there = self.answers.get(&look) == Some(&GithubAnswer::Present);
            questions.push(look);
            if !is_there {
                return questions;
            }
        }
        if let Some(newer) = self.newer() {
            questions.extend(tracking_questions(repository, newer));
            questions
                .extend(applied.iter().map(|applied| GithubQuestion::comparison(repository, applied, newer)));
        }
        questions.extend(self.statuses_question());
        questions.extend(self.next_question());
        questions.extend(self.link_question());
        questions
    }

    /// What is shown of the branch; `None` where the repository is not there for this token.
    pub(super) fn upstream(self) -> Option<Upstream> {
        if self.is_hidden() {
            return None;
        }
        let FollowedBranch { repository, applied, .. } = self.followed;
        let newer = self.newer();
        Some(Upstream {
            head: self.head().map(str::to_owned),
            is_branch_missing: self.answers.get(&self.head_question()) == Some(&GithubAnswer::Absent),
            running: self.running(),
            newest: newer.and_then(|newer| self.answers.tracking(repository, newer)),
            distance: newer.and_then(|newer| self.answers.distance(repository, applied.as_deref()?, newer)),
            is_applied_gone: newer.is_some_and(|newer| self.is_gone(newer)),
            pulls: match self.answers.get(&self.pulls_question()) {
                Some(GithubAnswer::Pulls(pulls)) => pulls.clone(),
                _ => Vec::new(),
            },
            source: self.source(),
            statuses: match self.statuses_question().and_then(|question| self.answers.get(&question)) {
                Some(GithubAnswer::Statuses(statuses)) => statuses.clone(),
                _ => Vec::new(),
            },
            next: self.link(),
        })
    }

    /// Whether GitHub has nothing to compare the applied commit with: it is known to be in no history any more.
    fn is_gone(self, newer: &str) -> bool {
        let FollowedBranch { repository, applied, .. } = self.followed;
        applied.as_deref().is_some_and(|applied| {
            let comparison = GithubQuestion::comparison(repository, applied, newer);
            self.answers.get(&comparison) == Some(&GithubAnswer::Absent)
        })
    }

    /// Whether the branch and the list of pull requests both answered 404. Of a repository that is seen the list is
    /// there, an empty one at least.
    fn is_all_absent(self) -> bool {
        [self.head_question(), self.pulls_question()]
            .iter()
            .all(|question| self.answers.get(question) == Some(&GithubAnswer::Absent))
    }

    /// Whether the repository itself is not there for this token: then nothing is known of the branch.
    pub(super) fn is_hidden(self) -> bool {
        let repository = GithubQuestion::Repository(self.followed.repository.clone());
        let is_answered =
            self.answers.get(&repository).is_some_and(|answer| *answer != GithubAnswer::Present);
        self.is_all_absent() && is_answered
    }

    pub(super) fn pulls_question(self) -> GithubQuestion {
        self.followed.pulls_question()
    }

    pub(super) fn head_question(self) -> GithubQuestion {
        self.followed.head_question()
    }

    fn source_question(self) -> GithubQuestion {
        GithubQuestion::SourceVariable(self.followed.repository.clone())
    }

    fn statuses_question(self) -> Option<GithubQuestion> {
        Some(GithubQuestion::Statuses(self.source()?, self.running()?.commit?))
    }

    /// Asked only where another environment follows another branch of the repository. Environments of one branch
    /// have nothing to promote to one another.
    fn next_question(self) -> Option<GithubQuestion> {
        let FollowedBranch { repository, branch, environment, .. } = self.followed;
        let is_other = |other: &FollowedBranch| {
            other.repository == *repository
                && other.branch != *branch
                && !other.environment.eq_ignore_ascii_case(environment)
        };
        self.branches.iter().any(is_other).then_some(())?;
        let (source, environment) = (self.source()?, environment.clone());
        Some(GithubQuestion::NextVariable { source, environment })
    }

    /// What the environment after this one has not got.
    fn link_question(self) -> Option<GithubQuestion> {
        let (_, next) = self.next()?;
        let (there, here) = (next?.running()?.commit?, self.running()?.commit?);
        (there != here).then_some(())?;
        Some(GithubQuestion::comparison(&self.source()?, &there, &here))
    }

    fn link(self) -> Option<Link> {
        let (environment, next) = self.next()?;
        let next = next?;
        let commit = |branch: Self| branch.running()?.commit;
        let waiting = match (commit(next), commit(self)) {
            (Some(there), Some(here)) if there == here => Some(0),
            (Some(there), Some(here)) => {
                self.answers.distance(&self.source()?, &there, &here).map(|distance| distance.ahead)
            }
            _ => None,
        };
        Some(Link { environment, waiting })
    }

    /// The name of the environment after this one, and what it follows where it is in the picture.
    fn next(self) -> Option<(String, Option<Self>)> {
        let Some(GithubAnswer::Text(name)) = self.answers.get(&self.next_question()?) else { return None };
        let environment = harmless(name.trim());
        let next = self.branches.iter().find(|other| {
            other.repository == self.followed.repository
                && other.environment.eq_ignore_ascii_case(&environment)
        });
        Some((environment, next.map(|followed| Self { followed, ..self })))
    }

    /// The source repository: what the variable says, else what convention says; `None` before the variable answered.
    fn source(self) -> Option<RepositoryName> {
        let named = match self.answers.get(&self.source_question())? {
            GithubAnswer::Text(name) => name.trim().parse().ok(),
            _ => None,
        };
        named.or_else(|| self.followed.conventional_source())
    }

    fn head(self) -> Option<&'a str> {
        match self.answers.get(&self.head_question())? {
            GithubAnswer::Text(commit) => Some(commit),
            _ => None,
        }
    }

    /// The newest commit, where that is another than the applied one.
    fn newer(self) -> Option<&'a str> {
        self.head().filter(|head| Some(*head) != self.followed.applied.as_deref())
    }

    fn running(self) -> Option<Tracking> {
        self.answers.tracking(&self.followed.repository, self.followed.applied.as_deref()?)
    }
}

fn tracking_questions(repository: &RepositoryName, commit: &str) -> [GithubQuestion; 4] {
    Tracking::FILES.map(|path| GithubQuestion::TrackingFile {
        repository: repository.clone(),
        commit: commit.to_owned(),
        path,
    })
}
