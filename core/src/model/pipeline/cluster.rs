//! Which cluster, and which namespace of which cluster.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::model::azure::ArcCluster;

/// A cluster, by the name that whoever asks knows it by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClusterRef {
    /// A context of the kubeconfig.
    Context(String),
    /// The cluster that this pod runs in.
    InCluster,
    /// A cluster that Azure alone tells of: no context of the kubeconfig is known to lead there.
    Arc(ArcCluster),
    /// Clusters of which nothing is known.
    NotKnown,
}

impl ClusterRef {
    /// The cluster of a kubeconfig's context; without one this pod's own.
    pub fn of_context(context: Option<&str>) -> Self {
        context.map_or(ClusterRef::InCluster, |name| ClusterRef::Context(name.to_owned()))
    }

    /// The context's name; `None` inside a pod, and of a cluster that no context leads to.
    pub fn context(&self) -> Option<&str> {
        match self {
            ClusterRef::Context(name) => Some(name),
            ClusterRef::InCluster | ClusterRef::Arc(_) | ClusterRef::NotKnown => None,
        }
    }

    /// Whether its API was, or could be, asked.
    pub fn is_at_hand(&self) -> bool {
        matches!(self, ClusterRef::Context(_) | ClusterRef::InCluster)
    }
}

impl fmt::Display for ClusterRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            ClusterRef::Context(name) => name,
            ClusterRef::InCluster => "in-cluster",
            ClusterRef::Arc(cluster) => cluster.name(),
            ClusterRef::NotKnown => "-",
        })
    }
}

impl Serialize for ClusterRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An environment on a cluster: the key of everything that a cluster says. Two clusters may have a namespace
/// of the same name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentId {
    /// The cluster: its context in the kubeconfig, or `in-cluster`; the name that Azure has of one that no context leads
    /// to, and `-` where none is known.
    #[schemars(with = "String")]
    pub cluster: ClusterRef,
    /// The namespace.
    pub namespace: String,
}

impl EnvironmentId {
    /// A namespace of a cluster.
    pub fn new(cluster: ClusterRef, namespace: impl Into<String>) -> Self {
        Self { cluster, namespace: namespace.into() }
    }
}

impl fmt::Display for EnvironmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.cluster, self.namespace)
    }
}
