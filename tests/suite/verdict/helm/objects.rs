//! A Helm release, its chart and the kustomization above it, and how they change.

use super::super::least::*;
use gitops_core::model::verdict::{EnvironmentStatus, Standing};
use serde_json::{Value, json};

/// A release of chart `runner`, revision 2 of it deployed from chart 1.4.0, with one workload.
pub(super) fn release() -> Value {
    json!({
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": { "name": "runner", "namespace": NAMESPACE, "generation": 1, "uid": "r", "creationTimestamp": ago(7200) },
        "spec": {
            "interval": "10m", "timeout": "5m",
            "chart": { "spec": { "chart": "runner", "version": "1.x", "sourceRef": { "kind": "HelmRepository", "name": "charts" } } },
            "upgrade": { "remediation": { "retries": 2 } },
        },
        "status": {
            "observedGeneration": 1, "lastAttemptedGeneration": 1, "lastAttemptedRevision": "1.4.0",
            "lastAttemptedConfigDigest": "sha256:a", "lastAttemptedReleaseAction": "upgrade",
            "helmChart": format!("{NAMESPACE}/{NAMESPACE}-runner"), "storageNamespace": NAMESPACE,
            "conditions": [
                condition("Ready", "True", "UpgradeSucceeded", 600),
                condition("Released", "True", "UpgradeSucceeded", 600),
            ],
            "history": [version(2, "deployed", "1.4.0", "sha256:a")],
            "inventory": { "entries": [{ "id": "dev-hello_hello_apps_Deployment", "v": "v1" }] },
        },
    })
}

pub(super) fn version(number: i64, status: &str, chart: &str, values: &str) -> Value {
    json!({
        "name": "runner", "namespace": NAMESPACE, "version": number, "status": status, "chartName": "runner",
        "chartVersion": chart, "appVersion": "7.1", "configDigest": values, "digest": "sha256:d",
        "firstDeployed": ago(3600), "lastDeployed": ago(600),
    })
}

/// The release while it tries chart 1.5.0.
pub(super) fn trying(conditions: Value, history: Value, changes: &[(&str, Value)]) -> Value {
    let tried = [
        ("/status/lastAttemptedRevision", json!("1.5.0")),
        ("/status/conditions", conditions),
        ("/status/history", history),
    ];
    with(with(release(), &tried), changes)
}

pub(super) fn before() -> Value {
    version(2, "deployed", "1.4.0", "sha256:a")
}

pub(super) fn failed() -> Value {
    version(3, "failed", "1.5.0", "sha256:a")
}

/// A release that was never installed.
pub(super) fn first(conditions: Value, changes: &[(&str, Value)]) -> Value {
    let first = [
        ("/status/history", json!([])),
        ("/status/lastAttemptedReleaseAction", json!("install")),
        ("/status/inventory", json!(null)),
        ("/status/conditions", conditions),
    ];
    with(with(release(), &first), changes)
}

/// The chart that is fetched, at a version.
pub(super) fn chart(version: &str, seconds: i64) -> Value {
    json!({
        "kind": "HelmChart",
        "metadata": { "name": format!("{NAMESPACE}-runner"), "namespace": NAMESPACE, "generation": 1, "uid": "c", "creationTimestamp": ago(7200) },
        "spec": { "chart": "runner", "sourceRef": { "kind": "HelmRepository", "name": "charts" } },
        "status": {
            "observedGeneration": 1,
            "artifact": { "revision": version, "lastUpdateTime": ago(seconds) },
            "conditions": [condition("Ready", "True", "ChartPullSucceeded", seconds)],
        },
    })
}

/// The kustomization above, which has applied the release.
pub(super) fn above() -> Value {
    let entries =
        json!({ "entries": [{ "id": "dev-hello_runner_helm.toolkit.fluxcd.io_HelmRelease", "v": "v2" }] });
    with(kustomization(), &[("/status/inventory", entries)])
}

/// The state alone, and below a kustomization that is well: both must stand there.
pub(super) fn both(release: &Value, others: &[Value]) -> EnvironmentStatus {
    let alone: Vec<Value> = [release.clone()].iter().chain(others).cloned().collect();
    let below: Vec<Value> = [source(), above()].iter().chain(&alone).cloned().collect();
    let (alone, below) = (seen(&alone), seen(&below));
    assert_eq!((alone.standing, alone.reason, alone.cause), (below.standing, below.reason, below.cause));
    if below.standing != Standing::Deployed {
        assert!(below.message.contains("HelmRelease dev-hello/runner: "), "{}", below.message);
    }
    assert_eq!(alone.ready, below.ready);
    assert_eq!(below.releases.len(), 1);
    alone
}

pub(super) fn gave_up(reason: &str) -> Value {
    json!([
        condition("Ready", "False", "HealthCheckCanceled", 60),
        condition("Released", "False", "UpgradeFailed", 60),
        condition("Stalled", "True", reason, 60),
    ])
}

pub(super) const RUNNING: &str = "revision 2 (runner 1.4.0) is still deployed";
