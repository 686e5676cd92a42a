//! A cluster that the pipeline's file lists: by its name, or by its resource id where names are not enough.

use std::fmt;

use crate::model::azure::ArcCluster;
use crate::model::harmless;
use crate::model::pipeline::ClusterRef;

/// A cluster that must have the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListedCluster {
    /// By name, whichever subscription and resource group it is in; compared without case, as Azure does.
    Named(String),
    /// By its resource id.
    Identified(ArcCluster),
}

impl ListedCluster {
    /// Reads a name or a resource id; `None` where it is neither.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.contains('/') {
            return ArcCluster::from_id(text).map(Self::Identified);
        }
        let is_name = ArcCluster::new("s", "g", crate::model::azure::ClusterKind::Connected, text).is_some();
        is_name.then(|| Self::Named(harmless(text)))
    }

    /// Whether it is this cluster. A context's name counts only where Azure's is not known.
    pub fn is(&self, cluster: &ClusterRef) -> bool {
        match (self, cluster) {
            (Self::Named(name), ClusterRef::Arc(cluster)) => name.eq_ignore_ascii_case(cluster.name()),
            (Self::Named(name), ClusterRef::Context(context)) => name.eq_ignore_ascii_case(context),
            (Self::Identified(listed), ClusterRef::Arc(cluster)) => listed == cluster,
            _ => false,
        }
    }
}

impl fmt::Display for ListedCluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::Identified(cluster) => f.write_str(cluster.name()),
        }
    }
}
