//! What can go wrong with a repository, and with asking for one.

use http::StatusCode;

/// Why something was not done to a repository.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// Not `organisation/repository`.
    #[error("{0:?} is not the name of a repository: it is organisation/repository")]
    Name(String),
    /// No such repository.
    #[error("repository {0} not found")]
    Unknown(String),
    /// There is one.
    #[error("repository {0} exists")]
    Exists(String),
    /// No folder for repositories.
    #[error("no folder for repositories")]
    Folder(#[from] std::io::Error),
    /// A ref did not move.
    #[error("a ref of {repository} did not move")]
    Ref {
        /// `organisation/repository`
        repository: String,
        /// Why.
        source: RefError,
    },
    /// Whatever git says.
    #[error("git cannot do this in {repository}")]
    Git {
        /// `organisation/repository`
        repository: String,
        /// What libgit2 says.
        source: git2::Error,
    },
}

/// Why a ref did not move, in git's words.
#[derive(Debug, thiserror::Error)]
pub enum RefError {
    /// No name for a ref.
    #[error("funny refname {0:?}")]
    Name(String),
    /// It was to begin, and is there.
    #[error("cannot lock ref '{0}': reference already exists")]
    Exists(String),
    /// It was to move or to go, and is not there.
    #[error("cannot lock ref '{0}': unable to resolve reference '{0}'")]
    Absent(String),
    /// Somebody else was quicker.
    #[error("cannot lock ref '{reference}': is at {at} but expected {expected}")]
    Moved {
        /// Which one.
        reference: String,
        /// Where it is.
        at: git2::Oid,
        /// Where it was seen.
        expected: git2::Oid,
    },
    /// Of `a` and `a/b` there can be one.
    #[error("cannot lock ref '{reference}': '{by}' exists; cannot create '{reference}'")]
    Taken {
        /// Which one was to begin.
        reference: String,
        /// What is in its way.
        by: String,
    },
    /// Whatever git says.
    #[error("failed to update ref")]
    Git(#[from] git2::Error),
}

/// Why a caller got nothing.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FetchError {
    /// Nobody has this name.
    #[error("no such host")]
    UnknownHost,
    /// Nobody listens there.
    #[error("connection refused")]
    Refused,
    /// It accepts, and never answers.
    #[error("no answer")]
    Silent,
    /// Its certificate is signed by nobody who is trusted.
    #[error("certificate signed by unknown authority")]
    Untrusted,
    /// 401: no token, or one that is not known.
    #[error("authentication required")]
    Unauthorized,
    /// 404: no such repository, or none that this caller may see.
    #[error("repository not found")]
    NotFound,
    /// 403: it may be read, not written.
    #[error("write access to repository not granted")]
    Forbidden,
    /// The repository has no such branch, tag or commit.
    #[error("reference not found")]
    NoReference,
    /// There is no commit in the repository.
    #[error("repository is empty")]
    Empty,
}

impl FetchError {
    /// Status and text of a refusal in GitHub's words; git shows them as `remote: …`, and Flux repeats them.
    pub(crate) fn answer(&self) -> (StatusCode, &'static str) {
        match self {
            FetchError::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                "Invalid username or token. Password authentication is not supported for Git operations.",
            ),
            FetchError::Forbidden => (StatusCode::FORBIDDEN, "Write access to repository not granted."),
            _ => (StatusCode::NOT_FOUND, "Repository not found."),
        }
    }
}
