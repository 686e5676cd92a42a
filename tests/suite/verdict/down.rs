//! Workloads of which no pod is ready, the least of them.

use gitops_core::model::verdict::EnvironmentStatus;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::least::*;

/// A Deployment that wants two pods, so many of which are ready, with these conditions.
pub(super) fn deployment_of_two(ready: i64, conditions: Value) -> Value {
    with(
        deployment(),
        &[
            ("/metadata/creationTimestamp", json!(ago(3600))),
            ("/spec/replicas", json!(2)),
            (
                "/status",
                json!({
                    "observedGeneration": 1, "replicas": 2, "updatedReplicas": 2,
                    "readyReplicas": ready, "availableReplicas": ready, "conditions": conditions,
                }),
            ),
        ],
    )
}

/// The same, rolled out long ago and without a ready pod for so many seconds.
pub(super) fn down(seconds: i64) -> Value {
    let rolled_out = condition("Progressing", "True", "NewReplicaSetAvailable", 3600);
    deployment_of_two(
        0,
        json!([rolled_out, condition("Available", "False", "MinimumReplicasUnavailable", seconds)]),
    )
}

/// A pod that was ready once and has not been for so many seconds.
pub(super) fn unready_pod(name: &str, owner: (&str, &str), seconds: i64) -> Value {
    let conditions = json!([
        condition("PodScheduled", "True", "", 3600),
        condition("Initialized", "True", "", 3600),
        condition("ContainersReady", "False", "ContainersNotReady", seconds),
        condition("Ready", "False", "ContainersNotReady", seconds),
    ]);
    with(
        pod(name, owner, ""),
        &[
            ("/metadata/creationTimestamp", json!(ago(3600))),
            ("/status/conditions", conditions),
            (
                "/status/containerStatuses",
                json!([{ "name": "app", "image": "x", "state": { "running": {} } }]),
            ),
        ],
    )
}

/// A StatefulSet or a DaemonSet that wants one pod and has none that is ready, and a kustomization that lists it.
pub(super) fn down_set(kind: &str) -> [Value; 2] {
    let inventory = json!({ "entries": [{ "id": format!("dev-hello_hello_apps_{kind}"), "v": "v1" }] });
    let set = with(
        deployment(),
        &[
            ("/kind", json!(kind)),
            ("/metadata/creationTimestamp", json!(ago(3600))),
            (
                "/status",
                json!({
                    "observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "desiredNumberScheduled": 1,
                    "currentNumberScheduled": 1, "updatedNumberScheduled": 1, "numberReady": 0,
                }),
            ),
        ],
    );
    [with(kustomization(), &[("/status/inventory", inventory)]), set]
}

pub(super) fn ready(environment: &EnvironmentStatus) -> String {
    environment.ready.to_string()
}

pub(super) fn at(seconds: i64) -> Option<Timestamp> {
    Some(now() + SignedDuration::from_secs(seconds))
}
