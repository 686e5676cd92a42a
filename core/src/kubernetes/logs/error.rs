//! Why there is no log, or no more of it.

use crate::model::{Exit, Failure, harmless};

/// Why a log cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The server refuses it.
    #[error("no log of {container}: the API server answers {status}: {message}")]
    Refused {
        /// Namespace, pod and container.
        container: String,
        /// The status code.
        status: u16,
        /// The server's reason: the container has not started, for example.
        message: String,
    },
    /// The connection was lost, and could not be made again.
    #[error("no log of {container}: {why}")]
    Lost {
        /// Namespace, pod and container.
        container: String,
        /// What happened.
        why: String,
    },
}

impl LogError {
    pub(super) fn of(container: String, error: &kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => {
                Self::Refused { container, status: status.code, message: harmless(&status.message) }
            }
            error => Self::Lost { container, why: crate::kubernetes::error::request(error) },
        }
    }

    /// Whether the server has said no, so that asking again changes nothing.
    pub(super) fn is_final(&self) -> bool {
        matches!(self, LogError::Refused { status, .. } if (400..500).contains(status) && *status != 429)
    }
}

impl Failure for LogError {
    fn code(&self) -> &'static str {
        match self {
            LogError::Refused { .. } => "LogRefused",
            LogError::Lost { .. } => "LogLost",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            LogError::Refused { status: 404, .. } => "see which pods there are: kubectl get pods".to_owned(),
            LogError::Refused { .. } => "see what the pod does: kubectl describe pod".to_owned(),
            LogError::Lost { .. } => "see whether kubectl reaches it: kubectl cluster-info".to_owned(),
        })
    }

    fn exit(&self) -> Exit {
        match self {
            LogError::Refused { status: 401 | 403, .. } => Exit::Denied,
            LogError::Refused { status: 404, .. } => Exit::NotFound,
            _ => Exit::Failed,
        }
    }
}
