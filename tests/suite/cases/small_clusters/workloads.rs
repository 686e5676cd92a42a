//! Workloads of every kind that run, or of which one pod does not.

use serde_json::{Value, json};

use super::objects::*;
use super::table::{Row, expected};
use crate::cases::expectation::Expectation;

const SET: (&str, &str) = ("ReplicaSet", "hello-7d9c");
const STATEFUL: (&str, &str) = ("StatefulSet", "hello");
const DAEMON: (&str, &str) = ("DaemonSet", "hello");

pub(super) fn rows() -> Vec<Row> {
    [deployments(), stateful_sets(), daemon_sets()].into_iter().flatten().collect()
}

fn crashes(pod: Value) -> Value {
    with(pod, &[("/status/containerStatuses/0", crashing("app"))])
}

fn deployments() -> Vec<Row> {
    let by_expressions =
        json!({ "matchExpressions": [{ "key": "app", "operator": "In", "values": ["hello"] }] });
    let selecting = with(deployment(1, 0), &[("/spec/selector", by_expressions)]);
    let unscheduled = json!({
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
        "message": "0/3 nodes are available: 3 Insufficient cpu.", "lastTransitionTime": ago(1500),
    });
    let unscheduled = with(pod("hello-c", SET, 1500, false), &[("/status/conditions/0", unscheduled)]);
    let two_run = [pod("hello-a", SET, 3600, true), pod("hello-b", SET, 3600, true)];
    let evicted = json!({ "phase": "Failed", "reason": "Evicted", "message": "The node was low on memory." });
    let evicted = with(pod("hello-b", SET, 7200, false), &[("/status", evicted)]);
    let autoscaler = json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": { "name": "hello", "namespace": NAMESPACE, "uid": "autoscaler" },
        "spec": { "minReplicas": 0, "maxReplicas": 5, "scaleTargetRef": { "kind": "Deployment", "name": "hello" } },
        "status": { "currentReplicas": 0, "desiredReplicas": 0 },
    });
    let of = |others: &[Value]| pipeline(&["hello_apps_Deployment"], others);
    vec![
        Row::new(
            Expectation {
                says: &["hello-a", "exit code 3"],
                next: &["kubectl logs", "hello-a", "--previous"],
                ..expected(
                    "a workload that selects by expressions finds its pods",
                    &["Failed/WorkloadNotReady/CrashLoop"],
                    &["0/1"],
                )
            },
            of(&[selecting, replica_set(), crashes(pod("hello-a", SET, 1200, false))]),
        ),
        Row::new(
            Expectation {
                says: &["hello-c", "Insufficient cpu"],
                ..expected(
                    "a pod that no node takes fails the others too after the deadline",
                    &["Failed/WorkloadNotReady/Unschedulable"],
                    &["2/3"],
                )
            },
            of(&[&[deployment(3, 2), replica_set(), unscheduled], two_run.as_slice()].concat()),
        ),
        Row::new(
            Expectation {
                says_not: &["WorkloadNotReady", "Drift"],
                ..expected("an autoscaler may want no pod", &["Deployed/Applied"], &["0/0"])
            },
            of(&[deployment(0, 0), autoscaler]),
        ),
        Row::new(
            Expectation {
                says_not: &["WorkloadNotReady", "Evicted"],
                ..expected(
                    "evicted pods accuse nobody once enough others run",
                    &["Deployed/Applied"],
                    &["1/1"],
                )
            },
            of(&[deployment(1, 1), replica_set(), pod("hello-a", SET, 3600, true), evicted]),
        ),
    ]
}

fn stateful_sets() -> Vec<Row> {
    let stopped = with(stateful_set(3, 1, 3), &[("/status/replicas", json!(2))]);
    let first = pod("hello-0", STATEFUL, 1300, true);
    let ordinals = ["hello-0", "hello-1", "hello-2"].map(|name| pod(name, STATEFUL, 3600, true));
    let of = |others: &[Value]| pipeline(&["hello_apps_StatefulSet"], others);
    vec![
        Row::new(
            Expectation {
                says: &["hello-1"],
                ..expected(
                    "a StatefulSet waits for the ordinal that crashes",
                    &["Failed/WorkloadNotReady/CrashLoop"],
                    &["1/3"],
                )
            },
            of(&[stopped, first, crashes(pod("hello-1", STATEFUL, 1200, false))]),
        ),
        Row::new(
            expected("a StatefulSet with several ordinals runs", &["Deployed/Applied"], &["3/3"]),
            of(&[&[stateful_set(3, 3, 3)], ordinals.as_slice()].concat()),
        ),
    ]
}

fn daemon_sets() -> Vec<Row> {
    let misscheduled = with(daemon_set(2, 2), &[("/status/numberMisscheduled", json!(1))]);
    let two_run = [pod("hello-a", DAEMON, 86_000, true), pod("hello-b", DAEMON, 86_000, true)];
    let on_lost_node = with(
        pod("hello-c", DAEMON, 86_000, true),
        &[
            ("/spec/nodeName", json!("node-3")),
            ("/status/conditions/1/status", json!("False")),
            ("/status/conditions/1/lastTransitionTime", json!(ago(1200))),
        ],
    );
    let lost_node = json!({
        "apiVersion": "v1", "kind": "Node", "metadata": { "name": "node-3", "uid": "node-3" },
        "status": { "conditions": [condition("Ready", "Unknown", "NodeStatusUnknown", "", 1200)] },
    });
    let of = |others: &[Value]| pipeline(&["hello_apps_DaemonSet"], others);
    vec![
        Row::new(
            Expectation {
                says_not: &["WorkloadNotReady"],
                ..expected("a DaemonSet leaves tainted nodes out", &["Deployed/Applied"], &["2/2"])
            },
            of(&[&[misscheduled], two_run.as_slice()].concat()),
        ),
        Row::new(
            Expectation {
                says: &["NodeNotReady", "hello-c", "node-3"],
                next: &["kubectl describe node/node-3"],
                ..expected(
                    "a pod on a lost node is a remark while others serve",
                    &["Deployed/Applied"],
                    &["2/3"],
                )
            },
            of(&[&[daemon_set(3, 2), on_lost_node, lost_node], two_run.as_slice()].concat()),
        ),
    ]
}
