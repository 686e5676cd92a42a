//! A connected cluster, as Resource Manager has it.

use jiff::Timestamp;
use serde_json::Value;

use super::{ArcCluster, Connectivity, ProvisioningState, azure_date};
use crate::model::harmless;

/// What Azure knows of a cluster and its agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectedCluster {
    /// Which one.
    pub cluster: ArcCluster,
    /// Whether Azure hears of it; not every answer says so.
    pub connectivity: Option<Connectivity>,
    /// What became of connecting it.
    pub provisioning: Option<ProvisioningState>,
    /// When its agents spoke last.
    pub last_connected: Option<Timestamp>,
    /// When the certificate of its agents expires.
    pub certificate_expires: Option<Timestamp>,
    /// The version of its agents.
    pub agent_version: Option<String>,
}

impl ConnectedCluster {
    /// Reads a document; `None` where it has no id of a cluster.
    pub fn read(document: &Value) -> Option<Self> {
        let properties = &document["properties"];
        let text = |key: &str| properties[key].as_str().filter(|text| !text.is_empty());
        Some(Self {
            cluster: ArcCluster::from_id(document["id"].as_str()?)?,
            connectivity: text("connectivityStatus").map(Connectivity::read),
            provisioning: text("provisioningState").map(ProvisioningState::read),
            last_connected: text("lastConnectivityTime").and_then(azure_date),
            certificate_expires: text("managedIdentityCertificateExpirationTime").and_then(azure_date),
            agent_version: text("agentVersion").map(harmless),
        })
    }
}
