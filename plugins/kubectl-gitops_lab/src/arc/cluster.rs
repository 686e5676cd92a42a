//! What the agents know of their own cluster.

use serde_json::Value;

use crate::azure::{CONNECTED_CLUSTERS, ClusterFacts, MANAGED_CLUSTERS, ResourceId};
use crate::flux::{Api, Id};

/// The cluster in Azure that `azure-arc/azure-clusterconfig` names; none where it names none.
pub(super) fn azure_cluster(api: &mut Api<'_>) -> Option<ResourceId> {
    let config = api.get(&Id::new("v1", "ConfigMap", "azure-arc", "azure-clusterconfig")).ok()?;
    let value = |key: &str| config["data"][key].as_str().filter(|value| !value.is_empty());
    let is_managed = value("CLUSTER_TYPE").is_some_and(|kind| kind.to_ascii_lowercase().contains("managed"));
    let group = format!(
        "/subscriptions/{}/resourceGroups/{}",
        value("AZURE_SUBSCRIPTION_ID")?,
        value("AZURE_RESOURCE_GROUP")?
    );
    let kind = if is_managed { MANAGED_CLUSTERS } else { CONNECTED_CLUSTERS };
    Some(ResourceId::new(&group).below(kind, value("AZURE_RESOURCE_NAME")?))
}

/// What is told of the cluster with every heartbeat.
pub(super) fn facts(api: &mut Api<'_>) -> ClusterFacts {
    let nodes = api.list("v1", "Node");
    let kubelet = nodes.first().and_then(|node| node["status"]["nodeInfo"]["kubeletVersion"].as_str());
    let agent = Id::new("apps/v1", "Deployment", "azure-arc", "clusteridentityoperator");
    let agent = api.get(&agent).unwrap_or_default();
    let image = agent["spec"]["template"]["spec"]["containers"][0]["image"].as_str().unwrap_or_default();
    ClusterFacts {
        kubernetes_version: kubelet.unwrap_or_default().trim_start_matches('v').to_owned(),
        nodes: nodes.len() as u64,
        cores: nodes.iter().map(cores).sum(),
        agent_version: image.rsplit_once(':').map_or("", |(_, version)| version).to_owned(),
    }
}

fn cores(node: &Value) -> u64 {
    node["status"]["capacity"]["cpu"].as_str().and_then(|cpu| cpu.parse().ok()).unwrap_or_default()
}
