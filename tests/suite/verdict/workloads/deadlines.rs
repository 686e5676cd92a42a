//! How long too few ready pods are forgiven, and when a roll-out is over.

use super::super::least::*;
use super::super::workload_objects::*;
use gitops_core::model::verdict::{Cause, Outlook, Reason, Standing};
use serde_json::{Value, json};

const KINDS: [(&str, &str); 3] =
    [("Deployment", "ReplicaSet"), ("StatefulSet", "StatefulSet"), ("DaemonSet", "DaemonSet")];

#[test]
fn too_few_ready_pods_are_a_failure_after_the_deadline() {
    for (kind, owner) in KINDS {
        let seen_with = |pod: Value| seen(&[vec![source()], applied(kind, 2, 1), vec![pod]].concat());
        let stopped = |seconds: i64| {
            let conditions = json!([
                condition("Initialized", "True", "", 90_000),
                condition("Ready", "False", "ContainersNotReady", seconds),
            ]);
            pod_with("hello-1", (owner, "d"), 90_000, conditions)
        };
        let pods: [&dyn Fn(i64) -> Value; 3] =
            [&|seconds| new_pod("hello-1", (owner, "d"), seconds), &stopped, &|seconds| {
                waiting_pod("hello-1", (owner, "d"), seconds, "ContainerCreating", "")
            }];
        for pod in pods {
            let environment = seen_with(pod(599));
            assert_stands(&environment, Standing::Deployed, Reason::Applied);
            assert!(matches!(environment.outlook, Outlook::MayMend { until: Some(_) }), "{kind}");
            assert_eq!(environment.remarks[0].reason, Reason::WorkloadNotReady);
            let environment = seen_with(pod(600));
            assert_stands(&environment, Standing::Failed, Reason::WorkloadNotReady);
            assert_eq!(environment.since.map(|since| since.time.to_string()), Some(ago(600)), "{kind}");
            assert!(
                environment.message.contains("1 of 2 pods are ready: pod hello-1 "),
                "{}",
                environment.message
            );
            assert_eq!(environment.next[0].command, "kubectl describe -n dev-hello pod/hello-1");
        }
    }
}

#[test]
fn the_deadline_is_the_workloads_own_where_it_has_one() {
    for (deadline, seconds, standing) in [
        (1200, 1199, Standing::Deployed),
        (1200, 1200, Standing::Failed),
        (60, 60, Standing::Failed),
        // The greatest number stands for none.
        (2_147_483_647, 599, Standing::Deployed),
        (2_147_483_647, 600, Standing::Failed),
    ] {
        let own = with(workload("Deployment", 2, 1), &[("/spec/progressDeadlineSeconds", json!(deadline))]);
        let objects = [source(), kustomization(), own, new_pod("a", ("ReplicaSet", "d"), seconds)];
        assert_eq!(seen(&objects).standing, standing, "{seconds} s of {deadline} s");
    }
}

#[test]
fn a_pod_that_comes_and_goes_does_not_begin_anew() {
    let probe = |first: i64, count: i64| {
        warning(("Pod", "hello-1", "hello-1"), "Unhealthy", "Readiness probe failed: 503", (first, 2, count))
    };
    let unready = || {
        let conditions = json!([
            condition("Initialized", "True", "", 90_000),
            condition("Ready", "False", "ContainersNotReady", 5),
        ]);
        pod_with("hello-1", ("StatefulSet", "d"), 90_000, conditions)
    };
    for (event, standing, what) in [
        (probe(700, 70), Standing::Failed, "its probe has failed all the time"),
        (probe(500, 50), Standing::Deployed, "not for long yet"),
        (probe(3000, 2), Standing::Deployed, "it failed once, long ago"),
    ] {
        let environment =
            seen(&[vec![source()], applied("StatefulSet", 2, 1), vec![unready(), event]].concat());
        assert_eq!(environment.standing, standing, "{what}: {}", environment.message);
    }
    // A roll-out that makes progress whenever the pod is ready for a moment.
    let progressing = with(
        condition("Progressing", "True", "ReplicaSetUpdated", 900),
        &[("/lastUpdateTime", json!(ago(20)))],
    );
    let rolling = with(workload("Deployment", 2, 1), &[("/status/conditions", json!([progressing]))]);
    let of_deployment =
        with(unready(), &[("/metadata/ownerReferences", json!([{ "kind": "ReplicaSet", "uid": "d" }]))]);
    for (event, standing) in [(probe(700, 70), Standing::Failed), (probe(3000, 2), Standing::Deployed)] {
        let environment = seen(&[source(), kustomization(), rolling.clone(), of_deployment.clone(), event]);
        assert_eq!(environment.standing, standing, "{}", environment.message);
    }
}

#[test]
fn pods_that_are_not_there_age_from_their_refusal() {
    let failing = |seconds: i64| {
        let failure = json!([
            condition("Progressing", "True", "NewReplicaSetAvailable", 90_000),
            condition("ReplicaFailure", "True", "FailedCreate", seconds),
        ]);
        vec![
            kustomization(),
            with(workload("Deployment", 2, 1), &[("/status/conditions", failure)]),
            ready_pod("a", ("ReplicaSet", "d")),
        ]
    };
    let refused = |first: i64| {
        let event =
            warning(("StatefulSet", "hello", "d"), "FailedCreate", "exceeded quota: few", (first, 5, 9));
        [applied("StatefulSet", 2, 1), vec![ready_pod("hello-0", ("StatefulSet", "d")), event]].concat()
    };
    check(vec![
        row("refused for a while", failing(599), DEPLOYED),
        row("refused for long", failing(600), FAILED(Cause::PodsRefused)),
        row("an event alone tells, for a while", refused(599), DEPLOYED),
        Row {
            next: &["kubectl describe resourcequota -n dev-hello"],
            ..row("and for long", refused(600), FAILED(Cause::Quota))
        },
        Row {
            says: &["WorkloadNotReady/NotReady: DaemonSet dev-hello/hello: 1 of 2 pods are ready"],
            ..row("nothing tells since when", applied("DaemonSet", 2, 1), DEPLOYED)
        },
    ]);
}

#[test]
fn a_paused_roll_out_is_not_green_for_ever() {
    let paused = |seconds: i64, updated: i64, ready: i64| {
        let conditions = json!([condition("Progressing", "Unknown", "DeploymentPaused", seconds)]);
        let own = with(
            workload("Deployment", 3, ready),
            &[
                ("/spec/paused", json!(true)),
                ("/status/updatedReplicas", json!(updated)),
                ("/status/conditions", conditions),
            ],
        );
        vec![kustomization(), own]
    };
    let by = |manager: &str| {
        let managed = json!([{
            "manager": manager, "time": ago(700), "fieldsV1": { "f:spec": { "f:paused": {} } },
        }]);
        let [kustomization, own] = paused(600, 0, 3).try_into().expect("two objects");
        vec![kustomization, with(own, &[("/metadata/managedFields", managed)])]
    };
    check(vec![
        Row {
            says: &[
                "WorkloadPaused/Paused: Deployment dev-hello/hello: it is paused, and 0 of 3 pods run the current template",
            ],
            next: &["kubectl describe -n dev-hello deployment/hello"],
            ..row("for a while", paused(599, 0, 3), DEPLOYED)
        },
        row("for long", paused(600, 0, 3), FAILED(Cause::Paused)),
        Row {
            next: &["kubectl rollout resume -n dev-hello deployment/hello"],
            ..row("by hand", by("kubectl-rollout"), FAILED(Cause::Paused))
        },
        Row {
            next: &["kubectl describe -n dev-hello deployment/hello"],
            ..row("in Git", by("kustomize-controller"), FAILED(Cause::Paused))
        },
        row("half-way", paused(600, 1, 3), FAILED(Cause::Paused)),
        row("with everything updated", paused(9000, 3, 3), DEPLOYED),
    ]);
}

#[test]
fn a_roll_out_is_over_when_the_old_pods_are_gone() {
    let of = |changes: &[(&str, Value)]| {
        let own = with(workload("Deployment", 2, 2), changes);
        seen(&[source(), kustomization(), own])
    };
    for (changes, is_settled, what) in [
        (vec![], true, "all is updated"),
        (vec![("/status/replicas", json!(3))], false, "an old pod is there"),
        (vec![("/status/updatedReplicas", json!(1))], false, "one is not updated"),
        (vec![("/status/availableReplicas", json!(1))], false, "one is not available yet"),
        (
            vec![("/spec/replicas", json!(0)), ("/status", json!({ "observedGeneration": 1 }))],
            true,
            "none is wanted",
        ),
    ] {
        let environment = of(&changes);
        assert_stands(&environment, Standing::Deployed, Reason::Applied);
        assert_eq!(environment.remarks.is_empty(), is_settled, "{what}: {:?}", environment.remarks);
    }
}

/// What a strategy of `Recreate` does: no pod runs until the new ones do.
#[test]
fn a_recreation_is_forgiven_as_any_roll_out() {
    let conditions = |progressed: i64| {
        let progressing = with(
            condition("Progressing", "True", "ReplicaSetUpdated", 9000),
            &[("/lastUpdateTime", json!(ago(progressed)))],
        );
        json!([progressing, condition("Available", "False", "MinimumReplicasUnavailable", progressed)])
    };
    for (progressed, standing) in [(500, Standing::Deployed), (700, Standing::Failed)] {
        let own = with(
            workload("Deployment", 2, 0),
            &[
                ("/spec/strategy", json!({ "type": "Recreate" })),
                ("/status/conditions", conditions(progressed)),
            ],
        );
        let environment =
            seen(&[source(), kustomization(), own, new_pod("a", ("ReplicaSet", "d"), progressed)]);
        assert_eq!(environment.standing, standing, "{progressed}: {}", environment.message);
    }
}
