//! Clusters that are connected through Azure Arc, as Azure knows them.

use super::client::{Azure, none_if_absent};
use super::error::AzureError;
use super::request::versioned;
use crate::model::azure::{ArcCluster, ClusterKind, ConnectedCluster};

const API_VERSION: &str = "2024-01-01";

impl Azure {
    /// What Azure knows of a cluster and its agents; `None` where it knows no such cluster. A cluster of Azure's own is
    /// not connected and has none.
    ///
    /// # Errors
    /// Azure cannot be asked, or refuses.
    pub async fn connected_cluster(
        &self,
        cluster: &ArcCluster,
    ) -> Result<Option<ConnectedCluster>, AzureError> {
        if cluster.kind() != ClusterKind::Connected {
            return Ok(None);
        }
        let document = none_if_absent(self.read(&versioned(&cluster.id(), API_VERSION)).await)?;
        let request = || AzureError::Malformed { request: format!("GET {}", cluster.id()) };
        // What is about another cluster tells nothing of this one.
        let read = |document| ConnectedCluster::read(&document).filter(|read| read.cluster == *cluster);
        document.map(|document| read(document).ok_or_else(request)).transpose()
    }
}
