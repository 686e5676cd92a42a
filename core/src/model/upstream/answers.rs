//! What GitHub answered, by question. The answers are shared by all environments that asked the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::{ConfigurationChanges, Distance, GithubQuestion, Tracking};
use crate::model::github::{
    Commit, CommitStatus, PendingDeployment, PullRequest, RepositoryName, RunList, Workflow, WorkflowJob,
};

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
    /// Variables by name.
    Variables(BTreeMap<String, String>),
    /// Runs of workflows.
    Runs(Arc<RunList>),
    /// Workflows.
    Workflows(Vec<Workflow>),
    /// The jobs of a run.
    Jobs(Vec<WorkflowJob>),
    /// What a run waits to deploy to.
    PendingDeployments(Vec<PendingDeployment>),
    /// A commit.
    Commit(Commit),
    /// A pull request.
    PullRequest(Box<PullRequest>),
    /// What changed in a configuration.
    ConfigurationChanges(ConfigurationChanges),
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
            !question.is_about_variables() && !answer.is_unanswered() && *answer != GithubAnswer::Absent
        };
        let proofs = self.0.iter().filter(|(question, answer)| is_proof(question, answer));
        proofs.map(|(question, _)| question.repository().clone()).collect()
    }

    /// The tracking files of a commit, where all of them were answered.
    pub(super) fn tracking(&self, repository: &RepositoryName, commit: &str) -> Option<Tracking> {
        let file = |path| self.tracking_file(repository, commit, path);
        let [version, source, config, tag] = Tracking::FILES.map(file);
        Some(Tracking::read([version?, source?, config?, tag?]))
    }

    /// The same of those that were answered.
    pub(super) fn partial_tracking(&self, repository: &RepositoryName, commit: &str) -> Tracking {
        Tracking::read(Tracking::FILES.map(|path| self.tracking_file(repository, commit, path).flatten()))
    }

    /// One tracking file of a commit, where that was answered; inside, `None` where it is not there.
    fn tracking_file(
        &self,
        repository: &RepositoryName,
        commit: &str,
        path: &'static str,
    ) -> Option<Option<String>> {
        match self.get(&GithubQuestion::tracking_file(repository, commit, path))? {
            GithubAnswer::Text(text) => Some(Some(text.clone())),
            GithubAnswer::Absent => Some(None),
            _ => None,
        }
    }

    /// The variables of a repository, where they were answered.
    pub(super) fn variables(&self, repository: &RepositoryName) -> Option<&BTreeMap<String, String>> {
        match self.get(&GithubQuestion::Variables(repository.clone()))? {
            GithubAnswer::Variables(variables) => Some(variables),
            _ => None,
        }
    }

    /// The variables of an environment, where they were answered.
    pub(super) fn environment_variables(
        &self,
        source: &RepositoryName,
        environment: &str,
    ) -> Option<&BTreeMap<String, String>> {
        let (source, environment) = (source.clone(), environment.to_owned());
        match self.get(&GithubQuestion::EnvironmentVariables { source, environment })? {
            GithubAnswer::Variables(variables) => Some(variables),
            _ => None,
        }
    }

    /// The newest runs of a repository, where they were answered.
    pub(super) fn runs(&self, repository: &RepositoryName) -> Option<&Arc<RunList>> {
        match self.get(&GithubQuestion::Runs(repository.clone()))? {
            GithubAnswer::Runs(runs) => Some(runs),
            _ => None,
        }
    }

    /// The workflows of a repository, where they were answered.
    pub(super) fn workflows(&self, repository: &RepositoryName) -> Option<&Vec<Workflow>> {
        match self.get(&GithubQuestion::Workflows(repository.clone()))? {
            GithubAnswer::Workflows(workflows) => Some(workflows),
            _ => None,
        }
    }

    /// The jobs of every run that was asked about.
    pub(super) fn all_jobs(&self) -> BTreeMap<u64, Vec<WorkflowJob>> {
        let jobs = self.0.iter().filter_map(|(question, answer)| match (question, answer) {
            (GithubQuestion::Jobs { run, .. }, GithubAnswer::Jobs(jobs)) => Some((*run, jobs.clone())),
            _ => None,
        });
        jobs.collect()
    }

    /// What every run that was asked about waits to deploy to.
    pub(super) fn all_pending_deployments(&self) -> BTreeMap<u64, Vec<PendingDeployment>> {
        let pending = self.0.iter().filter_map(|(question, answer)| match (question, answer) {
            (GithubQuestion::PendingDeployments(_, run), GithubAnswer::PendingDeployments(pending)) => {
                Some((*run, pending.clone()))
            }
            _ => None,
        });
        pending.collect()
    }

    /// The commit that a question was answered with.
    pub(super) fn commit(&self, question: &GithubQuestion) -> Option<&Commit> {
        match self.get(question)? {
            GithubAnswer::Commit(commit) => Some(commit),
            _ => None,
        }
    }

    /// What changed in a configuration since a commit of it, where that was answered.
    pub(super) fn configuration_changes(&self, question: &GithubQuestion) -> Option<&ConfigurationChanges> {
        match self.get(question)? {
            GithubAnswer::ConfigurationChanges(changes) => Some(changes),
            _ => None,
        }
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
