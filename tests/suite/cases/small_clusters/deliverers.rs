//! What delivers: sources of every kind, their references, and Kustomizations that got nowhere.

use serde_json::{Value, json};

use super::objects::*;
use super::table::{Row, expected};
use crate::cases::expectation::Expectation;

const SET: (&str, &str) = ("ReplicaSet", "hello-7d9c");

/// A workload that runs.
fn running() -> Vec<Value> {
    vec![deployment(1, 1), replica_set(), pod("hello-a", SET, 3600, true)]
}

/// A pipeline from a source of a kind to a workload that runs.
fn followed(kind: &str) -> Vec<Value> {
    let reference = json!({ "kind": kind, "name": "hello-dev" });
    let kustomization = with(kustomization(&["hello_apps_Deployment"]), &[("/spec/sourceRef", reference)]);
    [vec![source(kind), kustomization], running()].concat()
}

/// A Kustomization that never got as far as applying anything.
fn never_applied(reason: &str, message: &str, spec: &[(&str, Value)]) -> Vec<Value> {
    let failed = condition("Ready", "False", reason, message, 600);
    let changes = [
        ("/status/conditions", json!([failed])),
        ("/status/lastAppliedRevision", Value::Null),
        ("/status/inventory", Value::Null),
        (
            "/status/history",
            json!([{ "digest": "sha256:0a", "metadata": { "revision": REVISION }, "firstReconciled": ago(3000), "lastReconciled": ago(600), "lastReconciledStatus": reason }]),
        ),
    ];
    let kustomization = with(with(kustomization(&[]), &changes), spec);
    vec![source("GitRepository"), kustomization]
}

/// A pipeline whose git source follows this reference, which is at this revision.
fn referring(reference: Value, revision: &str) -> Vec<Value> {
    let mut objects = followed("GitRepository");
    let revision = json!(revision);
    let fetched = [("/spec/ref", reference), ("/status/artifact/revision", revision.clone())];
    objects[0] = with(objects[0].clone(), &fetched);
    let applied =
        [("/status/lastAttemptedRevision", revision.clone()), ("/status/lastAppliedRevision", revision)];
    objects[1] = with(objects[1].clone(), &applied);
    objects
}

/// A pipeline whose health check was cancelled so many seconds ago, for a revision that came then.
fn cancelled(seconds: i64) -> Vec<Value> {
    let newer = "dev@sha1:7e3b6c1f0a9d48c2b5e8f1a4d7c0b3e6f9a2d5c8";
    let why = "New reconciliation triggered by GitRepository/dev-hello/hello-dev";
    let conditions = json!([
        condition("Ready", "False", "HealthCheckCanceled", why, seconds),
        condition("Reconciling", "True", "ProgressingWithRetry", "Running health checks", seconds),
    ]);
    let mut objects = followed("GitRepository");
    let fetched = [
        ("/status/artifact/revision", json!(newer)),
        ("/status/artifact/lastUpdateTime", json!(ago(seconds))),
    ];
    objects[0] = with(objects[0].clone(), &fetched);
    let older = json!("dev@sha1:46abddde3c053f4de5a3a05a44005d7fcd944816");
    let wait = [
        ("/spec/wait", json!(true)),
        ("/status/conditions", conditions),
        ("/status/lastAppliedRevision", older),
    ];
    objects[1] = with(objects[1].clone(), &wait);
    objects
}

/// A namespace that one Kustomization made, and another one delivers to that is suspended and applied nothing.
fn made_by_another() -> Vec<Value> {
    let labels = json!({
        "kustomize.toolkit.fluxcd.io/name": "tenants", "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
    });
    let namespace = json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": { "name": NAMESPACE, "uid": "namespace", "creationTimestamp": ago(86_400), "labels": labels },
        "status": { "phase": "Active" },
    });
    let tenants = with(
        kustomization(&[]),
        &[
            ("/metadata/name", json!("tenants")),
            ("/metadata/namespace", json!("flux-system")),
            ("/metadata/uid", json!("tenants")),
            ("/spec/sourceRef/namespace", json!(NAMESPACE)),
            ("/status/inventory/entries", json!([{ "id": format!("_{NAMESPACE}__Namespace"), "v": "v1" }])),
        ],
    );
    let suspended = with(
        kustomization(&[]),
        &[("/spec/suspend", json!(true)), ("/spec/targetNamespace", json!(NAMESPACE))],
    );
    vec![source("GitRepository"), namespace, tenants, suspended]
}

pub(super) fn rows() -> Vec<Row> {
    [sources(), references(), first_attempts(), cancelled_checks(), owners()].into_iter().flatten().collect()
}

fn sources() -> Vec<Row> {
    let deployed = |what, kind| Row::new(expected(what, &["Deployed/Applied"], &["1/1"]), followed(kind));
    vec![
        deployed("a git repository is followed", "GitRepository"),
        deployed("an OCI repository is followed", "OCIRepository"),
        deployed("a bucket is followed", "Bucket"),
        deployed("an external artifact is followed", "ExternalArtifact"),
    ]
}

fn references() -> Vec<Row> {
    const COMMIT: &str = "46abddde3c053f4de5a3a05a44005d7fcd944816";
    vec![
        Row::new(
            Expectation {
                says: &["ReferenceIgnored", ">=1.0.0", "dev"],
                ..expected(
                    "a range of versions wins over the branch beside it",
                    &["Deployed/Applied"],
                    &["1/1"],
                )
            },
            referring(json!({ "branch": "dev", "semver": ">=1.0.0" }), &format!("1.2.3@sha1:{COMMIT}")),
        ),
        Row::new(
            Expectation {
                says: &["ReferenceIgnored", "46abddd"],
                ..expected("a commit wins over the branch beside it", &["Deployed/Applied"], &["1/1"])
            },
            referring(json!({ "branch": "dev", "commit": COMMIT }), &format!("dev@sha1:{COMMIT}")),
        ),
        Row::new(
            Expectation {
                says_not: &["ReferenceIgnored"],
                ..expected("a tag alone ignores nothing", &["Deployed/Applied"], &["1/1"])
            },
            referring(json!({ "tag": "v1.2.3" }), &format!("v1.2.3@sha1:{COMMIT}")),
        ),
    ]
}

fn first_attempts() -> Vec<Row> {
    let build = "kustomize build failed: no such file";
    let remote = "unable to read KubeConfig secret 'dev-hello/remote' error: secrets \"remote\" not found";
    let suspended = [("/spec/suspend", json!(true))];
    let elsewhere = [("/spec/kubeConfig", json!({ "secretRef": { "name": "remote" } }))];
    vec![
        Row::new(
            Expectation {
                says: &["could not build|cannot build|failed"],
                ..expected(
                    "suspension does not hide that the first attempt failed",
                    &["Suspended/KustomizationSuspended"],
                    &["-"],
                )
            },
            never_applied("BuildFailed", build, &suspended),
        ),
        Row::new(
            Expectation {
                says: &["remote"],
                says_not: &["API server refused", "ApplyRefused"],
                ..expected(
                    "a remote cluster without its kubeconfig is no refusal by an API server",
                    &["Failed", "NotDeployed"],
                    &["-", "?"],
                )
            },
            never_applied("ReconciliationFailed", remote, &elsewhere),
        ),
    ]
}

fn cancelled_checks() -> Vec<Row> {
    vec![
        Row::new(
            expected(
                "a check that was just cancelled for a newer revision moves",
                &["Syncing", "Reconciling"],
                &["1/1"],
            ),
            cancelled(20),
        ),
        Row::new(
            Expectation {
                says_not: &["does not run"],
                next_not: &["--watch"],
                ..expected(
                    "a newer revision that is not taken up has an end",
                    &["Unknown", "Failed"],
                    &["1/1"],
                )
            },
            [cancelled(3000), controllers_without_helm()].concat(),
        ),
    ]
}

fn owners() -> Vec<Row> {
    vec![
        Row::new(
            expected(
                "a controller that is not there is not missed where its kind has no objects",
                &["Deployed/Applied"],
                &["1/1"],
            ),
            [followed("GitRepository"), controllers_without_helm()].concat(),
        ),
        Row::new(
            expected(
                "a Kustomization that made the namespace alone does not deliver to it",
                &["Suspended/KustomizationSuspended"],
                &["-"],
            ),
            made_by_another(),
        ),
    ]
}
