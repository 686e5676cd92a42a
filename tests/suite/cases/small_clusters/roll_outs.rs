//! Roll-outs that go on, wait or have ended, by every strategy.

use serde_json::{Value, json};

use super::objects::*;
use super::table::{Row, expected};
use crate::cases::expectation::Expectation;

const SET: (&str, &str) = ("ReplicaSet", "hello-7d9c");
const STATEFUL: (&str, &str) = ("StatefulSet", "hello");

fn of_deployment(deployment: Value, pods: &[Value]) -> Vec<Value> {
    pipeline(&["hello_apps_Deployment"], &[&[replica_set(), deployment], pods].concat())
}

fn of_stateful_set(set: Value, ordinals: usize) -> Vec<Value> {
    let pods = (0..ordinals).map(|ordinal| pod(&format!("hello-{ordinal}"), STATEFUL, 3600, true));
    [source("GitRepository"), kustomization(&["hello_apps_StatefulSet"]), set]
        .into_iter()
        .chain(pods)
        .collect()
}

/// A Deployment of one pod that was recreated so many seconds ago.
fn recreated(seconds: i64) -> Value {
    with(
        deployment(1, 0),
        &[
            ("/spec/strategy", json!({ "type": "Recreate" })),
            (
                "/status/conditions",
                json!([
                    condition("Available", "False", "MinimumReplicasUnavailable", "", seconds),
                    condition("Progressing", "True", "ReplicaSetUpdated", "", seconds),
                ]),
            ),
        ],
    )
}

/// A pod whose sidecar, an init container that is always restarted, has this status.
fn with_sidecar(pod: Value, sidecar: Value) -> Value {
    with(
        pod,
        &[
            (
                "/spec/initContainers",
                json!([{ "name": "proxy", "image": "proxy:1", "restartPolicy": "Always" }]),
            ),
            ("/status/initContainerStatuses", json!([sidecar])),
        ],
    )
}

pub(super) fn rows() -> Vec<Row> {
    [recreations(), sidecars(), pauses(), stateful_sets()].into_iter().flatten().collect()
}

fn recreations() -> Vec<Row> {
    vec![
        Row::new(
            expected(
                "a Deployment that is recreated is given its deadline",
                &["Deployed", "Reconciling"],
                &["0/1"],
            ),
            of_deployment(recreated(30), &[pod("hello-a", SET, 25, false)]),
        ),
        Row::new(
            expected(
                "a Deployment that was recreated and never came fails",
                &["Failed/WorkloadNotReady"],
                &["0/1"],
            ),
            of_deployment(recreated(700), &[pod("hello-a", SET, 695, false)]),
        ),
    ]
}

fn sidecars() -> Vec<Row> {
    let runs = json!({
        "name": "proxy", "image": "proxy:1", "ready": true, "started": true, "restartCount": 0,
        "state": { "running": { "startedAt": ago(3600) } },
    });
    let unready = json!({ "type": "Ready", "status": "False", "reason": "ContainersNotReady", "lastTransitionTime": ago(900) });
    let unready = with(pod("hello-a", SET, 3600, true), &[("/status/conditions/1", unready)]);
    vec![
        Row::new(
            Expectation {
                says_not: &["WorkloadNotReady", "proxy"],
                ..expected(
                    "a sidecar that runs is no init container that waits",
                    &["Deployed/Applied"],
                    &["1/1"],
                )
            },
            of_deployment(deployment(1, 1), &[with_sidecar(pod("hello-a", SET, 3600, true), runs)]),
        ),
        Row::new(
            Expectation {
                says: &["proxy", "exit code 3"],
                next: &["kubectl logs", "-c proxy", "--previous"],
                ..expected(
                    "a sidecar that crashes is told by its name",
                    &["Failed/WorkloadNotReady/CrashLoop"],
                    &["0/1"],
                )
            },
            of_deployment(deployment(1, 0), &[with_sidecar(unready, crashing("proxy"))]),
        ),
    ]
}

fn pauses() -> Vec<Row> {
    let paused = |updated: i64| {
        let progressing = condition("Progressing", "Unknown", "DeploymentPaused", "", 1800);
        let changes = [
            ("/spec/paused", json!(true)),
            ("/status/updatedReplicas", json!(updated)),
            ("/status/conditions/1", progressing),
        ];
        let pods = [pod("hello-a", SET, 3600, true), pod("hello-b", SET, 3600, true)];
        of_deployment(with(deployment(2, 2), &changes), &pods)
    };
    vec![
        Row::new(
            Expectation {
                says: &["paused"],
                ..expected(
                    "a Deployment paused before anything was updated is not green",
                    &["Failed", "Suspended"],
                    &["2/2"],
                )
            },
            paused(0),
        ),
        Row::new(
            expected(
                "a Deployment paused after everything was updated runs",
                &["Deployed/Applied"],
                &["2/2"],
            ),
            paused(2),
        ),
    ]
}

fn stateful_sets() -> Vec<Row> {
    let on_deletion = with(stateful_set(3, 3, 0), &[("/spec/updateStrategy", json!({ "type": "OnDelete" }))]);
    let partition = [("/spec/updateStrategy/rollingUpdate/partition", json!(2))];
    vec![
        Row::new(
            expected(
                "a StatefulSet that is updated on deletion is not behind",
                &["Deployed/Applied"],
                &["3/3"],
            ),
            of_stateful_set(on_deletion, 3),
        ),
        Row::new(
            expected("a StatefulSet is updated down to its partition", &["Deployed/Applied"], &["3/3"]),
            of_stateful_set(with(stateful_set(3, 3, 1), &partition), 3),
        ),
    ]
}
