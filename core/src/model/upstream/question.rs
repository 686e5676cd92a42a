//! One question to GitHub about pipelines and what environments follow. Environments that ask the same share the
//! question, and so its answer.

use std::fmt;
use std::time::Duration;

use super::GithubAnswer;
use crate::model::contract::SRC_REPO;
use crate::model::github::{CommitStatus, RepositoryName, StatusState, WorkflowRun};
use crate::model::harmless;
use crate::model::verdict::short;

/// How long a variable counts: variables change when a pipeline is set up.
const VARIABLE_LIFETIME: Duration = Duration::from_secs(600);
/// How long what rests counts: a list without a run that is under way, a status that has come to its end, a
/// configuration. Together with the questions of every poll an hour of them stays below five hundred.
const RESTING_LIFETIME: Duration = Duration::from_secs(60);
/// The same for what changes less often.
const QUIET_LIFETIME: Duration = Duration::from_secs(120);

/// What GitHub is asked. Two questions that are equal have one answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GithubQuestion {
    /// The variable of a gitops repository that names the source repository.
    SourceVariable(RepositoryName),
    /// All variables of a repository.
    Variables(RepositoryName),
    /// All variables of an environment of the source repository.
    EnvironmentVariables {
        /// The source repository.
        source: RepositoryName,
        /// The environment.
        environment: String,
    },
    /// The newest runs of a repository's workflows.
    Runs(RepositoryName),
    /// The workflows of a repository.
    Workflows(RepositoryName),
    /// The jobs of a run.
    Jobs {
        /// The repository.
        repository: RepositoryName,
        /// The run.
        run: u64,
        /// Which attempt of it.
        attempt: u64,
    },
    /// The environments that a run waits to deploy to.
    PendingDeployments(RepositoryName, u64),
    /// The newest commit of a repository's default branch.
    NewestCommit(RepositoryName),
    /// A commit with its message and its parents.
    Commit(RepositoryName, String),
    /// The commit that a hash, or the beginning of one, names.
    Revision(RepositoryName, String),
    /// Whether a pull request can be merged.
    PullRequest(RepositoryName, u64),
    /// What changed in the configuration of an environment since a commit of it.
    ConfigurationChanges {
        /// The configs repository.
        configs: RepositoryName,
        /// The commit that was rendered.
        rendered: String,
        /// The environment's branch.
        branch: String,
    },
    /// The newest commit of a branch.
    Head(RepositoryName, String),
    /// The open pull requests to a branch.
    Pulls(RepositoryName, String),
    /// A tracking file at a commit.
    TrackingFile {
        /// The gitops repository.
        repository: RepositoryName,
        /// The commit.
        commit: String,
        /// The file.
        path: &'static str,
    },
    /// How far one commit is from another.
    Comparison {
        /// The repository.
        repository: RepositoryName,
        /// The commit that is compared with.
        base: String,
        /// The commit whose distance is asked for.
        head: String,
    },
    /// The statuses of a commit of the source repository.
    Statuses(RepositoryName, String),
    /// Whether a repository is there for this token.
    Repository(RepositoryName),
}

impl GithubQuestion {
    pub(super) fn tracking_file(repository: &RepositoryName, commit: &str, path: &'static str) -> Self {
        Self::TrackingFile { repository: repository.clone(), commit: commit.to_owned(), path }
    }

    pub(super) fn environment_variables(source: &RepositoryName, environment: &str) -> Self {
        Self::EnvironmentVariables { source: source.clone(), environment: environment.to_owned() }
    }

    pub(super) fn jobs(repository: &RepositoryName, run: &WorkflowRun) -> Self {
        Self::Jobs { repository: repository.clone(), run: run.id, attempt: run.attempt }
    }

    /// Whether it is about variables: a missing one answers like a hidden repository.
    pub(super) fn is_about_variables(&self) -> bool {
        matches!(self, Self::SourceVariable(_) | Self::Variables(_) | Self::EnvironmentVariables { .. })
    }

    pub(super) fn comparison(repository: &RepositoryName, base: &str, head: &str) -> Self {
        let (base, head) = (base.to_owned(), head.to_owned());
        Self::Comparison { repository: repository.clone(), base, head }
    }

    /// The repository that it is about.
    pub fn repository(&self) -> &RepositoryName {
        match self {
            Self::SourceVariable(repository)
            | Self::Head(repository, _)
            | Self::Pulls(repository, _)
            | Self::TrackingFile { repository, .. }
            | Self::Comparison { repository, .. }
            | Self::Statuses(repository, _)
            | Self::Repository(repository)
            | Self::Variables(repository)
            | Self::Runs(repository)
            | Self::Workflows(repository)
            | Self::Jobs { repository, .. }
            | Self::PendingDeployments(repository, _)
            | Self::NewestCommit(repository)
            | Self::Commit(repository, _)
            | Self::PullRequest(repository, _)
            | Self::Revision(repository, _)
            | Self::ConfigurationChanges { configs: repository, .. }
            | Self::EnvironmentVariables { source: repository, .. } => repository,
        }
    }

    /// How long an answer counts; `None`: for ever, because it is about commits, which do not change. What failed and
    /// what may change at any time counts until the next poll.
    pub fn lifetime(&self, answer: &GithubAnswer) -> Option<Duration> {
        match (self, answer) {
            (Self::Jobs { .. }, GithubAnswer::Jobs(jobs)) => {
                let is_over = !jobs.is_empty() && jobs.iter().all(|job| !job.state.is_under_way());
                if is_over { None } else { Some(Duration::ZERO) }
            }
            (Self::TrackingFile { .. } | Self::Comparison { .. } | Self::Commit(..), answer)
                if !answer.is_unanswered() =>
            {
                None
            }
            (Self::Revision(..), GithubAnswer::Commit(_)) => None,
            // A right that is missing is not asked for at every poll either.
            (Self::SourceVariable(_) | Self::Variables(_) | Self::EnvironmentVariables { .. }, answer)
                if !answer.is_passing() =>
            {
                Some(VARIABLE_LIFETIME)
            }
            (Self::Runs(_), GithubAnswer::Runs(list)) => {
                let is_moving = list.runs.iter().any(|run| run.state.is_under_way());
                Some(if is_moving { Duration::ZERO } else { RESTING_LIFETIME })
            }
            (Self::Statuses(..), GithubAnswer::Statuses(statuses)) => {
                let is_pending = |status: &CommitStatus| status.state == StatusState::Pending;
                let is_moving = statuses.iter().any(is_pending);
                Some(if is_moving { Duration::ZERO } else { RESTING_LIFETIME })
            }
            (Self::Workflows(_), answer) if !answer.is_passing() => Some(RESTING_LIFETIME),
            (Self::Runs(_) | Self::NewestCommit(_) | Self::ConfigurationChanges { .. }, answer)
                if !answer.is_passing() =>
            {
                Some(QUIET_LIFETIME)
            }
            _ => Some(Duration::ZERO),
        }
    }
}

/// What is asked, in words: `pull requests to dev of contoso/hello-gitops`.
impl fmt::Display for GithubQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SourceVariable(repository) => write!(f, "variable {SRC_REPO} of {repository}"),
            Self::Variables(repository) => write!(f, "variables of {repository}"),
            Self::EnvironmentVariables { source, environment } => {
                write!(f, "variables of environment {} in {source}", harmless(environment))
            }
            Self::Runs(repository) => write!(f, "workflow runs of {repository}"),
            Self::Workflows(repository) => write!(f, "workflows of {repository}"),
            Self::Jobs { repository, run, .. } => write!(f, "jobs of run {run} of {repository}"),
            Self::PendingDeployments(repository, run) => {
                write!(f, "reviewers of run {run} of {repository}")
            }
            Self::NewestCommit(repository) => write!(f, "newest commit of {repository}"),
            Self::Commit(repository, commit) => write!(f, "commit {} of {repository}", short(commit)),
            Self::Revision(repository, revision) => write!(f, "commit {revision} of {repository}"),
            Self::PullRequest(repository, number) => write!(f, "pull request #{number} of {repository}"),
            Self::ConfigurationChanges { configs, rendered, branch } => {
                write!(f, "changes of {branch} in {configs} since {}", short(rendered))
            }
            Self::Head(repository, branch) => write!(f, "branch {branch} of {repository}"),
            Self::Pulls(repository, branch) => write!(f, "pull requests to {branch} of {repository}"),
            Self::TrackingFile { repository, commit, .. } => {
                write!(f, "tracking files at {} of {repository}", short(commit))
            }
            Self::Comparison { repository, base, head } => {
                write!(f, "commits from {} to {} of {repository}", short(base), short(head))
            }
            Self::Statuses(source, commit) => write!(f, "statuses of {} of {source}", short(commit)),
            Self::Repository(repository) => write!(f, "repository {repository}"),
        }
    }
}
