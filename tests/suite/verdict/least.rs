//! Objects that are the least a rule looks at: a small healthy pipeline, and ways to spoil it.

use gitops_core::model::cluster::ClusterState;
use gitops_core::model::verdict::{EnvironmentStatus, Picture, Reason, Selection, Standing, picture};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::properties::blanked;
use super::timeline::cluster;

pub(super) const NAMESPACE: &str = "dev-hello";
pub(super) const REVISION: &str = "dev@sha1:d61d3702f941f7a0787e29e428e569152f66e7bf";
pub(super) const OLDER: &str = "dev@sha1:46abddde3c053f4de5a3a05a44005d7fcd944816";

pub(super) fn now() -> Timestamp {
    "2026-11-23T03:00:00Z".parse().expect("time")
}

/// A time so many seconds ago.
pub(super) fn ago(seconds: i64) -> String {
    (now() - SignedDuration::from_secs(seconds)).to_string()
}

pub(super) fn condition(kind: &str, status: &str, reason: &str, seconds: i64) -> Value {
    json!({ "type": kind, "status": status, "reason": reason, "message": "", "observedGeneration": 1, "lastTransitionTime": ago(seconds) })
}

pub(super) fn source() -> Value {
    json!({
        "kind": "GitRepository",
        "metadata": { "name": "hello-dev", "namespace": NAMESPACE, "generation": 1, "uid": "s", "creationTimestamp": ago(3600) },
        "spec": { "url": "https://git.example/contoso/hello-gitops", "ref": { "branch": "dev" }, "secretRef": { "name": "auth" } },
        "status": {
            "observedGeneration": 1,
            "artifact": { "revision": REVISION, "lastUpdateTime": ago(600) },
            "conditions": [condition("Ready", "True", "Succeeded", 600)],
        },
    })
}

pub(super) fn kustomization() -> Value {
    json!({
        "kind": "Kustomization",
        "metadata": { "name": "hello-dev-hello-dev", "namespace": NAMESPACE, "generation": 1, "uid": "k", "creationTimestamp": ago(3600) },
        "spec": { "path": "hello", "interval": "10s", "timeout": "40s", "sourceRef": { "kind": "GitRepository", "name": "hello-dev" } },
        "status": {
            "observedGeneration": 1,
            "lastAttemptedRevision": REVISION,
            "lastAppliedRevision": REVISION,
            "conditions": [condition("Ready", "True", "ReconciliationSucceeded", 590)],
            "inventory": { "entries": [{ "id": "dev-hello_hello_apps_Deployment", "v": "v1" }] },
        },
    })
}

pub(super) fn deployment() -> Value {
    json!({
        "kind": "Deployment",
        "metadata": { "name": "hello", "namespace": NAMESPACE, "generation": 1, "uid": "d" },
        "spec": { "replicas": 1, "selector": { "matchLabels": { "app": "hello" } } },
        "status": { "observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1, "availableReplicas": 1 },
    })
}

/// A Deployment in Flux's namespace that runs.
pub(super) fn running_controller(name: &str) -> Value {
    json!({
        "kind": "Deployment", "metadata": { "name": name, "namespace": "flux-system", "uid": name },
        "spec": { "replicas": 1 }, "status": { "availableReplicas": 1 },
    })
}

/// The verdict on the environment, whose standings are the same with every message empty.
pub(super) fn seen(objects: &[Value]) -> EnvironmentStatus {
    let mut picture = judged(&cluster(NAMESPACE, objects));
    assert_eq!(picture.environments.len(), 1);
    let seen = picture.environments.remove(0);
    let blank = judged(&cluster(NAMESPACE, &blanked(objects))).environments.remove(0);
    assert_eq!(standings(&seen), standings(&blank), "{}", seen.message);
    seen
}

/// The standings of an environment and of all that delivers to it.
fn standings(environment: &EnvironmentStatus) -> Vec<Standing> {
    let delivered = environment.kustomizations.iter().map(|own| own.standing);
    let released = environment.releases.iter().map(|own| own.standing);
    [environment.standing].into_iter().chain(delivered).chain(released).collect()
}

pub(super) fn judged(cluster: &ClusterState) -> Picture {
    picture(cluster, &Selection::Namespace(NAMESPACE.into()), now())
}

pub(super) fn with(mut object: Value, changes: &[(&str, Value)]) -> Value {
    for (path, value) in changes {
        let (parent, name) = path.rsplit_once('/').expect("path");
        let parent =
            if parent.is_empty() { &mut object } else { object.pointer_mut(parent).expect("parent") };
        parent[name] = value.clone();
    }
    object
}

pub(super) fn assert_stands(environment: &EnvironmentStatus, standing: Standing, reason: Reason) {
    assert_eq!((environment.standing, environment.reason), (standing, reason), "{}", environment.message);
}

pub(super) fn pod(name: &str, owner: (&str, &str), waiting: &str) -> Value {
    json!({
        "kind": "Pod",
        "metadata": { "name": name, "namespace": NAMESPACE, "uid": name, "labels": { "app": "hello" }, "ownerReferences": [{ "kind": owner.0, "uid": owner.1 }] },
        "status": { "phase": "Running", "containerStatuses": [{ "name": "app", "image": "x", "state": { "waiting": { "reason": waiting } } }] },
    })
}
