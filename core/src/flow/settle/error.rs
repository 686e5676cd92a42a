//! Why the gate cannot decide anything.

use crate::azure::{AzureAccessError, AzureError};
use crate::github::{AccessError, GithubError};
use crate::model::contract::MANIFESTS_REPO;
use crate::model::github::RepositoryName;
use crate::model::pipeline_file::PipelineFileError;
use crate::model::{Exit, Failure};

/// Why the gate cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// GitHub refuses.
    #[error(transparent)]
    Github(#[from] GithubError),
    /// GitHub cannot be asked.
    #[error(transparent)]
    GithubAccess(#[from] AccessError),
    /// Azure refuses.
    #[error(transparent)]
    Azure(AzureError),
    /// Azure cannot be asked.
    #[error(transparent)]
    AzureAccess(#[from] AzureAccessError),
    /// The pipeline's file cannot be used.
    #[error(transparent)]
    PipelineFile(#[from] PipelineFileError),
    /// Nothing says which environment is meant.
    #[error("no environment is named")]
    NoEnvironment,
    /// The namespace follows no branch of a git repository.
    #[error("namespace {namespace} follows no branch of a git repository, so there is no commit to wait for")]
    NoBranch {
        /// The namespace.
        namespace: String,
    },
    /// Nothing says which commit is meant.
    #[error("which commit is the newest of branch {branch} is not known: GitHub is not asked: no token")]
    NoCommit {
        /// The branch.
        branch: String,
    },
    /// Neither repository has the commit.
    #[error("commit {revision} is neither in {application} nor on a branch of {gitops}")]
    CommitMissing {
        /// The revision that was asked for.
        revision: String,
        /// The source repository.
        application: RepositoryName,
        /// The gitops repository.
        gitops: RepositoryName,
    },
    /// Nobody answered before the deadline.
    #[error("GitHub and the clusters did not say within {seconds} s what is to be waited for")]
    NotAnswered {
        /// How long they were waited for.
        seconds: u64,
    },
    /// The branch is not there.
    #[error("{repository} has no branch {branch}")]
    BranchMissing {
        /// The gitops repository.
        repository: RepositoryName,
        /// The branch.
        branch: String,
    },
    /// The repository's name leads to no gitops repository.
    #[error("the gitops repository of {repository} is not known")]
    NoRepository {
        /// The repository that was given.
        repository: RepositoryName,
    },
    /// The status cannot be written.
    #[error("the commit status of {environment} cannot be written: {why}")]
    NotRecordable {
        /// The environment.
        environment: String,
        /// Why.
        why: String,
    },
}

impl Failure for SettleError {
    fn code(&self) -> &'static str {
        match self {
            SettleError::Github(error) => error.code(),
            SettleError::GithubAccess(error) => error.code(),
            SettleError::Azure(error) => error.code(),
            SettleError::AzureAccess(error) => error.code(),
            SettleError::PipelineFile(error) => error.code(),
            SettleError::NoEnvironment => "EnvironmentNotSelected",
            SettleError::NoBranch { .. } | SettleError::BranchMissing { .. } => "BranchNotFound",
            SettleError::NoCommit { .. } => "GithubNotAsked",
            SettleError::CommitMissing { .. } => "CommitNotFound",
            SettleError::NotAnswered { .. } => "DeadlineExceeded",
            SettleError::NoRepository { .. } => "PipelineNotFound",
            SettleError::NotRecordable { .. } => "StatusNotWritten",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            SettleError::Github(error) => error.hint(),
            SettleError::GithubAccess(error) => error.hint(),
            SettleError::Azure(error) => error.hint(),
            SettleError::AzureAccess(error) => error.hint(),
            SettleError::PipelineFile(error) => error.hint(),
            SettleError::NoEnvironment => Some("name it: --environment, or -n with its namespace".to_owned()),
            SettleError::NoBranch { .. } => Some("name the pipeline: --project and --environment".to_owned()),
            SettleError::NoCommit { .. } => {
                Some("set GH_TOKEN, or give the whole commit of the gitops repository: --revision".to_owned())
            }
            SettleError::CommitMissing { revision, .. } => {
                Some(format!("look for it in a clone of either: git branch -r --contains {revision}"))
            }
            SettleError::NotAnswered { .. } => {
                Some("run it again, with a longer --timeout; -v shows what is asked".to_owned())
            }
            SettleError::BranchMissing { .. } => Some("check --environment: it names the branch".to_owned()),
            SettleError::NoRepository { .. } => {
                Some(format!("set {MANIFESTS_REPO} to <owner>/<repository> there"))
            }
            SettleError::NotRecordable { .. } => {
                Some("set GH_TOKEN to a token that may write commit statuses".to_owned())
            }
        }
    }

    fn exit(&self) -> Exit {
        match self {
            SettleError::Github(error) => error.exit(),
            SettleError::GithubAccess(error) => error.exit(),
            SettleError::Azure(error) => error.exit(),
            SettleError::AzureAccess(error) => error.exit(),
            SettleError::PipelineFile(error) => error.exit(),
            SettleError::NoEnvironment => Exit::Usage,
            SettleError::NoCommit { .. } => Exit::Denied,
            SettleError::NotAnswered { .. } => Exit::Pending,
            SettleError::NoBranch { .. }
            | SettleError::BranchMissing { .. }
            | SettleError::CommitMissing { .. }
            | SettleError::NoRepository { .. } => Exit::NotFound,
            SettleError::NotRecordable { .. } => Exit::Failed,
        }
    }
}
