//! Which pod shows what is wrong, and which accuses nobody.

use super::super::least::*;
use super::super::workload_objects::*;
use gitops_core::model::verdict::{Cause, Reason, Standing};
use serde_json::{Value, json};

#[test]
fn a_stateful_set_names_the_ordinal_that_it_waits_for() {
    let pods = |stuck: Value| {
        let ready = [0, 1].map(|ordinal| ready_pod(&format!("hello-{ordinal}"), ("StatefulSet", "d")));
        [
            applied("StatefulSet", 12, 2),
            ready.to_vec(),
            vec![new_pod("hello-10", ("StatefulSet", "d"), 700), stuck],
        ]
        .concat()
    };
    let revision = |name: &str, hash: &str, pod: Value| {
        with(
            pod,
            &[
                ("/metadata/labels", json!({ "app": "hello", "controller-revision-hash": hash })),
                ("/metadata/name", json!(name)),
            ],
        )
    };
    let updating = |strategy: Value, updated: i64, ready: i64| {
        let set = with(
            workload("StatefulSet", 3, ready),
            &[
                ("/spec/updateStrategy", strategy),
                ("/status/updatedReplicas", json!(updated)),
                ("/status/updateRevision", json!("new")),
            ],
        );
        vec![
            listing(&["hello_apps_StatefulSet"]),
            set,
            revision("hello-2", "new", ready_pod("hello-2", ("StatefulSet", "d"))),
            revision("hello-0", "old", ready_pod("hello-0", ("StatefulSet", "d"))),
        ]
    };
    let blocked = vec![revision("hello-1", "old", new_pod("hello-1", ("StatefulSet", "d"), 700))];
    check(vec![
        Row {
            says: &["2 of 12 pods are ready: pod hello-2 "],
            next: &["kubectl describe -n dev-hello pod/hello-2"],
            ..row(
                "the first of several",
                pods(new_pod("hello-2", ("StatefulSet", "d"), 700)),
                FAILED(Cause::NotReady),
            )
        },
        Row {
            says: &[
                "WorkloadPaused/Paused: StatefulSet dev-hello/hello: 2 of 3 pods keep the template before",
            ],
            next: &["kubectl describe -n dev-hello statefulset/hello"],
            ..row(
                "a partition",
                updating(json!({ "type": "RollingUpdate", "rollingUpdate": { "partition": 2 } }), 1, 3),
                DEPLOYED,
            )
        },
        Row {
            says: &["(OnDelete"],
            next: &["kubectl delete -n dev-hello pod/hello-0"],
            ..row("on delete", updating(json!({ "type": "OnDelete" }), 1, 3), DEPLOYED)
        },
        Row {
            says: &["pod hello-1 of the template before is not ready"],
            next: &["kubectl delete -n dev-hello pod/hello-1"],
            ..row(
                "a pod that is not replaced",
                [updating(json!({ "type": "RollingUpdate" }), 1, 2), blocked].concat(),
                FAILED(Cause::NotReady),
            )
        },
    ]);
}

#[test]
fn a_pod_on_a_silent_node_is_a_remark_while_others_serve() {
    let of = |kind: &str, ready: i64, node: Value| {
        [applied(kind, 2, ready), vec![lost_pod("hello-1", (kind, "d"), 9000), node]].concat()
    };
    let terminating = |seconds: i64, changes: &[(&str, Value)]| {
        let pod = with(
            lost_pod("hello-1", ("StatefulSet", "d"), 9000),
            &[("/metadata/deletionTimestamp", json!(ago(seconds)))],
        );
        [applied("StatefulSet", 2, 1), vec![ready_pod("hello-0", ("StatefulSet", "d")), with(pod, changes)]]
            .concat()
    };
    check(vec![
        Row {
            says: &[
                "NodeNotReady/NodeNotReady: DaemonSet dev-hello/hello: 1 of 2 pods are ready: pod hello-1 is on node node-1, which is not ready",
            ],
            next: &["kubectl describe node/node-1"],
            ..row("others serve", of("DaemonSet", 1, node("Unknown")), DEPLOYED)
        },
        Row {
            says: &["DaemonSet dev-hello/hello: 2 of 4 pods are ready: pod hello-1 is on node node-1"],
            next: &["kubectl describe node/node-1"],
            ..row(
                "others serve beside two that are lost",
                [
                    applied("DaemonSet", 4, 2),
                    vec![
                        lost_pod("hello-1", ("DaemonSet", "d"), 9000),
                        lost_pod("hello-2", ("DaemonSet", "d"), 9000),
                        node("Unknown"),
                    ],
                ]
                .concat(),
                DEPLOYED,
            )
        },
        Row {
            says: &["0 of 2 pods are ready: pod hello-1 is on node node-1"],
            next: &["kubectl describe node/node-1"],
            ..row("none serves", of("DaemonSet", 0, node("False")), FAILED(Cause::NodeNotReady))
        },
        row("it has been going for a while", terminating(599, &[]), DEPLOYED),
        Row {
            says: &["pod hello-1 is being deleted and still there, on node node-1, which is not ready"],
            next: &["kubectl describe node/node-1"],
            ..row(
                "it does not go",
                [terminating(600, &[]), vec![node("Unknown")]].concat(),
                FAILED(Cause::Terminating),
            )
        },
        Row {
            says: &["finalizers that hold it: example.com/backup"],
            ..row(
                "a finalizer holds it",
                terminating(600, &[("/metadata/finalizers", json!(["example.com/backup"]))]),
                FAILED(Cause::Terminating),
            )
        },
        row("its grace period is not over", terminating(-30, &[]), DEPLOYED),
    ]);
}

#[test]
fn what_has_ended_accuses_nobody_while_others_run() {
    let ended = |phase: &str, reason: &str| {
        let container = json!([{ "name": "app", "ready": false, "restartCount": 9, "state": { "terminated": { "reason": "Error", "exitCode": 137 } } }]);
        with(
            new_pod("hello-old", ("ReplicaSet", "d"), 9000),
            &[
                ("/status/phase", json!(phase)),
                ("/status/reason", json!(reason)),
                ("/status/containerStatuses", container),
            ],
        )
    };
    let job_pod = with(
        waiting_pod("once-1", ("Job", "j"), 9000, "ImagePullBackOff", ""),
        &[("/metadata/labels", json!({ "app": "hello" }))],
    );
    for pod in [ended("Failed", "Evicted"), ended("Failed", "NodeShutdown"), ended("Succeeded", ""), job_pod]
    {
        let objects = [
            vec![source()],
            applied("Deployment", 1, 1),
            vec![ready_pod("hello-1", ("ReplicaSet", "d")), pod],
        ];
        let environment = seen(&objects.concat());
        assert_stands(&environment, Standing::Deployed, Reason::Applied);
        assert!(environment.remarks.is_empty(), "{:?}", environment.remarks);
    }
}

#[test]
fn pods_are_found_by_their_owners_whatever_the_selector() {
    let expressions = json!({ "matchExpressions": [{ "key": "app", "operator": "Exists" }] });
    let own = with(workload("Deployment", 1, 0), &[("/spec/selector", expressions)]);
    let crashing = waiting_pod("hello-r1-x2x9z", ("ReplicaSet", "r1"), 90, "CrashLoopBackOff", "");
    let crashing =
        with(crashing, &[("/metadata/labels", json!({ "app": "hello", "pod-template-hash": "r1" }))]);
    check(vec![
        row(
            "through its ReplicaSet",
            vec![kustomization(), own.clone(), replica_set("r1", 1), crashing.clone()],
            FAILED(Cause::CrashLoop),
        ),
        row("by its name", vec![kustomization(), own, crashing], FAILED(Cause::CrashLoop)),
    ]);
}

#[test]
fn of_two_workloads_the_one_that_says_what_is_wrong_leads() {
    let vague = [
        workload("StatefulSet", 1, 0),
        pod_with("hello-0", ("StatefulSet", "d"), 700, json!([condition("Ready", "False", "", 700)])),
    ];
    let other = |objects: Vec<Value>| {
        let named = [
            ("/metadata/name", json!("other")),
            ("/metadata/uid", json!("o")),
            ("/spec/selector", json!({ "matchLabels": { "app": "other" } })),
        ];
        let own = with(workload("StatefulSet", 1, 0), &named);
        let listing = listing(&["hello_apps_StatefulSet", "other_apps_StatefulSet"]);
        [vec![listing, own], vague.to_vec(), objects].concat()
    };
    let pod = |changes: &[(&str, Value)]| {
        let labels = json!({ "app": "other" });
        with(with(new_pod("other-0", ("StatefulSet", "o"), 700), &[("/metadata/labels", labels)]), changes)
    };
    let mount = warning(("Pod", "other-0", "other-0"), "FailedMount", "timed out", (700, 60, 9));
    let silent = json!([
        condition("Initialized", "True", "", 90_000),
        condition("ContainersReady", "True", "", 90_000),
        condition("Ready", "False", "", 700),
    ]);
    check(vec![
        Row {
            says: &["StatefulSet dev-hello/other: ", "cannot mount a volume: timed out"],
            ..row(
                "a volume",
                other(vec![pod(&[("/status/phase", json!("Pending"))]), mount]),
                FAILED(Cause::VolumeMount),
            )
        },
        row(
            "a node",
            other(vec![pod(&[("/status/conditions", silent)]), node("Unknown")]),
            FAILED(Cause::NodeNotReady),
        ),
        row(
            "a pod that does not go",
            other(vec![pod(&[("/metadata/deletionTimestamp", json!(ago(700)))])]),
            FAILED(Cause::Terminating),
        ),
    ]);
}
