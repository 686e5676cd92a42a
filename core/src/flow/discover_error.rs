//! Why no pipeline is found, with what can be done about it.

use crate::github::GithubError;
use crate::model::contract::{NEXT_ENVIRONMENT, SRC_REPO};
use crate::model::github::RepositoryName;
use crate::model::pipeline::{ChainError, ClusterRef};
use crate::model::{Exit, Failure};

/// Why no pipeline is found.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// GitHub cannot be asked.
    #[error("GitHub is not asked: {why}")]
    NotAsked {
        /// Why.
        why: String,
    },
    /// GitHub does not answer.
    #[error(transparent)]
    Github(#[from] GithubError),
    /// What deploys to the namespace does not come from a repository on this GitHub.
    #[error("namespace {namespace} follows no repository on {host}{}", url.as_ref().map(|url| format!(": its source is {url}")).unwrap_or_default())]
    OtherHost {
        /// The namespace.
        namespace: String,
        /// The host of the configured GitHub.
        host: String,
        /// What it follows, where it follows anything.
        url: Option<String>,
    },
    /// Nothing deploys to the selected cluster, as far as may be read.
    #[error("no Flux object is known to deploy to {context}")]
    NothingDeployed {
        /// The cluster.
        context: ClusterRef,
    },
    /// Nothing names the source repository.
    #[error("{repository} has no variable {SRC_REPO}, and its name is not that of a pipeline's repository")]
    NoSource {
        /// The repository.
        repository: RepositoryName,
    },
    /// A variable does not hold what it must.
    #[error("variable {name} of {repository} is not the name of a repository: {value}")]
    VariableInvalid {
        /// The variable.
        name: &'static str,
        /// The repository.
        repository: RepositoryName,
        /// What it holds.
        value: String,
    },
    /// The environments have no order.
    #[error("{source_repository}")]
    Chain {
        /// The source repository, whose variables say the order.
        source_repository: RepositoryName,
        /// What is wrong.
        source: ChainError,
    },
}

impl Failure for DiscoverError {
    fn is_transient(&self) -> bool {
        matches!(self, DiscoverError::Github(error) if error.is_transient())
    }

    fn code(&self) -> &'static str {
        match self {
            DiscoverError::NotAsked { .. } => "GithubNotAsked",
            DiscoverError::Github(error) => error.code(),
            DiscoverError::OtherHost { .. }
            | DiscoverError::NothingDeployed { .. }
            | DiscoverError::NoSource { .. } => "PipelineNotFound",
            DiscoverError::VariableInvalid { .. } | DiscoverError::Chain { .. } => "PipelineInvalid",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            DiscoverError::NotAsked { .. } => Some("set GH_TOKEN, or sign in: gh auth login".to_owned()),
            DiscoverError::Github(error) => error.hint(),
            DiscoverError::OtherHost { .. } => {
                Some("set GITHUB_SERVER_URL where the repositories are on another GitHub".to_owned())
            }
            DiscoverError::NothingDeployed { .. } => Some(
                "see what Flux has: kubectl get gitrepositories,kustomizations,helmreleases -A".to_owned(),
            ),
            DiscoverError::NoSource { .. } => Some(format!("set {SRC_REPO} to <owner>/<repository> there")),
            DiscoverError::VariableInvalid { name, .. } => {
                Some(format!("set {name} to <owner>/<repository>"))
            }
            DiscoverError::Chain { .. } => Some(format!("correct {NEXT_ENVIRONMENT} of one of them")),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            DiscoverError::NotAsked { .. } => Exit::Denied,
            DiscoverError::Github(error) => error.exit(),
            DiscoverError::OtherHost { .. }
            | DiscoverError::NothingDeployed { .. }
            | DiscoverError::NoSource { .. } => Exit::NotFound,
            DiscoverError::VariableInvalid { .. } | DiscoverError::Chain { .. } => Exit::Failed,
        }
    }
}
