//! Why there is no connection to a cluster, and what went wrong on one.
//!
//! Errors of kube are put into our own words: theirs repeat their sources, quote kubeconfigs, and print
//! what a credential plugin wrote, which may be a token.

use std::path::PathBuf;

use kube::config::KubeconfigError;

use super::credentials::CredentialsError;
use super::transport::EndpointError;
use crate::model::{Exit, Failure, harmless};
use crate::wire::Loss;

/// Why a connection cannot even be tried.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// There is no kubeconfig and this is no pod.
    #[error("no kubeconfig: {} is not there and this is not a pod", looked.display())]
    NoKubeconfig {
        /// Where it was looked for.
        looked: PathBuf,
    },
    /// The kubeconfig cannot be read.
    #[error("kubeconfig {} cannot be read: {why}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The kubeconfig cannot be used.
    #[error("kubeconfig {}: {why}", file.display())]
    Unusable {
        /// The file, or the first of several.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
        /// The contexts it has.
        contexts: Vec<String>,
    },
    /// The service account of this pod cannot be used.
    #[error("the service account of this pod cannot be used: {why}")]
    InCluster {
        /// What is wrong.
        why: String,
    },
    /// There are no credentials to sign in with.
    #[error("cannot sign in at {server}")]
    SignIn {
        /// The API server.
        server: String,
        /// What is wrong.
        source: CredentialsError,
    },
    /// kubectl's preferences cannot be used, so that nobody knows which credential plugins may run.
    #[error("kuberc {} cannot be used: {why}", file.display())]
    Kuberc {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The API server cannot be reached as the kubeconfig says.
    #[error("no connection to {server}")]
    Endpoint {
        /// The API server.
        server: String,
        /// What is wrong.
        source: EndpointError,
    },
}

impl Failure for ConnectError {
    fn code(&self) -> &'static str {
        match self {
            ConnectError::NoKubeconfig { .. } => "KubeconfigMissing",
            ConnectError::Unreadable { .. } | ConnectError::Unusable { .. } => "KubeconfigInvalid",
            ConnectError::InCluster { .. } => "ServiceAccountInvalid",
            ConnectError::SignIn { .. } => "SignInFailed",
            ConnectError::Kuberc { .. } => "KubercInvalid",
            ConnectError::Endpoint { .. } => "KubeconfigInvalid",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            ConnectError::NoKubeconfig { .. } => {
                "name one with --kubeconfig or KUBECONFIG, or fetch one: az connectedk8s proxy -n '<cluster>' -g '<resource-group>'".into()
            }
            ConnectError::Unusable { contexts, .. } if !contexts.is_empty() => {
                format!("choose one of its contexts with --context: {}", contexts.join(", "))
            }
            ConnectError::Unreadable { file, .. } | ConnectError::Unusable { file, .. } => {
                format!("see what kubectl makes of it: kubectl config view --kubeconfig {}", file.display())
            }
            ConnectError::InCluster { .. } => "mount the service account's token, or name a kubeconfig".into(),
            ConnectError::SignIn { source, .. } => source.hint(),
            ConnectError::Kuberc { .. } => {
                "correct the file, name another with KUBERC, or do without: KUBERC=off".into()
            }
            ConnectError::Endpoint { .. } => {
                "see what the kubeconfig says of its cluster and user: kubectl config view --minify".into()
            }
        })
    }

    fn exit(&self) -> Exit {
        match self {
            ConnectError::Unreadable { .. }
            | ConnectError::Unusable { .. }
            | ConnectError::Kuberc { .. }
            | ConnectError::Endpoint { .. } => Exit::Usage,
            _ => Exit::Failed,
        }
    }
}

/// What is wrong with a kubeconfig, without quoting it.
pub(super) fn kubeconfig(error: &KubeconfigError) -> String {
    match error {
        KubeconfigError::Parse(_) => "it does not parse as a kubeconfig".to_owned(),
        KubeconfigError::ReadConfig(source, _) => source.to_string(),
        other => other.to_string(),
    }
}

/// What went wrong with a request, in few words and without secrets.
pub(super) fn request(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) if status.message.is_empty() => {
            format!("the API server answers {}", status.code)
        }
        kube::Error::Api(status) => format!("the API server answers {}: {}", status.code, status.message),
        kube::Error::SerdeError(_) => "the answer is not what an API server would say".to_owned(),
        error => transport(error),
    }
}

/// Credentials that cannot be had are told as such; everything else by its type.
fn transport(error: &kube::Error) -> String {
    let error: &(dyn std::error::Error + 'static) = error;
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    match causes.find_map(|cause| cause.downcast_ref::<CredentialsError>()) {
        Some(error) => harmless(&error.to_string()),
        None => harmless(&Loss::of(error).to_string()),
    }
}
