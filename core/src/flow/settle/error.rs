//! Why the gate cannot decide anything.

use crate::azure::{AzureAccessError, AzureError};
use crate::github::{AccessError, GithubError};
use crate::model::argument::valid_subject;
use crate::model::contract::MANIFESTS_REPO;
use crate::model::github::RepositoryName;
use crate::model::pipeline_file::PipelineFileError;
use crate::model::{Exit, Failure, Why};

/// Why GitHub is not asked about commits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GithubNotAsked {
    /// There is no token.
    #[error("GitHub is not asked: no token")]
    NoToken,
    /// The gitops repository is on another host than the configured GitHub.
    #[error("GitHub is not asked: {url} is not on {host}")]
    OtherHost {
        /// The gitops repository's address.
        url: String,
        /// The host of the configured GitHub.
        host: String,
    },
}

impl GithubNotAsked {
    fn hint(&self) -> &'static str {
        match self {
            GithubNotAsked::NoToken => "set GH_TOKEN",
            GithubNotAsked::OtherHost { .. } => "set GITHUB_SERVER_URL to the address of that host",
        }
    }
}

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
    /// What the namespace follows was not answered.
    #[error("what namespace {namespace} follows is not known: {what}: {why}")]
    SourceNotRead {
        /// The namespace.
        namespace: String,
        /// What was asked.
        what: String,
        /// Why there is no answer.
        why: Why,
    },
    /// Nothing says which commit is meant.
    #[error("which commit is the newest of branch {branch} is not known: {why}")]
    NoCommit {
        /// The branch.
        branch: String,
        /// Why GitHub does not say.
        why: GithubNotAsked,
    },
    /// Nothing says which commit begins so.
    #[error("which commit {revision} is the beginning of is not known: {why}")]
    ShortRevision {
        /// The revision that was asked for.
        revision: String,
        /// Why GitHub does not say.
        why: GithubNotAsked,
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
    #[error(
        "GitHub and the clusters did not say within {seconds} s what is to be waited for{}",
        because(why)
    )]
    NotAnswered {
        /// How long they were waited for.
        seconds: u64,
        /// Why the newest question that failed had no answer.
        why: Option<String>,
    },
    /// The branch is not there.
    #[error("{repository} has no branch {branch}")]
    BranchMissing {
        /// The gitops repository.
        repository: RepositoryName,
        /// The branch.
        branch: String,
        /// Those that are there.
        branches: Vec<String>,
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
    fn is_transient(&self) -> bool {
        match self {
            SettleError::Github(error) => error.is_transient(),
            SettleError::Azure(error) => error.is_transient(),
            SettleError::SourceNotRead { why, .. } => !why.is_refusal(),
            _ => false,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            SettleError::Github(error) => error.code(),
            SettleError::GithubAccess(error) => error.code(),
            SettleError::Azure(error) => error.code(),
            SettleError::AzureAccess(error) => error.code(),
            SettleError::PipelineFile(error) => error.code(),
            SettleError::NoEnvironment => "EnvironmentNotSelected",
            SettleError::NoBranch { .. } | SettleError::BranchMissing { .. } => "BranchNotFound",
            SettleError::SourceNotRead { .. } => "SourceNotRead",
            SettleError::NoCommit { .. } | SettleError::ShortRevision { .. } => "GithubNotAsked",
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
            SettleError::NoCommit { why, .. } | SettleError::ShortRevision { why, .. } => {
                let whole = "give the whole commit of the gitops repository: --revision";
                Some(format!("{}, or {whole}", why.hint()))
            }
            SettleError::CommitMissing { revision, .. } => {
                Some(format!("look for it in a clone of either: git branch -r --contains {revision}"))
            }
            SettleError::NotAnswered { .. } => {
                Some("run it again, with a longer --timeout; -v shows what is asked".to_owned())
            }
            SettleError::BranchMissing { branches, .. } if branches.is_empty() => {
                Some("check --environment: it names the branch".to_owned())
            }
            SettleError::BranchMissing { branches, .. } => {
                Some(format!("--environment names the branch: choose one of {}", branches.join(", ")))
            }
            SettleError::SourceNotRead { namespace, .. } => {
                let namespace = valid_subject(namespace, "'<namespace>'");
                Some(format!("kubectl gitops-status -n {namespace} says what was not answered"))
            }
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
            SettleError::NoCommit { .. } | SettleError::ShortRevision { .. } => Exit::Denied,
            SettleError::NotAnswered { .. } => Exit::Pending,
            SettleError::SourceNotRead { why, .. } if why.is_refusal() => Exit::Denied,
            SettleError::SourceNotRead { .. } => Exit::Failed,
            SettleError::NoBranch { .. }
            | SettleError::BranchMissing { .. }
            | SettleError::CommitMissing { .. }
            | SettleError::NoRepository { .. } => Exit::NotFound,
            SettleError::NotRecordable { .. } => Exit::Failed,
        }
    }
}

fn because(why: &Option<String>) -> String {
    why.as_ref().map(|why| format!(": {why}")).unwrap_or_default()
}
