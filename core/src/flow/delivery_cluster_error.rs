//! Why the clusters of a project are not known, and what to do about it.

use crate::model::contract::ARC_CONFIG;
use crate::model::{Exit, Failure};

/// Why the clusters of a project are not known.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryClusterError {
    /// An environment that is not among the project's.
    #[error("--cluster {argument} is for environment {environment}, which is not one of {known}")]
    UnknownEnvironment {
        /// What was given.
        argument: String,
        /// The environment in it.
        environment: String,
        /// Those that there are.
        known: String,
    },
    /// Nothing is delivered anywhere.
    #[error("environment {environment} has no cluster")]
    NoCluster {
        /// The environment.
        environment: String,
    },
    /// One environment is delivered to the same cluster twice.
    #[error("cluster {cluster} is named twice for environment {environment}")]
    Twice {
        /// The cluster.
        cluster: String,
        /// The environment.
        environment: String,
    },
    /// The context reaches another cluster.
    #[error("{context} is {actual}, and not {named}")]
    OtherCluster {
        /// The context.
        context: String,
        /// The cluster that it reaches.
        actual: String,
        /// The one that was named.
        named: String,
    },
    /// The cluster has no agents of Azure's.
    #[error("{context} is not connected to Azure Arc: it has no configmap {}/{}", ARC_CONFIG.0, ARC_CONFIG.1)]
    NotConnected {
        /// The context.
        context: String,
    },
    /// The cluster's answer names no cluster.
    #[error("configmap {}/{} in {context} does not name a cluster of Azure's", ARC_CONFIG.0, ARC_CONFIG.1)]
    Unidentified {
        /// The context.
        context: String,
    },
    /// The cluster may not be asked.
    #[error("{context} does not say which cluster it is: {why}")]
    NotTold {
        /// The context.
        context: String,
        /// Why not.
        why: String,
        /// Whether that is a refusal.
        is_refusal: bool,
    },
}

impl Failure for DeliveryClusterError {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownEnvironment { .. } | Self::NoCluster { .. } | Self::Twice { .. } => "ClusterInvalid",
            Self::OtherCluster { .. } => "OtherCluster",
            Self::NotConnected { .. } | Self::Unidentified { .. } => "ClusterNotConnected",
            Self::NotTold { .. } => "ClusterNotIdentified",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UnknownEnvironment { .. } => "name it in --environments, or correct --cluster".to_owned(),
            Self::NoCluster { environment } => {
                format!("name one: --cluster {environment}='<group>/<cluster>@<context>'")
            }
            Self::Twice { .. } => "name it once".to_owned(),
            Self::OtherCluster { named, .. } => {
                let name = named.split(' ').next().unwrap_or_default();
                format!(
                    "name the context of {name}: --cluster {name}@'<context>'; kubectl config get-contexts"
                )
            }
            Self::NotConnected { .. } => {
                "connect it first: az connectedk8s connect -n '<cluster>' -g '<resource-group>'".to_owned()
            }
            Self::Unidentified { .. } => {
                format!(
                    "see what it holds: kubectl get configmap {} -n {} -o yaml",
                    ARC_CONFIG.1, ARC_CONFIG.0
                )
            }
            Self::NotTold { is_refusal: true, .. } => {
                format!("kubectl auth can-i get configmap/{} -n {}", ARC_CONFIG.1, ARC_CONFIG.0)
            }
            Self::NotTold { .. } => "see whether kubectl reaches it: kubectl cluster-info".to_owned(),
        })
    }

    fn exit(&self) -> Exit {
        match self {
            Self::UnknownEnvironment { .. } | Self::NoCluster { .. } | Self::Twice { .. } => Exit::Usage,
            Self::OtherCluster { .. } | Self::NotConnected { .. } | Self::Unidentified { .. } => Exit::NotSo,
            Self::NotTold { is_refusal: true, .. } => Exit::Denied,
            Self::NotTold { .. } => Exit::Failed,
        }
    }
}
