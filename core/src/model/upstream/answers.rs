//! What GitHub answered, by question. The answers are shared by all environments that asked the same.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Distance, GithubQuestion, Tracking};
use crate::model::github::{CommitStatus, PullRequest, RepositoryName};

/// What GitHub answered to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GithubAnswer {
    /// A commit, the value of a variable, the text of a file.
    Text(String),
    /// Open pull requests.
    Pulls(Vec<PullRequest>),
    /// The newest status of each context.
    Statuses(Vec<CommitStatus>),
    /// How far two commits are apart.
    Distance(Distance),
    /// It is there.
    Present,
    /// It is not there, or hidden from this token.
    Absent,
    /// 401 or 403: the reason.
    Refused(String),
    /// Too many requests were sent.
    RateLimited {
        /// When GitHub takes requests again.
        until: Option<Timestamp>,
        /// Whether it is a secondary limit, on bursts.
        is_secondary: bool,
    },
    /// No usable answer: what happened.
    Failed(String),
}

impl GithubAnswer {
    /// Whether nothing is known after it.
    pub fn is_unanswered(&self) -> bool {
        matches!(self, Self::Refused(_)) || self.is_passing()
    }

    /// Whether asking again may be answered at any moment.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Failed(_))
    }
}

/// Answers by question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GithubAnswers(BTreeMap<GithubQuestion, GithubAnswer>);

impl GithubAnswers {
    /// Takes an answer in.
    pub fn insert(&mut self, question: GithubQuestion, answer: GithubAnswer) {
        self.0.insert(question, answer);
    }

    /// Forgets the answer to a question.
    pub fn remove(&mut self, question: &GithubQuestion) {
        self.0.remove(question);
    }

    /// The answer to a question, where there is one by now.
    pub fn get(&self, question: &GithubQuestion) -> Option<&GithubAnswer> {
        self.0.get(question)
    }

    /// The repositories of which something was answered that only a token sees which may see them.
    pub fn seen_repositories(&self) -> BTreeSet<RepositoryName> {
        let is_proof = |question: &GithubQuestion, answer: &GithubAnswer| {
            !matches!(question, GithubQuestion::SourceVariable(_) | GithubQuestion::NextVariable { .. })
                && !answer.is_unanswered()
                && *answer != GithubAnswer::Absent
        };
        let proofs = self.0.iter().filter(|(question, answer)| is_proof(question, answer));
        proofs.map(|(question, _)| question.repository().clone()).collect()
    }

    /// The tracking files of a commit, where all of them were answered.
    pub(super) fn tracking(&self, repository: &RepositoryName, commit: &str) -> Option<Tracking> {
        let file = |path| {
            let (repository, commit) = (repository.clone(), commit.to_owned());
            match self.get(&GithubQuestion::TrackingFile { repository, commit, path })? {
                GithubAnswer::Text(text) => Some(Some(text.clone())),
                GithubAnswer::Absent => Some(None),
                _ => None,
            }
        };
        let [version, source, config, tag] = Tracking::FILES.map(file);
        Some(Tracking::read([version?, source?, config?, tag?]))
    }

    /// How far two commits are apart, where that was answered.
    pub(super) fn distance(&self, repository: &RepositoryName, base: &str, head: &str) -> Option<Distance> {
        match self.get(&GithubQuestion::comparison(repository, base, head))? {
            GithubAnswer::Distance(distance) => Some(*distance),
            _ => None,
        }
    }
}

impl FromIterator<(GithubQuestion, GithubAnswer)> for GithubAnswers {
    fn from_iter<T: IntoIterator<Item = (GithubQuestion, GithubAnswer)>>(answers: T) -> Self {
        Self(answers.into_iter().collect())
    }
}
