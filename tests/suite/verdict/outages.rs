//! Workloads of which no pod is ready outside of a roll-out: since when, why, and what to type.

use gitops_core::model::cluster::{Answer, Kind, Scope};
use gitops_core::model::verdict::{Cause, EnvironmentStatus, Outlook, Reason, SinceFrom, Standing};
use serde_json::{Value, json};

use super::down::*;
use super::least::*;
use super::timeline::cluster;

#[test]
fn an_outage_is_a_remark_with_a_next_step_for_a_minute_and_then_a_failure() {
    for (seconds, standing) in
        [(1, Standing::Deployed), (59, Standing::Deployed), (60, Standing::Failed), (9000, Standing::Failed)]
    {
        let environment = seen(&[source(), kustomization(), down(seconds)]);
        assert_eq!(environment.standing, standing, "after {seconds} s: {}", environment.message);
        assert_eq!(ready(&environment), "0/2");
        let next = &environment.next[0].command;
        assert_eq!(next, "kubectl describe -n dev-hello deployment/hello");
        if standing == Standing::Failed {
            assert_stands(&environment, standing, Reason::WorkloadNotReady);
            assert_eq!(environment.cause, Some(Cause::NotReady));
            assert_eq!(environment.outlook, Outlook::Final);
            let since = environment.since.expect("a beginning");
            let expected = if seconds > 3600 {
                (ago(3600), SinceFrom::Creation)
            } else {
                (ago(seconds), SinceFrom::Condition)
            };
            assert_eq!((since.time.to_string(), since.from), expected);
            assert!(
                environment.message.contains("Deployment dev-hello/hello: 0 of 2 pods are ready"),
                "{}",
                environment.message
            );
        } else {
            assert_eq!(environment.remarks[0].reason, Reason::WorkloadNotReady);
            assert_eq!(environment.outlook, Outlook::MayMend { until: at(60 - seconds) });
        }
    }
}

#[test]
fn a_part_that_is_down_is_a_remark_until_the_deadline() {
    let down_for = |seconds: i64| {
        let available = json!([condition("Available", "False", "MinimumReplicasUnavailable", seconds)]);
        seen(&[source(), kustomization(), deployment_of_two(1, available)])
    };
    let environment = down_for(599);
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    assert_eq!(ready(&environment), "1/2");
    assert_eq!(environment.remarks[0].reason, Reason::WorkloadNotReady);
    assert_eq!(environment.outlook, Outlook::MayMend { until: at(1) });
    let environment = down_for(600);
    assert_stands(&environment, Standing::Failed, Reason::WorkloadNotReady);
    assert_eq!(environment.since.map(|since| since.time.to_string()), Some(ago(600)));
}

/// Too few pods have been available for a while; the last of them stopped being ready a moment ago.
#[test]
fn an_outage_begins_with_the_last_ready_pod() {
    let pods = [unready_pod("a", ("ReplicaSet", "d"), 500), unready_pod("b", ("ReplicaSet", "d"), 20)];
    let objects = [source(), kustomization(), down(500)];
    let environment = seen(&[objects.as_slice(), &pods].concat());
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    assert_eq!(environment.outlook, Outlook::MayMend { until: at(40) });
    // Pods that came and were never ready do not begin it anew.
    let young = |name: &str| {
        with(
            unready_pod(name, ("ReplicaSet", "d"), 5),
            &[(
                "/status/conditions",
                json!([
                    condition("Initialized", "True", "", 5),
                    condition("Ready", "False", "ContainersNotReady", 5)
                ]),
            )],
        )
    };
    let environment = seen(&[objects.as_slice(), &[young("a"), young("b")]].concat());
    assert_stands(&environment, Standing::Failed, Reason::WorkloadNotReady);
    assert_eq!(environment.since.map(|since| since.time.to_string()), Some(ago(500)));
}

#[test]
fn a_down_deployment_says_how_a_pod_of_it_is() {
    let conditions = |ready: &str, containers: &str| {
        json!([
            condition("PodScheduled", "True", "", 3600),
            condition("Initialized", "True", "", 3600),
            condition("ContainersReady", containers, "", 600),
            condition("Ready", ready, "", 600),
        ])
    };
    let unready = || unready_pod("a", ("ReplicaSet", "d"), 600);
    let probe = json!({
        "kind": "Event", "type": "Warning", "reason": "Unhealthy", "message": "Readiness probe failed: 503",
        "lastTimestamp": ago(9), "involvedObject": { "kind": "Pod", "namespace": NAMESPACE, "name": "a", "uid": "a" },
    });
    let past = with(probe.clone(), &[("/lastTimestamp", json!(ago(900)))]);
    let gates = json!([
        condition("ContainersReady", "True", "", 600),
        condition("Ready", "False", "ReadinessGatesNotReady", 600)
    ]);
    let new = json!({ "phase": "Pending", "conditions": [condition("PodScheduled", "True", "", 600), condition("Ready", "False", "ContainersNotReady", 600)], "containerStatuses": [{ "name": "app", "state": { "waiting": { "reason": "ContainerCreating" } } }] });
    for (objects, expected) in [
        (vec![unready()], "pod a runs, but is not ready"),
        (vec![unready(), probe], "pod a runs, but is not ready: Readiness probe failed: 503"),
        (vec![unready(), past], "pod a runs, but is not ready"),
        (
            vec![with(unready(), &[("/status/conditions", conditions("Unknown", "True"))])],
            "pod a is on a node that does not answer",
        ),
        (
            vec![with(unready(), &[("/status/conditions", conditions("False", "True"))])],
            "pod a is on a node that does not answer",
        ),
        (vec![with(unready(), &[("/status/conditions", gates)])], "pod a waits for its readiness gates"),
        (
            vec![with(unready(), &[("/metadata/deletionTimestamp", json!(ago(300)))])],
            "pod a is being deleted and still there",
        ),
        (vec![with(unready(), &[("/status", new)])], "pod a is being started"),
        (vec![with(unready(), &[("/status", json!({ "phase": "Pending" }))])], "pod a is on no node yet"),
    ] {
        let environment = seen(&[vec![source(), kustomization(), down(600)], objects].concat());
        assert_stands(&environment, Standing::Failed, Reason::WorkloadNotReady);
        assert!(
            environment.message.ends_with(&format!("0 of 2 pods are ready: {expected}")),
            "{}",
            environment.message
        );
        assert_eq!(environment.next[0].command, "kubectl describe -n dev-hello pod/a");
    }
}

#[test]
fn a_cause_that_is_known_is_told_of_an_outage() {
    let unschedulable = with(
        pod("a", ("ReplicaSet", "d"), ""),
        &[(
            "/status",
            json!({ "phase": "Pending", "conditions": [condition("PodScheduled", "False", "Unschedulable", 90)] }),
        )],
    );
    let refused = json!({
        "kind": "Event", "type": "Warning", "reason": "FailedCreate", "message": "exceeded quota: few", "lastTimestamp": ago(5),
        "involvedObject": { "kind": "Deployment", "namespace": NAMESPACE, "name": "hello", "uid": "d" },
    });
    for (object, cause) in [
        (unschedulable, Cause::Unschedulable),
        (pod("a", ("ReplicaSet", "d"), "CreateContainerConfigError"), Cause::ContainerConfiguration),
        (pod("a", ("ReplicaSet", "d"), "ImagePullBackOff"), Cause::ImagePull),
        (refused, Cause::Quota),
    ] {
        let environment = seen(&[source(), kustomization(), down(600), object]);
        assert_stands(&environment, Standing::Failed, Reason::WorkloadNotReady);
        assert_eq!(environment.cause, Some(cause));
        assert_eq!(environment.since.map(|since| since.time.to_string()), Some(ago(600)));
    }
}

#[test]
fn stateful_and_daemon_sets_are_judged_by_their_pods() {
    for kind in ["StatefulSet", "DaemonSet"] {
        let seen_with = |objects: &[Value]| seen(&[&[source()], down_set(kind).as_slice(), objects].concat());
        for (seconds, standing) in [(59, Standing::Deployed), (60, Standing::Failed)] {
            let environment = seen_with(&[unready_pod("a", (kind, "d"), seconds)]);
            assert_eq!(environment.standing, standing, "{kind} after {seconds} s: {}", environment.message);
            assert_eq!(ready(&environment), "0/1");
            if standing == Standing::Failed {
                let since = environment.since.map(|since| (since.from, since.time.to_string()));
                assert_eq!(since, Some((SinceFrom::Condition, ago(seconds))), "{kind}");
            }
        }
        // No kubelet has said anything of it.
        let silent = with(
            pod("a", (kind, "d"), ""),
            &[("/metadata/creationTimestamp", json!(ago(90))), ("/status", json!({ "phase": "Pending" }))],
        );
        let environment = seen_with(&[silent]);
        assert_stands(&environment, Standing::Failed, Reason::WorkloadNotReady);
        assert_eq!(environment.since.map(|since| since.from), Some(SinceFrom::Creation));
        // Its node is lost, so that nothing takes its place.
        let lost =
            with(unready_pod("a", (kind, "d"), 400), &[("/metadata/deletionTimestamp", json!(ago(90)))]);
        let environment = seen_with(&[lost]);
        assert_stands(&environment, Standing::Failed, Reason::WorkloadNotReady);
        assert!(
            environment.message.ends_with("pod a is being deleted and still there"),
            "{}",
            environment.message
        );
        // Nothing is there at all.
        assert_stands(&seen_with(&[]), Standing::Failed, Reason::WorkloadNotReady);
    }
}

/// Of a workload that is gone nobody promises that a controller which does not run puts it back.
#[test]
fn a_missing_workload_stays_so_without_the_controller() {
    let gone = |replicas: i64| {
        let mut answers = cluster(NAMESPACE, &[source(), kustomization()]);
        let controller = json!({
            "metadata": { "name": "kustomize-controller", "namespace": "flux-system" },
            "spec": { "replicas": replicas }, "status": { "availableReplicas": replicas },
        });
        answers.replace(
            Scope::namespace(Kind::Deployment, "flux-system"),
            Answer::Objects(vec![controller, running_controller("source-controller")]),
        );
        judged(&answers).environments.remove(0)
    };
    let (stopped, runs) = (gone(0), gone(1));
    for environment in [&stopped, &runs] {
        assert_stands(environment, Standing::Failed, Reason::WorkloadMissing);
        assert_eq!(environment.ready.to_string(), "0/1");
    }
    assert!(runs.message.ends_with("Flux puts it back at its next interval"), "{}", runs.message);
    assert!(stopped.message.contains("Flux does not put it back: kustomize-controller does not run"));
    assert!(stopped.next.iter().any(|step| step.command.starts_with("kubectl scale --replicas=1")));
}

#[test]
fn a_retry_does_not_begin_a_crash_anew() {
    let again = json!({
        "kind": "Event", "type": "Warning", "reason": "BackOff", "message": "Back-off restarting failed container",
        "firstTimestamp": ago(1200), "lastTimestamp": ago(20),
        "involvedObject": { "kind": "Pod", "namespace": NAMESPACE, "name": "a", "uid": "a" },
    });
    for waiting in ["CrashLoopBackOff", "ImagePullBackOff"] {
        let waits = json!([{ "name": "app", "image": "x", "restartCount": 9, "state": { "waiting": { "reason": waiting } } }]);
        let pod = with(unready_pod("a", ("ReplicaSet", "d"), 20), &[("/status/containerStatuses", waits)]);
        let both = [deployment_of_two(1, json!([])), down(20)];
        for workload in both {
            let objects = [source(), kustomization(), workload, pod.clone()];
            let since_of = |environment: &EnvironmentStatus| {
                environment.since.map(|since| (since.time.to_string(), since.from))
            };
            let environment = seen(&objects);
            assert_stands(&environment, Standing::Failed, Reason::WorkloadNotReady);
            assert_eq!(since_of(&environment), Some((ago(20), SinceFrom::Condition)), "{waiting}");
            let remembered = seen(&[objects.as_slice(), std::slice::from_ref(&again)].concat());
            assert_eq!(since_of(&remembered), Some((ago(1200), SinceFrom::Event)), "{waiting}");
        }
    }
}
