//! Helm releases with nothing above them: installed, under way, suspended, drifted, or left to themselves.

use serde_json::{Value, json};

use super::objects::*;
use super::table::{Row, expected};
use crate::cases::expectation::Expectation;

const SET: (&str, &str) = ("ReplicaSet", "hello-7d9c");

/// A release with a workload of its own, of one pod.
fn released(changes: &[(&str, Value)], workload: Value, is_ready: bool, age: i64) -> Vec<Value> {
    let workload = with(workload, &[("/metadata/labels", labels_of_release("hello"))]);
    vec![with(release(), changes), workload, replica_set(), pod("hello-a", SET, age, is_ready)]
}

/// A release whose workload runs.
fn running(changes: &[(&str, Value)]) -> Vec<Value> {
    released(changes, deployment(1, 1), true, 3600)
}

/// A release that has been installed or upgraded since so many seconds, within five minutes as it says.
fn under_way(action: &str, seconds: i64) -> Vec<Value> {
    let message = format!("Running '{action}' action with timeout of 5m0s");
    let conditions = json!([
        condition("Reconciling", "True", "Progressing", &message, seconds),
        condition("Ready", "Unknown", "Progressing", &message, seconds),
    ]);
    let snapshot = |version: i64, status: &str, chart: &str, age: i64| {
        json!({
            "name": "hello", "namespace": NAMESPACE, "version": version, "status": status, "chartName": "hello",
            "chartVersion": chart, "appVersion": chart, "digest": "sha256:0d", "configDigest": "sha256:0c",
            "firstDeployed": ago(age), "lastDeployed": ago(age),
        })
    };
    let history = match action {
        "install" => json!([snapshot(1, "pending-install", "1.2.3", seconds)]),
        _ => json!([
            snapshot(2, "pending-upgrade", "1.2.4", seconds),
            snapshot(1, "deployed", "1.2.3", 86_000)
        ]),
    };
    let changes = [
        ("/metadata/creationTimestamp", json!(ago(if action == "install" { seconds + 5 } else { 86_400 }))),
        ("/status/conditions", conditions),
        ("/status/history", history),
        ("/status/observedGeneration", json!(-1)),
    ];
    let progress = json!([
        condition("Available", "False", "MinimumReplicasUnavailable", "", seconds),
        condition("Progressing", "True", "ReplicaSetUpdated", "", seconds),
    ]);
    released(&changes, with(deployment(1, 0), &[("/status/conditions", progress)]), false, seconds)
}

pub(super) fn rows() -> Vec<Row> {
    [actions(), states(), relations()].into_iter().flatten().collect()
}

fn actions() -> Vec<Row> {
    vec![
        Row::new(
            expected("a release that is being installed", &["Reconciling/Installing"], &["0/1"]),
            under_way("install", 40),
        ),
        Row::new(
            expected("a release that is being upgraded", &["Reconciling/Upgrading"], &["0/1"]),
            under_way("upgrade", 40),
        ),
        Row::new(
            Expectation {
                next_not: &["--watch"],
                ..expected(
                    "an install that outlasts its timeout is not under way",
                    &["Unknown", "Failed"],
                    &["0/1"],
                )
            },
            under_way("install", 1800),
        ),
    ]
}

fn states() -> Vec<Row> {
    let conditions = release()["status"]["conditions"].as_array().cloned().unwrap_or_default();
    let changed = "Deployment/dev-hello/hello changed (0 additions, 1 changes, 0 removals)";
    let drifted = condition("Drifted", "True", "DriftDetected", changed, 600);
    let with_drift: Vec<Value> = conditions.into_iter().chain([drifted]).collect();
    let warned =
        [("/spec/driftDetection", json!({ "mode": "warn" })), ("/status/conditions", json!(with_drift))];
    let message =
        "Helm install failed for release dev-hello/hello with chart hello@1.2.3: context deadline exceeded";
    let failed = ["Ready", "Released"].map(|kind| condition(kind, "False", "InstallFailed", message, 600));
    let suspended = ("/spec/suspend", json!(true));
    let suspended_and_failed = [
        suspended.clone(),
        ("/status/conditions", json!(failed)),
        ("/status/history/0/status", json!("failed")),
    ];
    vec![
        Row::new(expected("a Helm release alone is an environment", &["Deployed"], &["1/1"]), running(&[])),
        Row::new(
            expected(
                "a suspended Helm release is a suspended environment",
                &["Suspended/ReleaseSuspended"],
                &["1/1"],
            ),
            running(&[suspended]),
        ),
        Row::new(
            Expectation {
                says: &["failed"],
                ..expected(
                    "suspension does not hide that a release failed",
                    &["Suspended/ReleaseSuspended"],
                    &["1/1"],
                )
            },
            running(&suspended_and_failed),
        ),
        Row::new(
            Expectation {
                says: &["drift"],
                ..expected(
                    "drift that a release tells of and does not correct is a remark",
                    &["Deployed"],
                    &["1/1"],
                )
            },
            running(&warned),
        ),
        Row::new(
            Expectation {
                says: &["helm-controller"],
                ..expected(
                    "helm-controller that is not there leaves a release to itself",
                    &["Unknown/ControllerNotRunning"],
                    &["1/1"],
                )
            },
            [running(&[]), controllers_without_helm()].concat(),
        ),
    ]
}

fn relations() -> Vec<Row> {
    let elsewhere = [
        ("/metadata/namespace", json!("flux-system")),
        ("/spec/targetNamespace", json!(NAMESPACE)),
        ("/spec/releaseName", json!("hello")),
    ];
    let mut kept_by_flux = running(&elsewhere);
    let label = [("/metadata/labels/helm.toolkit.fluxcd.io~1namespace", json!("flux-system"))];
    kept_by_flux[1] = with(kept_by_flux[1].clone(), &label);
    let waits_for = |name: &str, other: &str| {
        let message = format!("dependency 'dev-hello/{other}' is not ready");
        let changes = [
            ("/metadata/name", json!(name)),
            ("/metadata/uid", json!(name)),
            ("/spec/dependsOn", json!([{ "name": other }])),
            (
                "/status/conditions",
                json!([condition("Ready", "False", "DependencyNotReady", &message, 9000)]),
            ),
            ("/status/history", json!([])),
            ("/status/observedGeneration", json!(-1)),
        ];
        with(release(), &changes)
    };
    vec![
        Row::new(
            expected(
                "a release that is kept in Flux's namespace delivers to its target",
                &["Deployed"],
                &["1/1"],
            ),
            kept_by_flux,
        ),
        Row::new(
            Expectation {
                says: &["circle|cycle", "front", "back"],
                next_not: &["--watch"],
                ..expected(
                    "releases that wait for each other wait for ever",
                    &[
                        "NotDeployed/DependencyNotReady/DependencyCycle",
                        "Failed/DependencyNotReady/DependencyCycle",
                    ],
                    &["-"],
                )
            },
            vec![waits_for("front", "back"), waits_for("back", "front")],
        ),
    ]
}
