//! What the agents know of their own cluster.

use std::collections::BTreeMap;

use gitops_core::model::azure::ArcCluster;
use gitops_core::model::contract::ARC_CONFIG;
use serde_json::Value;

use crate::azure::{ClusterFacts, ResourceId};
use crate::flux::{ApiClient, ObjectId};

/// The cluster in Azure that the ConfigMap of Azure's agents names; none where it names none.
pub(super) fn azure_cluster(api: &mut ApiClient<'_>) -> Option<ResourceId> {
    let (namespace, name) = ARC_CONFIG;
    let mut config = api.get(&ObjectId::new("v1", "ConfigMap", namespace, name)).ok()?;
    let config: BTreeMap<String, String> = serde_json::from_value(config["data"].take()).ok()?;
    ArcCluster::from_config(&config).map(|cluster| ResourceId::new(&cluster.id()))
}

/// What is told of the cluster with every heartbeat.
pub(super) fn facts(api: &mut ApiClient<'_>) -> ClusterFacts {
    let nodes = api.list("v1", "Node");
    let kubelet = nodes.first().and_then(|node| node["status"]["nodeInfo"]["kubeletVersion"].as_str());
    let agent = ObjectId::new("apps/v1", "Deployment", "azure-arc", "clusteridentityoperator");
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
