//! What source-controller asks a git host for, and what may come back. The host itself is elsewhere: whoever puts
//! a lab together gives a function from the one to the other, and the controller words the failures.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Asks a git host.
pub type Remote<'a> = dyn Fn(&FetchRequest) -> Result<Fetched, FetchFailure> + 'a;

/// What is wanted of which repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchRequest {
    /// As the GitRepository has it.
    pub url: String,
    /// What is to be checked out.
    pub reference: Reference,
    /// As whom.
    pub credential: Credential,
    /// The certificate authority to trust instead of the system's, PEM (`ca.crt` of the secret).
    pub authority: Option<String>,
    /// The commit that is already here: where the reference still leads to it, no files are needed.
    pub known: Option<String>,
}

/// What of a repository is to be checked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// The head of a branch.
    Branch(String),
    /// What a tag names.
    Tag(String),
    /// A commit, by its full name.
    Commit(String),
    /// A full reference: `refs/pull/1/head`.
    Name(String),
}

/// As whom a repository is asked for.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// Nobody.
    Anonymous,
    /// Basic authentication.
    Basic {
        /// `username` of the secret.
        username: String,
        /// `password` of the secret.
        password: String,
    },
    /// `bearerToken` of the secret.
    Bearer(String),
}

impl fmt::Debug for Credential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Anonymous => "Anonymous",
            Self::Basic { .. } => "Basic(…)",
            Self::Bearer(_) => "Bearer(…)",
        })
    }
}

/// What came of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The reference leads to the commit that is known.
    Known,
    /// It leads to this one.
    Commit(Commit),
}

/// A commit and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its full name, in hexadecimal digits.
    pub sha: String,
    /// The first line of its message.
    pub subject: String,
    /// Its files by their paths, without a leading slash.
    pub files: Arc<Files>,
}

/// Files by their paths.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchFailure {
    /// The host answers with an error: 401, 403, 404, 5xx.
    Status {
        /// The status code.
        code: u16,
        /// The body, which go-git repeats.
        body: String,
    },
    /// The repository has no such branch or tag.
    NoReference,
    /// The repository has no commit at all.
    Empty,
    /// Nothing listens there.
    Refused {
        /// Address and port, as `127.0.0.1:9`.
        address: String,
    },
    /// The connection ends before the answer does.
    Cut,
    /// No answer before the GitRepository's time-out; the controller waits it out.
    Silent,
    /// The name of the host is unknown.
    UnknownHost {
        /// The name.
        host: String,
        /// The resolver that was asked, as `10.96.0.10:53`.
        resolver: String,
    },
    /// The host's certificate cannot be trusted.
    Distrusted(Distrust),
}

/// Why a certificate cannot be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// Nobody that is known signed it.
    UnknownAuthority,
    /// The host is an address, and the certificate names none.
    NoAddress {
        /// The address.
        host: String,
    },
}
