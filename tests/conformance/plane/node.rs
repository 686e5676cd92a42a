//! The one node, as a kubelet would have reported it. kwok plays its pods and serves their logs.

use serde_json::json;

use crate::plane::cluster::Cluster;
use crate::problem::Outcome;

const NAME: &str = "edge-1";

/// Makes the node and reports it ready, once: nothing renews it, so the controller manager is started with a
/// grace period of a day.
pub(crate) async fn join(cluster: &Cluster, kubelet: u16) -> Outcome {
    let labels = json!({
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": NAME,
    });
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": NAME, "labels": labels}});
    cluster.create(&[node]).await?;

    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    // Room for the pods of all scenarios at once: what cannot be scheduled here is what a scenario says.
    let room = json!({"cpu": "64", "memory": "64Gi", "pods": "500"});
    let status = json!({"status": {
        "addresses": [
            {"type": "InternalIP", "address": "127.0.0.1"},
            {"type": "Hostname", "address": NAME},
        ],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": kubelet}},
        "capacity": room,
        "allocatable": room,
        "nodeInfo": {
            "architecture": "amd64", "bootID": "", "containerRuntimeVersion": "containerd://2.1.4",
            "kernelVersion": "6.1.0", "kubeProxyVersion": "", "kubeletVersion": "v1.36.3", "machineID": "",
            "operatingSystem": "linux", "osImage": "Linux", "systemUUID": "",
        },
        "conditions": [{
            "type": "Ready", "status": "True", "reason": "KubeletReady",
            "message": "kubelet is posting ready status", "lastHeartbeatTime": now, "lastTransitionTime": now,
        }],
    }});
    let status = status.to_string();
    cluster
        .kubectl(&["patch", "node", NAME, "--subresource=status", "--type=merge", "-p", &status])
        .await
        .map(drop)
}
