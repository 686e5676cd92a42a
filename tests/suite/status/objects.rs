//! A small healthy pipeline, named as Azure names things.

use serde_json::{Value, json};

pub(super) const REVISION: &str = "dev@sha1:d61d3702f941f7a0787e29e428e569152f66e7bf";

pub(crate) fn pipeline() -> Vec<Value> {
    let ready = |reason: &str| json!([{ "type": "Ready", "status": "True", "reason": reason, "message": "", "observedGeneration": 1, "lastTransitionTime": "2026-11-23T02:59:00Z" }]);
    vec![
        json!({
            "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
            "metadata": { "name": "hello-dev", "namespace": "flux-system", "generation": 1, "uid": "s", "resourceVersion": "1" },
            "spec": { "url": "https://git.example/contoso/hello-gitops", "ref": { "branch": "dev" } },
            "status": { "observedGeneration": 1, "artifact": { "revision": REVISION, "lastUpdateTime": "2026-11-23T02:55:00Z" }, "conditions": ready("Succeeded") },
        }),
        json!({
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
            "metadata": { "name": "hello-dev-hello-dev", "namespace": "flux-system", "generation": 1, "uid": "k", "resourceVersion": "2" },
            "spec": { "path": "hello", "interval": "10s", "sourceRef": { "kind": "GitRepository", "name": "hello-dev" } },
            "status": {
                "observedGeneration": 1, "lastAttemptedRevision": REVISION, "lastAppliedRevision": REVISION,
                "conditions": ready("ReconciliationSucceeded"),
                "inventory": { "entries": [{ "id": "dev-hello_hello_apps_Deployment", "v": "v1" }] },
            },
        }),
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": { "name": "hello", "namespace": "dev-hello", "generation": 1, "uid": "d", "resourceVersion": "3" },
            "spec": { "replicas": 2, "selector": { "matchLabels": { "app": "hello" } } },
            "status": { "observedGeneration": 1, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 2 },
        }),
    ]
}
