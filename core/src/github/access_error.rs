//! Why no client of GitHub could be made.

use crate::model::{Exit, Failure};
use crate::wire::{RootsError, TransportError};

/// Why no client could be made.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// A variable does not hold an https address.
    #[error("{variable} is not an https address: {address}")]
    Address {
        /// The variable.
        variable: &'static str,
        /// What it holds, without user and password.
        address: String,
    },
    /// The transport cannot be made.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The authorities to trust cannot be read.
    #[error(transparent)]
    Roots(#[from] RootsError),
    /// A token file cannot be read.
    #[error("token file {} cannot be read: {why}", file.display())]
    TokenFile {
        /// The file.
        file: std::path::PathBuf,
        /// What is wrong.
        why: String,
    },
    /// There is no token where one was named.
    #[error("the GitHub token from {origin} is empty")]
    TokenEmpty {
        /// Where it should have come from.
        origin: String,
    },
    /// A token holds characters that no header can.
    #[error("the GitHub token from {origin} holds characters that no token has")]
    Token {
        /// Where it came from.
        origin: String,
    },
}

impl Failure for AccessError {
    fn code(&self) -> &'static str {
        match self {
            AccessError::Address { .. } => "GithubAddressInvalid",
            AccessError::Transport(_) => "TransportUnusable",
            AccessError::Roots(error) => error.code(),
            AccessError::TokenFile { .. } | AccessError::TokenEmpty { .. } | AccessError::Token { .. } => {
                "GithubTokenInvalid"
            }
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            AccessError::Address { variable, .. } => format!("set {variable} as Actions does, or unset it"),
            AccessError::Transport(_) => "check HTTPS_PROXY, HTTP_PROXY and GITOPS_CA_FILE".to_owned(),
            AccessError::Roots(error) => return error.hint(),
            AccessError::TokenFile { .. } | AccessError::TokenEmpty { .. } => {
                "name a file that holds a token and nothing else".to_owned()
            }
            AccessError::Token { .. } => "copy the token again: it is one word".to_owned(),
        })
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}
