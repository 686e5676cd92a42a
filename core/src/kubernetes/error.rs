//! Why there is no connection to a cluster, and what went wrong on one.
//!
//! Errors of kube are put into our own words: theirs repeat their sources, quote kubeconfigs, and print
//! what a credential plugin wrote, which may be a token.

use std::path::PathBuf;

use kube::config::KubeconfigError;

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
            ConnectError::Endpoint { .. } => "KubeconfigInvalid",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            ConnectError::NoKubeconfig { .. } => {
                "name one with --kubeconfig or KUBECONFIG, or fetch one: az connectedk8s proxy -n <cluster> -g <resource-group>".into()
            }
            ConnectError::Unusable { contexts, .. } if !contexts.is_empty() => {
                format!("choose one of its contexts with --context: {}", contexts.join(", "))
            }
            ConnectError::Unreadable { file, .. } | ConnectError::Unusable { file, .. } => {
                format!("see what kubectl makes of it: kubectl config view --kubeconfig {}", file.display())
            }
            ConnectError::InCluster { .. } => "mount the service account's token, or name a kubeconfig".into(),
            ConnectError::Endpoint { .. } => {
                "see what the kubeconfig says of its cluster and user: kubectl config view --minify".into()
            }
        })
    }

    fn exit(&self) -> Exit {
        match self {
            ConnectError::Unreadable { .. }
            | ConnectError::Unusable { .. }
            | ConnectError::Endpoint { .. } => Exit::Usage,
            _ => Exit::Failed,
        }
    }
}

/// What is wrong with a kubeconfig, without quoting it.
pub(super) fn kubeconfig(error: &KubeconfigError) -> String {
    match error {
        KubeconfigError::CurrentContextNotSet => "it has no current context".to_owned(),
        KubeconfigError::LoadContext(name) => format!("it has no context {name}"),
        KubeconfigError::LoadClusterOfContext(name) => {
            format!("it has no cluster {name}, which its context names")
        }
        KubeconfigError::Parse(_) => "it does not parse as a kubeconfig".to_owned(),
        KubeconfigError::ReadConfig(source, _) => source.to_string(),
        KubeconfigError::MissingClusterUrl => "its cluster has no server".to_owned(),
        KubeconfigError::LoadCertificateAuthority(source) => format!("its certificate authority: {source}"),
        KubeconfigError::LoadClientCertificate(source) => format!("its client certificate: {source}"),
        KubeconfigError::LoadClientKey(_) => "its client key cannot be loaded".to_owned(),
        KubeconfigError::ParseCertificates(_) => "its certificates are not PEM".to_owned(),
        KubeconfigError::ParseClusterUrl(_) => "the address of its server is no URL".to_owned(),
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
        kube::Error::Auth(error) => credentials(error),
        kube::Error::SerdeError(_) => "the answer is not what an API server would say".to_owned(),
        error => transport(error),
    }
}

fn credentials(error: &kube::client::AuthError) -> String {
    use kube::client::AuthError;
    match error {
        AuthError::AuthExecStart(source) => format!("the credential plugin does not start: {source}"),
        AuthError::AuthExecRun { out, .. } => {
            format!("the credential plugin of the kubeconfig failed ({})", out.status)
        }
        AuthError::ReadTokenFile(source, file) => {
            format!("token file {} cannot be read: {source}", file.display())
        }
        _ => "the credentials of the kubeconfig cannot be used".to_owned(),
    }
}

/// Credentials that cannot be had are told as such; everything else by its type.
fn transport(error: &kube::Error) -> String {
    let error: &(dyn std::error::Error + 'static) = error;
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    match causes.find_map(|cause| cause.downcast_ref::<kube::client::AuthError>()) {
        Some(error) => credentials(error),
        None => harmless(&Loss::of(error).to_string()),
    }
}
