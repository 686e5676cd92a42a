//! One question to GitHub about what environments follow. Environments that ask the same share the question, and so
//! its answer.

use std::fmt;
use std::time::Duration;

use super::GithubAnswer;
use crate::model::contract::{NEXT_ENVIRONMENT, SRC_REPO};
use crate::model::github::RepositoryName;
use crate::model::verdict::short;

/// How long a variable counts: variables change when a pipeline is set up.
const VARIABLE_LIFETIME: Duration = Duration::from_secs(600);

/// What GitHub is asked. Two questions that are equal have one answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GithubQuestion {
    /// The variable of a gitops repository that names the source repository.
    SourceVariable(RepositoryName),
    /// The variable of an environment of the source repository that names the environment after it.
    NextVariable {
        /// The source repository.
        source: RepositoryName,
        /// The environment.
        environment: String,
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
            | Self::NextVariable { source: repository, .. } => repository,
        }
    }

    /// How long an answer counts; `None`: for ever, because it is about commits, which do not change. What failed and
    /// what may change at any time counts until the next poll.
    pub fn lifetime(&self, answer: &GithubAnswer) -> Option<Duration> {
        match (self, answer) {
            (Self::TrackingFile { .. } | Self::Comparison { .. }, answer) if !answer.is_unanswered() => None,
            // A right that is missing is not asked for at every poll either.
            (Self::SourceVariable(_) | Self::NextVariable { .. }, answer) if !answer.is_passing() => {
                Some(VARIABLE_LIFETIME)
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
            Self::NextVariable { source, environment } => {
                write!(f, "variable {NEXT_ENVIRONMENT} of {environment} in {source}")
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
