//! What tests of the gate are made of: the documents of a configuration, with something changed.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::model::azure::{ConnectedCluster, FluxConfiguration};
use crate::model::contract::FLUX_NAMESPACE;

pub(super) const WANTED: &str = "d61d3702f941f7a0787e29e428e569152f66e7bf";
pub(super) const OLDER: &str = "0a0a0a02f941f7a0787e29e428e569152f66e7bf";

/// A second of the scene; now is 1000, the merge was at 900.
pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).expect("a time")
}

pub(super) fn condition(kind: &str, status: &str, reason: &str, message: &str, second: i64) -> Value {
    json!({ "type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": at(second).to_string() })
}

/// That a kustomization has applied a commit.
pub(super) fn applied(commit: &str) -> Vec<Value> {
    let message = format!("Applied revision: dev@sha1:{commit}");
    vec![condition("Ready", "True", "ReconciliationSucceeded", &message, 950)]
}

/// That it failed at a commit.
pub(super) fn failed(reason: &str, message: &str, commit: &str) -> Vec<Value> {
    let stage = format!("Running health checks for revision dev@sha1:{commit} with a timeout of 30s");
    vec![
        condition("Ready", "False", reason, message, 950),
        condition("Reconciling", "True", "ProgressingWithRetry", &stage, 950),
    ]
}

/// That it attempts a commit.
pub(super) fn attempting(commit: &str) -> Vec<Value> {
    let stage = format!("Running health checks for revision dev@sha1:{commit} with a timeout of 30s");
    vec![
        condition("Ready", "Unknown", "Progressing", "Reconciliation in progress", 950),
        condition("Reconciling", "True", "Progressing", &stage, 950),
    ]
}

pub(super) fn object(kind: &str, name: &str, compliance: &str, conditions: &[Value]) -> Value {
    json!({ "kind": kind, "namespace": FLUX_NAMESPACE, "name": name, "complianceState": compliance, "statusConditions": conditions })
}

/// A configuration that fetched a commit; `change` alters its properties.
pub(super) fn configuration(
    fetched: &str,
    kustomizations: &[&[Value]],
    change: impl FnOnce(&mut Value),
) -> FluxConfiguration {
    let mut statuses = vec![object("GitRepository", "hello-dev", "Compliant", &[])];
    let mut desired = json!({});
    for (number, conditions) in kustomizations.iter().enumerate() {
        desired[format!("k{number}")] = json!({ "path": "hello", "wait": true, "timeoutInSeconds": 30 });
        statuses.push(object("Kustomization", &format!("hello-dev-k{number}"), "Compliant", conditions));
    }
    let mut properties = json!({
        "namespace": FLUX_NAMESPACE, "complianceState": "Compliant", "provisioningState": "Succeeded",
        "gitRepository": { "url": "https://github.com/contoso/hello-gitops", "repositoryRef": { "branch": "dev" } },
        "kustomizations": desired, "statuses": statuses,
        "sourceSyncedCommitId": format!("dev@sha1:{fetched}"),
        "sourceUpdatedAt": at(920).to_string(), "statusUpdatedAt": at(960).to_string(),
    });
    change(&mut properties);
    let id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Kubernetes/connectedClusters/edge-1/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/hello-dev";
    FluxConfiguration::read(&json!({ "id": id, "properties": properties })).expect("a configuration")
}

pub(super) fn connected(connectivity: &str, expires: i64) -> ConnectedCluster {
    let id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Kubernetes/connectedClusters/edge-1";
    ConnectedCluster::read(&json!({ "id": id, "properties": {
        "connectivityStatus": connectivity, "lastConnectivityTime": at(700).to_string(),
        "managedIdentityCertificateExpirationTime": at(expires).to_string(),
    }}))
    .expect("a cluster")
}
