//! Healthy environments, named as Azure names things.

use serde_json::{Value, json};

/// What the environment `dev-hello` has applied.
pub(super) const REVISION: &str = "dev@sha1:d61d3702f941f7a0787e29e428e569152f66e7bf";
/// When environments became ready.
pub(super) const READY_SINCE: &str = "2026-11-23T02:59:00Z";
/// When what they have applied was fetched.
pub(super) const FETCHED: &str = "2026-11-23T02:55:00Z";

/// A small healthy pipeline.
pub(crate) fn pipeline() -> Vec<Value> {
    environment("dev-hello")
}

/// The objects of the environment of a namespace, `dev-hello` of project `hello`: source, kustomization, Deployment and
/// the namespace itself.
pub(super) fn environment(namespace: &str) -> Vec<Value> {
    let (environment, project) = namespace.split_once('-').expect("a namespace");
    let name = format!("{project}-{environment}");
    let revision = REVISION.replacen("dev", environment, 1);
    let ready = |reason: &str| json!([{ "type": "Ready", "status": "True", "reason": reason, "message": "", "observedGeneration": 1, "lastTransitionTime": READY_SINCE }]);
    vec![
        json!({
            "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
            "metadata": { "name": name, "namespace": "flux-system", "generation": 1, "uid": format!("s-{name}"), "resourceVersion": "1" },
            "spec": { "url": format!("https://git.example/contoso/{project}-gitops"), "ref": { "branch": environment } },
            "status": { "observedGeneration": 1, "artifact": { "revision": revision, "lastUpdateTime": FETCHED }, "conditions": ready("Succeeded") },
        }),
        json!({
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
            "metadata": { "name": format!("{name}-{name}"), "namespace": "flux-system", "generation": 1, "uid": format!("k-{name}"), "resourceVersion": "2" },
            "spec": { "path": project, "interval": "10s", "sourceRef": { "kind": "GitRepository", "name": name } },
            "status": {
                "observedGeneration": 1, "lastAttemptedRevision": revision, "lastAppliedRevision": revision,
                "conditions": ready("ReconciliationSucceeded"),
                "inventory": { "entries": [{ "id": format!("{namespace}_{project}_apps_Deployment"), "v": "v1" }] },
            },
        }),
        deployment(namespace, project, 2),
        json!({
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": { "name": namespace, "uid": format!("n-{name}"), "labels": { "team": project, "stage": environment } },
            "status": { "phase": "Active" },
        }),
    ]
}

/// A Deployment whose pods are all ready.
pub(super) fn deployment(namespace: &str, name: &str, pods: u64) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "name": name, "namespace": namespace, "generation": 1, "uid": format!("d-{namespace}-{name}"), "resourceVersion": "3" },
        "spec": { "replicas": pods, "selector": { "matchLabels": { "app": name } } },
        "status": { "observedGeneration": 1, "updatedReplicas": pods, "readyReplicas": pods, "availableReplicas": pods },
    })
}

/// Suspends an object, as the server keeps who did that when.
pub(super) fn suspend(object: &mut Value, time: &str) {
    object["spec"]["suspend"] = json!(true);
    object["metadata"]["managedFields"] = json!([{ "manager": "kubectl-patch", "operation": "Update", "time": time, "fieldsType": "FieldsV1", "fieldsV1": { "f:spec": { "f:suspend": {} } } }]);
}

/// Scales a Deployment to nothing.
pub(super) fn scale_down(deployment: &mut Value, time: &str) {
    deployment["spec"]["replicas"] = json!(0);
    deployment["status"] = json!({ "observedGeneration": 1 });
    deployment["metadata"]["managedFields"] = json!([{ "manager": "kubectl", "operation": "Update", "subresource": "scale", "time": time, "fieldsType": "FieldsV1", "fieldsV1": { "f:spec": { "f:replicas": {} } } }]);
}

/// A condition since a time.
pub(super) fn condition(kind: &str, status: &str, reason: &str, time: &str) -> Value {
    json!({ "type": kind, "status": status, "reason": reason, "message": "", "lastTransitionTime": time, "lastUpdateTime": time })
}

/// Leaves a Deployment without a ready pod, after its roll-out.
pub(super) fn take_down(deployment: &mut Value, time: &str) {
    deployment["status"] = json!({
        "observedGeneration": 1, "replicas": 2, "updatedReplicas": 2,
        "conditions": [
            condition("Progressing", "True", "NewReplicaSetAvailable", "2026-11-23T02:00:00Z"),
            condition("Available", "False", "MinimumReplicasUnavailable", time),
        ],
    });
}

/// Objects with other texts in place of some of theirs.
pub(super) fn replaced(objects: Vec<Value>, texts: &[(&str, &str)]) -> Vec<Value> {
    let written = Value::from(objects).to_string();
    let replaced = texts.iter().fold(written, |written, (from, to)| written.replace(from, to));
    serde_json::from_str(&replaced).expect("objects")
}
