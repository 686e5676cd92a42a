//! Where do the environments of a selection stand? And when that cannot be said at all, why.

use jiff::Timestamp;

use super::beside::beside;
use super::observe::observe;
use crate::github::Access;
use crate::kubernetes::Connection;
use crate::model::cluster::{Answer, ClusterState, Kind};
use crate::model::verdict::{Picture, Selection, picture};
use crate::model::{Exit, Failure};

/// There is nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// The API server does not know who asks.
    #[error("not authenticated at {server}")]
    Unauthenticated {
        /// The API server.
        server: String,
    },
    /// Who asks may read nothing.
    #[error("not allowed to read anything at {server}: {first}")]
    Forbidden {
        /// The API server.
        server: String,
        /// One of the questions that were refused.
        first: String,
    },
    /// The API server gave no answer.
    #[error("no answer from {server}: {why}")]
    Silent {
        /// The API server.
        server: String,
        /// What happened instead.
        why: String,
    },
    /// The namespace is not there.
    #[error("namespace {namespace} is not there")]
    NamespaceMissing {
        /// The namespace.
        namespace: String,
        /// Those that something delivers to.
        followed: Vec<String>,
    },
    /// Nothing delivers to the namespace, or to any.
    #[error(
        "namespace {namespace} follows nothing: no source, kustomization or labelled object delivers to it"
    )]
    FollowsNothing {
        /// The namespace.
        namespace: String,
        /// Those that something delivers to.
        followed: Vec<String>,
        /// Whether Flux is installed.
        has_flux: bool,
    },
    /// Nothing delivers to any namespace.
    #[error("no namespace of this cluster follows anything")]
    Nothing {
        /// Whether Flux is installed.
        has_flux: bool,
    },
}

impl Failure for StatusError {
    fn code(&self) -> &'static str {
        match self {
            StatusError::Unauthenticated { .. } => "NotAuthenticated",
            StatusError::Forbidden { .. } => "NotAllowed",
            StatusError::Silent { .. } => "NoAnswer",
            StatusError::NamespaceMissing { .. } => "NamespaceMissing",
            StatusError::FollowsNothing { .. } | StatusError::Nothing { .. } => "FollowsNothing",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            StatusError::Unauthenticated { .. } => {
                "sign in again, or choose another context with --context: kubectl config get-contexts".into()
            }
            StatusError::Forbidden { .. } => "see what you may do: kubectl auth can-i --list".into(),
            StatusError::Silent { why, .. } if why.contains("certificate") => {
                "check certificate-authority-data of the kubeconfig, or add the authority with GITOPS_CA_FILE"
                    .into()
            }
            StatusError::Silent { .. } => "see whether kubectl reaches it: kubectl cluster-info".into(),
            StatusError::NamespaceMissing { followed, .. } | StatusError::FollowsNothing { followed, .. }
                if !followed.is_empty() =>
            {
                format!("these do follow something: {}", followed.join(", "))
            }
            StatusError::FollowsNothing { has_flux: false, .. }
            | StatusError::Nothing { has_flux: false } => {
                "Flux is not installed here: see az k8s-extension create --extension-type microsoft.flux"
                    .into()
            }
            StatusError::NamespaceMissing { .. } => "see which there are: kubectl get namespaces".into(),
            _ => "see what Flux has: kubectl get gitrepositories,kustomizations -A".into(),
        })
    }

    fn exit(&self) -> Exit {
        match self {
            StatusError::Unauthenticated { .. } | StatusError::Forbidden { .. } => Exit::Denied,
            StatusError::Silent { .. } => Exit::Failed,
            _ => Exit::NotFound,
        }
    }
}

/// Asks once: the cluster, then GitHub of what it follows.
pub async fn status(
    connection: &Connection,
    github: &Access,
    selection: &Selection,
    now: impl Fn() -> Timestamp,
) -> Result<Picture, StatusError> {
    let cluster = observe(connection, selection).await;
    let mut picture = judged(&cluster, selection, now(), connection.server())?;
    beside(github, &mut picture).await;
    Ok(picture)
}

/// Without these nobody can say that nothing is followed.
const FLUX: [Kind; 2] = [Kind::GitRepository, Kind::Kustomization];

/// The picture, or why there is none.
pub(super) fn judged(
    cluster: &ClusterState,
    selection: &Selection,
    now: Timestamp,
    server: &str,
) -> Result<Picture, StatusError> {
    if let Some(error) = refused(cluster, server) {
        return Err(error);
    }
    let picture = picture(cluster, selection, now);
    let flux_is_unknown = FLUX.iter().any(|kind| cluster.is_unanswered(*kind));
    if !picture.environments.is_empty() || (*selection == Selection::All && flux_is_unknown) {
        return Ok(picture);
    }
    let followed = picture.followed.into_iter().map(|id| id.namespace).collect();
    let has_flux = picture.has_flux;
    Err(match selection {
        Selection::All => StatusError::Nothing { has_flux },
        Selection::Namespace(namespace) if picture.namespace_exists == Some(false) => {
            StatusError::NamespaceMissing { namespace: namespace.clone(), followed }
        }
        Selection::Namespace(namespace) => {
            StatusError::FollowsNothing { namespace: namespace.clone(), followed, has_flux }
        }
    })
}

/// Refused everywhere, or no answer anywhere.
fn refused(cluster: &ClusterState, server: &str) -> Option<StatusError> {
    let server = server.to_owned();
    let (mut forbidden, mut silent, mut unauthenticated) = (None, None, false);
    for (scope, answer) in cluster.answers() {
        match answer {
            Answer::Objects(_) => return None,
            Answer::Absent => {}
            Answer::Unauthenticated => unauthenticated = true,
            Answer::Forbidden => forbidden = forbidden.or_else(|| Some(scope.title())),
            Answer::Silent(why) => silent = silent.or_else(|| Some(why.clone())),
        }
    }
    match (unauthenticated, forbidden, silent) {
        (true, ..) => Some(StatusError::Unauthenticated { server }),
        (_, _, Some(why)) => Some(StatusError::Silent { server, why }),
        (_, Some(first), None) => Some(StatusError::Forbidden { server, first }),
        _ => None,
    }
}
