//! Workloads, pods, Jobs and events in trouble, the least of them.

use gitops_core::model::verdict::{Cause, EnvironmentStatus, Reason, Standing};
use serde_json::{Value, json};

use super::least::*;

/// A situation, and what a reader must be told of it.
pub(super) struct Row {
    pub situation: &'static str,
    pub objects: Vec<Value>,
    pub stands: (Standing, Reason, Option<Cause>),
    /// Words of the message or of the remarks.
    pub says: &'static [&'static str],
    /// Commands among the next steps.
    pub next: &'static [&'static str],
}

pub(super) const FAILED: fn(Cause) -> (Standing, Reason, Option<Cause>) =
    |cause| (Standing::Failed, Reason::WorkloadNotReady, Some(cause));
pub(super) const DEPLOYED: (Standing, Reason, Option<Cause>) = (Standing::Deployed, Reason::Applied, None);

/// Everything that is told of an environment.
pub(super) fn told(environment: &EnvironmentStatus) -> String {
    let remarks = environment.remarks.iter();
    let remarks = remarks.map(|remark| {
        let cause = remark.cause.map(|cause| format!("/{cause}")).unwrap_or_default();
        format!("{}{cause}: {}", remark.reason, remark.message)
    });
    [environment.message.clone()].into_iter().chain(remarks).collect::<Vec<_>>().join("\n")
}

pub(super) fn row(
    situation: &'static str,
    objects: Vec<Value>,
    stands: (Standing, Reason, Option<Cause>),
) -> Row {
    Row { situation, objects, stands, says: &[], next: &[] }
}

pub(super) fn check(rows: Vec<Row>) {
    for Row { situation, objects, stands, says, next } in rows {
        let environment = seen(&[vec![source()], objects].concat());
        let told = told(&environment);
        let stood = (environment.standing, environment.reason, environment.cause);
        assert_eq!(stood, stands, "{situation}: {told}");
        for words in says {
            assert!(told.contains(words), "{situation}: no `{words}` in\n{told}");
        }
        let commands: Vec<&str> = environment.next.iter().map(|step| step.command.as_str()).collect();
        for command in next {
            assert!(commands.contains(command), "{situation}: no `{command}` in {commands:#?}");
        }
    }
}

/// The kustomization with these objects in its inventory.
pub(super) fn listing(entries: &[&str]) -> Value {
    let entries: Vec<Value> =
        entries.iter().map(|entry| json!({ "id": format!("dev-hello_{entry}"), "v": "v1" })).collect();
    with(kustomization(), &[("/status/inventory", json!({ "entries": entries }))])
}

/// A workload that was rolled out long ago and wants so many pods, of which so many are ready.
pub(super) fn workload(kind: &str, desired: i64, ready: i64) -> Value {
    let status = json!({
        "observedGeneration": 1,
        "replicas": desired, "updatedReplicas": desired, "readyReplicas": ready, "availableReplicas": ready,
        "desiredNumberScheduled": desired, "currentNumberScheduled": desired, "updatedNumberScheduled": desired,
        "numberReady": ready, "numberAvailable": ready,
        "conditions": [condition("Progressing", "True", "NewReplicaSetAvailable", 90_000)],
    });
    with(
        deployment(),
        &[
            ("/kind", json!(kind)),
            ("/metadata/creationTimestamp", json!(ago(100_000))),
            ("/spec/replicas", json!(desired)),
            ("/status", status),
        ],
    )
}

/// A kind of workload with the kustomization that lists it.
pub(super) fn applied(kind: &str, desired: i64, ready: i64) -> Vec<Value> {
    vec![listing(&[&format!("hello_apps_{kind}")]), workload(kind, desired, ready)]
}

pub(super) fn replica_set(uid: &str, revision: i64) -> Value {
    json!({
        "kind": "ReplicaSet",
        "metadata": {
            "name": format!("hello-{uid}"), "namespace": NAMESPACE, "uid": uid,
            "ownerReferences": [{ "kind": "Deployment", "uid": "d" }],
            "annotations": { "deployment.kubernetes.io/revision": revision.to_string() },
        },
    })
}

/// A pod of a workload, or of a ReplicaSet, with these conditions.
pub(super) fn pod_with(name: &str, owner: (&str, &str), created: i64, conditions: Value) -> Value {
    with(
        pod(name, owner, ""),
        &[
            ("/metadata/creationTimestamp", json!(ago(created))),
            ("/spec", json!({ "nodeName": "node-1" })),
            ("/status/conditions", conditions),
            (
                "/status/containerStatuses",
                json!([{ "name": "app", "image": "registry.example/hello:1", "state": { "running": {} } }]),
            ),
        ],
    )
}

pub(super) fn ready_pod(name: &str, owner: (&str, &str)) -> Value {
    pod_with(name, owner, 90_000, json!([condition("Ready", "True", "", 90_000)]))
}

/// A pod that was created so long ago and never was ready.
pub(super) fn new_pod(name: &str, owner: (&str, &str), seconds: i64) -> Value {
    let conditions = json!([
        condition("PodScheduled", "True", "", seconds),
        condition("Initialized", "True", "", seconds),
        condition("Ready", "False", "ContainersNotReady", seconds),
    ]);
    pod_with(name, owner, seconds, conditions)
}

/// A pod on a node whose kubelet has said nothing for so long.
pub(super) fn lost_pod(name: &str, owner: (&str, &str), seconds: i64) -> Value {
    let conditions = json!([
        condition("Initialized", "True", "", 90_000),
        condition("ContainersReady", "True", "", 90_000),
        condition("Ready", "False", "", seconds),
    ]);
    pod_with(name, owner, 90_000, conditions)
}

pub(super) fn node(ready: &str) -> Value {
    json!({ "kind": "Node", "metadata": { "name": "node-1" }, "status": { "conditions": [condition("Ready", ready, "", 900)] } })
}

/// A pod whose only container waits for this reason.
pub(super) fn waiting_pod(
    name: &str,
    owner: (&str, &str),
    seconds: i64,
    reason: &str,
    message: &str,
) -> Value {
    let status = json!([{ "name": "app", "image": "registry.example/hello:1", "state": { "waiting": { "reason": reason, "message": message } } }]);
    with(
        new_pod(name, owner, seconds),
        &[("/status/phase", json!("Pending")), ("/status/containerStatuses", status)],
    )
}

/// A Warning about an object, first and last seen so long ago.
pub(super) fn warning(
    about: (&str, &str, &str),
    reason: &str,
    message: &str,
    (first, last, count): (i64, i64, i64),
) -> Value {
    json!({
        "kind": "Event", "type": "Warning", "reason": reason, "message": message, "count": count,
        "metadata": { "name": format!("{}.{reason}", about.1), "namespace": NAMESPACE },
        "firstTimestamp": ago(first), "lastTimestamp": ago(last),
        "involvedObject": { "kind": about.0, "namespace": NAMESPACE, "name": about.1, "uid": about.2 },
    })
}

/// A Job that so many pods of have failed.
pub(super) fn job(name: &str, failed: i64, conditions: Value) -> Value {
    json!({
        "kind": "Job",
        "metadata": { "name": name, "namespace": NAMESPACE, "uid": name, "creationTimestamp": ago(500) },
        "spec": { "backoffLimit": 6 },
        "status": { "failed": failed, "conditions": conditions },
    })
}

/// A pod of a Job that ended with exit code 1.
pub(super) fn failed_pod(name: &str, job: &str) -> Value {
    let ended =
        json!([{ "name": "migrate", "state": { "terminated": { "reason": "Error", "exitCode": 1 } } }]);
    with(
        new_pod(name, ("Job", job), 300),
        &[("/status/phase", json!("Failed")), ("/status/containerStatuses", ended)],
    )
}
