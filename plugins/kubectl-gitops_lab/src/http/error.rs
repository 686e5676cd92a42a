//! Why a replay or a lab cannot be served.

use gitops_core::model::Failure;

use crate::git::GitError;
use crate::scenario::ScenarioError;

/// Why a replay or a lab cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServingError {
    /// No port on loopback.
    #[error("no port on 127.0.0.1 to serve on")]
    Port(#[from] std::io::Error),
    /// No certificate.
    #[error("no certificate for the server")]
    Certificate(#[from] rcgen::Error),
    /// The certificate's key is not understood.
    #[error("the server has no usable key: {0}")]
    Key(&'static str),
    /// No TLS.
    #[error("no TLS for the server")]
    Tls(#[from] rustls::Error),
    /// No git host.
    #[error("no git host")]
    Git(#[from] GitError),
    /// No scenario.
    #[error("the scenario cannot be put on")]
    Scenario(#[from] ScenarioError),
    /// No random numbers for the token.
    #[error("no random token for the clients")]
    Token,
}

impl Failure for ServingError {
    fn code(&self) -> &'static str {
        match self {
            ServingError::Port(_) => "PortUnavailable",
            ServingError::Certificate(_) | ServingError::Key(_) | ServingError::Tls(_) => "TlsUnavailable",
            ServingError::Git(_) => "GitUnavailable",
            ServingError::Scenario(_) => "ScenarioInvalid",
            ServingError::Token => "RandomnessUnavailable",
        }
    }
}
