//! Why it is not known what exists of a project.

use crate::model::cluster::Answer;
use crate::model::{Exit, Failure};

/// Why it is not known what exists of a project. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CleanupError {
    /// A cluster does not tell what is in it.
    #[error("{cluster} does not tell its {resource}: {why}")]
    ClusterNotTold {
        /// The cluster.
        cluster: String,
        /// What was asked for, as RBAC writes it.
        resource: String,
        /// Why not.
        why: String,
        /// Whether that is a refusal.
        is_refusal: bool,
    },
    /// Azure lists what cannot be read.
    #[error("{count} of the Flux configurations of {cluster} cannot be read")]
    Unreadable {
        /// The cluster.
        cluster: String,
        /// How many.
        count: usize,
        /// The command that shows them.
        show_command: String,
    },
    /// There is no owner of this name on GitHub.
    #[error("there is no organisation or person {owner} on {host}")]
    NoOwner {
        /// The name.
        owner: String,
        /// The host.
        host: String,
    },
}

impl CleanupError {
    /// That a cluster's answer holds no objects.
    pub(super) fn of_answer(cluster: &str, resource: &str, answer: &Answer) -> Self {
        let (why, is_refusal) = match answer {
            Answer::Forbidden => ("not allowed".to_owned(), true),
            Answer::Unauthenticated => ("not authenticated".to_owned(), true),
            Answer::Overloaded => ("the API server takes no more requests".to_owned(), false),
            Answer::Silent(why) => (why.clone(), false),
            Answer::Objects(_) | Answer::Absent => ("not there".to_owned(), false),
        };
        let (cluster, resource) = (cluster.to_owned(), resource.to_owned());
        Self::ClusterNotTold { cluster, resource, why, is_refusal }
    }
}

impl Failure for CleanupError {
    fn code(&self) -> &'static str {
        match self {
            Self::ClusterNotTold { .. } => "ClusterNotTold",
            Self::Unreadable { .. } => "ConfigurationsUnreadable",
            Self::NoOwner { .. } => "OwnerNotFound",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::ClusterNotTold { resource, is_refusal: true, .. } => {
                format!("kubectl auth can-i list {resource} -A")
            }
            Self::ClusterNotTold { .. } => "see whether kubectl reaches it: kubectl cluster-info".to_owned(),
            Self::Unreadable { show_command, .. } => format!("look at them: {show_command}"),
            Self::NoOwner { .. } => "check --org, and GITHUB_SERVER_URL".to_owned(),
        })
    }

    fn exit(&self) -> Exit {
        match self {
            Self::ClusterNotTold { is_refusal: true, .. } => Exit::Denied,
            Self::NoOwner { .. } => Exit::NotFound,
            _ => Exit::Failed,
        }
    }
}
