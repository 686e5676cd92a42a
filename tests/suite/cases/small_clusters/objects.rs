//! The objects of a small environment that is well, and ways to change them.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

pub(in crate::cases) const NAMESPACE: &str = "dev-hello";
pub(super) const REVISION: &str = "dev@sha1:d61d3702f941f7a0787e29e428e569152f66e7bf";

pub(in crate::cases) fn now() -> Timestamp {
    "2026-11-23T03:00:00Z".parse().expect("a time")
}

/// A time so many seconds ago.
pub(super) fn ago(seconds: i64) -> String {
    (now() - SignedDuration::from_secs(seconds)).to_string()
}

pub(super) fn condition(kind: &str, status: &str, reason: &str, message: &str, seconds: i64) -> Value {
    json!({
        "type": kind, "status": status, "reason": reason, "message": message,
        "observedGeneration": 1, "lastTransitionTime": ago(seconds),
    })
}

/// An object with some of its fields set anew.
pub(super) fn with(mut object: Value, changes: &[(&str, Value)]) -> Value {
    for (path, value) in changes {
        if let Some(field) = object.pointer_mut(path) {
            *field = value.clone();
            continue;
        }
        let (parent, name) = path.rsplit_once('/').expect("a path");
        object.pointer_mut(parent).expect(path)[name] = value.clone();
    }
    object
}

fn object(api_version: &str, kind: &str, name: &str, spec: Value, status: Value) -> Value {
    let metadata = json!({
        "name": name, "namespace": NAMESPACE, "uid": format!("{kind}-{name}"), "generation": 1,
        "creationTimestamp": ago(86_400),
    });
    json!({ "apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec, "status": status })
}

/// The labels of what a HelmRelease of the namespace made.
pub(super) fn labels_of_release(name: &str) -> Value {
    json!({ "helm.toolkit.fluxcd.io/name": name, "helm.toolkit.fluxcd.io/namespace": NAMESPACE })
}

/// A source of a kind that has its artifact.
pub(super) fn source(kind: &str) -> Value {
    let spec = match kind {
        "GitRepository" => {
            json!({ "interval": "1m", "url": "https://git.example/contoso/hello-gitops", "ref": { "branch": "dev" } })
        }
        "OCIRepository" => {
            json!({ "interval": "1m", "url": "oci://registry.example/hello", "ref": { "tag": "latest" } })
        }
        "Bucket" => json!({ "interval": "1m", "bucketName": "hello", "endpoint": "storage.example" }),
        _ => json!({ "sourceRef": { "kind": "ArtifactGenerator", "name": "hello" } }),
    };
    let artifact = json!({ "revision": REVISION, "digest": "sha256:0f", "lastUpdateTime": ago(3600), "url": "http://x", "path": "x" });
    let ready = condition("Ready", "True", "Succeeded", "stored artifact", 3600);
    let status = json!({ "observedGeneration": 1, "artifact": artifact, "conditions": [ready] });
    object("source.toolkit.fluxcd.io/v1", kind, "hello-dev", spec, status)
}

/// A Kustomization that applied its source's revision an hour ago, with these objects.
pub(super) fn kustomization(inventory: &[&str]) -> Value {
    let spec = json!({
        "path": "hello", "interval": "10m", "timeout": "2m", "prune": true,
        "sourceRef": { "kind": "GitRepository", "name": "hello-dev" },
    });
    let entries: Vec<Value> =
        inventory.iter().map(|entry| json!({ "id": format!("{NAMESPACE}_{entry}"), "v": "v1" })).collect();
    let status = json!({
        "observedGeneration": 1, "lastAttemptedRevision": REVISION, "lastAppliedRevision": REVISION,
        "inventory": { "entries": entries },
        "conditions": [condition("Ready", "True", "ReconciliationSucceeded", "Applied revision", 3590)],
    });
    object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "hello-dev-hello-dev", spec, status)
}

/// A HelmRelease that was installed an hour ago.
pub(super) fn release() -> Value {
    let chart = json!({
        "chart": "hello", "version": "1.2.3", "sourceRef": { "kind": "HelmRepository", "name": "charts" },
    });
    let spec = json!({ "interval": "10m", "chart": { "spec": chart } });
    let snapshot = json!({
        "name": "hello", "namespace": NAMESPACE, "version": 1, "status": "deployed", "chartName": "hello",
        "chartVersion": "1.2.3", "appVersion": "1.2.3", "digest": "sha256:0d", "configDigest": "sha256:0c",
        "firstDeployed": ago(3600), "lastDeployed": ago(3600),
    });
    let installed = "Helm install succeeded for release dev-hello/hello.v1 with chart hello@1.2.3";
    let status = json!({
        "observedGeneration": 1, "history": [snapshot], "lastAttemptedGeneration": 1,
        "lastAttemptedRevision": "1.2.3", "storageNamespace": NAMESPACE,
        "conditions": [
            condition("Ready", "True", "InstallSucceeded", installed, 3590),
            condition("Released", "True", "InstallSucceeded", installed, 3590),
        ],
    });
    object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "hello", spec, status)
}

/// A Deployment of so many pods, of which so many are ready.
pub(super) fn deployment(desired: i64, ready: i64) -> Value {
    let spec = json!({
        "replicas": desired, "progressDeadlineSeconds": 600, "selector": { "matchLabels": { "app": "hello" } },
        "template": { "metadata": { "labels": { "app": "hello" } } },
    });
    let available = if ready >= desired { "True" } else { "False" };
    let status = json!({
        "observedGeneration": 1, "replicas": desired, "updatedReplicas": desired, "readyReplicas": ready,
        "availableReplicas": ready, "unavailableReplicas": desired - ready,
        "conditions": [
            condition("Available", available, "MinimumReplicas", "", 3600),
            condition("Progressing", "True", "NewReplicaSetAvailable", "", 3600),
        ],
    });
    object("apps/v1", "Deployment", "hello", spec, status)
}

/// The ReplicaSet of the current template of the Deployment.
pub(super) fn replica_set() -> Value {
    let owner = json!([{ "apiVersion": "apps/v1", "kind": "Deployment", "name": "hello", "uid": "Deployment-hello", "controller": true }]);
    let set =
        object("apps/v1", "ReplicaSet", "hello-7d9c", json!({ "replicas": 1 }), json!({ "replicas": 1 }));
    let set = with(set, &[("/metadata/ownerReferences", owner)]);
    with(set, &[("/metadata/annotations", json!({ "deployment.kubernetes.io/revision": "1" }))])
}

/// A StatefulSet of so many pods, of which so many are ready and of the current template.
pub(super) fn stateful_set(desired: i64, ready: i64, updated: i64) -> Value {
    let spec = json!({
        "replicas": desired, "serviceName": "hello", "podManagementPolicy": "OrderedReady",
        "updateStrategy": { "type": "RollingUpdate", "rollingUpdate": { "partition": 0 } },
        "selector": { "matchLabels": { "app": "hello" } },
    });
    let revision = if updated == desired { "hello-old" } else { "hello-new" };
    let status = json!({
        "observedGeneration": 1, "replicas": desired, "readyReplicas": ready, "availableReplicas": ready,
        "currentReplicas": desired - updated, "updatedReplicas": updated,
        "currentRevision": "hello-old", "updateRevision": revision,
    });
    object("apps/v1", "StatefulSet", "hello", spec, status)
}

/// A DaemonSet that wants so many pods, of which so many are ready.
pub(super) fn daemon_set(desired: i64, ready: i64) -> Value {
    let spec = json!({ "selector": { "matchLabels": { "app": "hello" } }, "updateStrategy": { "type": "RollingUpdate" } });
    let status = json!({
        "observedGeneration": 1, "desiredNumberScheduled": desired, "currentNumberScheduled": desired,
        "updatedNumberScheduled": desired, "numberReady": ready, "numberAvailable": ready,
        "numberUnavailable": desired - ready, "numberMisscheduled": 0,
    });
    object("apps/v1", "DaemonSet", "hello", spec, status)
}

/// A pod of an owner, made so many seconds ago, that is ready since then or never was.
pub(super) fn pod(name: &str, owner: (&str, &str), seconds: i64, is_ready: bool) -> Value {
    let (kind, owner) = owner;
    let ready = if is_ready { "True" } else { "False" };
    let state = if is_ready { json!({ "running": { "startedAt": ago(seconds) } }) } else { json!({}) };
    let status = json!({
        "phase": if is_ready { "Running" } else { "Pending" },
        "conditions": [
            { "type": "PodScheduled", "status": "True", "lastTransitionTime": ago(seconds) },
            { "type": "Ready", "status": ready, "lastTransitionTime": ago(seconds) },
        ],
        "containerStatuses": [{
            "name": "app", "image": "hello:1", "ready": is_ready, "started": is_ready, "restartCount": 0, "state": state,
        }],
    });
    let spec = json!({ "nodeName": "node-1", "containers": [{ "name": "app", "image": "hello:1" }] });
    let references =
        json!([{ "kind": kind, "name": owner, "uid": format!("{kind}-{owner}"), "controller": true }]);
    with(
        object("v1", "Pod", name, spec, status),
        &[
            ("/metadata/creationTimestamp", json!(ago(seconds))),
            ("/metadata/labels", json!({ "app": "hello" })),
            ("/metadata/ownerReferences", references),
        ],
    )
}

/// A container's status that crashes and waits to be started again.
pub(super) fn crashing(name: &str) -> Value {
    json!({
        "name": name, "image": "hello:1", "ready": false, "started": false, "restartCount": 7,
        "state": { "waiting": { "reason": "CrashLoopBackOff" } },
        "lastState": { "terminated": { "exitCode": 3, "reason": "Error", "finishedAt": ago(60), "startedAt": ago(61) } },
    })
}

/// A Job that ended in this condition.
pub(super) fn job(name: &str, ended: &str, seconds: i64) -> Value {
    let status = json!({
        "startTime": ago(seconds + 20), "succeeded": i64::from(ended == "Complete"), "failed": i64::from(ended == "Failed"),
        "conditions": [condition(ended, "True", "", "", seconds)],
    });
    with(
        object("batch/v1", "Job", name, json!({ "backoffLimit": 0 }), status),
        &[("/metadata/creationTimestamp", json!(ago(seconds + 20)))],
    )
}

/// A controller of Flux that runs.
fn controller(name: &str) -> Value {
    let deployment =
        with(deployment(1, 1), &[("/metadata/name", json!(name)), ("/metadata/uid", json!(name))]);
    with(deployment, &[("/metadata/namespace", json!("flux-system"))])
}

/// A pipeline from a git source to these objects, and whatever else is there.
pub(super) fn pipeline(inventory: &[&str], others: &[Value]) -> Vec<Value> {
    [&[source("GitRepository"), kustomization(inventory)], others].concat()
}

/// Those of Flux's controllers that run where nobody uses Helm.
pub(super) fn controllers_without_helm() -> Vec<Value> {
    ["source-controller", "kustomize-controller"].map(controller).to_vec()
}
