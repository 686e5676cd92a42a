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
    /// Whatever git says.
    #[error("git cannot do this in {repository}")]
    Git {
        /// `organisation/repository`
        repository: String,
        /// What libgit2 says.
        source: git2::Error,
    },
}

/// Why a visitor got nothing.
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
    /// 404: no such repository, or none that this visitor may see.
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
