//! READY, and workloads of which no pod is ready.

use gitops_core::model::cluster::{Answer, Kind, Scope};
use gitops_core::model::verdict::{
    Cause, EnvironmentStatus, Outlook, Ready, Reason, SinceFrom, Standing, picture,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::least::*;
use super::timeline::{Moment, Timeline, cluster, names};

/// A Deployment that wants two pods, so many of which are ready, with these conditions.
fn deployment_of_two(ready: i64, conditions: Value) -> Value {
    with(
        deployment(),
        &[
            ("/metadata/creationTimestamp", json!(ago(3600))),
            ("/spec/replicas", json!(2)),
            (
                "/status",
                json!({
                    "observedGeneration": 1, "replicas": 2, "updatedReplicas": 2,
                    "readyReplicas": ready, "availableReplicas": ready, "conditions": conditions,
                }),
            ),
        ],
    )
}

/// The same, rolled out long ago and without a ready pod for so many seconds.
fn down(seconds: i64) -> Value {
    let rolled_out = condition("Progressing", "True", "NewReplicaSetAvailable", 3600);
    deployment_of_two(
        0,
        json!([rolled_out, condition("Available", "False", "MinimumReplicasUnavailable", seconds)]),
    )
}

/// A pod that was ready once and has not been for so many seconds.
fn unready_pod(name: &str, owner: (&str, &str), seconds: i64) -> Value {
    let conditions = json!([
        condition("PodScheduled", "True", "", 3600),
        condition("Initialized", "True", "", 3600),
        condition("ContainersReady", "False", "ContainersNotReady", seconds),
        condition("Ready", "False", "ContainersNotReady", seconds),
    ]);
    with(
        pod(name, owner, ""),
        &[
            ("/metadata/creationTimestamp", json!(ago(3600))),
            ("/status/conditions", conditions),
            (
                "/status/containerStatuses",
                json!([{ "name": "app", "image": "x", "state": { "running": {} } }]),
            ),
        ],
    )
}

/// A StatefulSet or a DaemonSet that wants one pod and has none that is ready, and a kustomization that lists it.
fn down_set(kind: &str) -> [Value; 2] {
    let inventory = json!({ "entries": [{ "id": format!("dev-hello_hello_apps_{kind}"), "v": "v1" }] });
    let set = with(
        deployment(),
        &[
            ("/kind", json!(kind)),
            ("/metadata/creationTimestamp", json!(ago(3600))),
            (
                "/status",
                json!({
                    "observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "desiredNumberScheduled": 1,
                    "currentNumberScheduled": 1, "updatedNumberScheduled": 1, "numberReady": 0,
                }),
            ),
        ],
    );
    [with(kustomization(), &[("/status/inventory", inventory)]), set]
}

fn ready(environment: &EnvironmentStatus) -> String {
    environment.ready.to_string()
}

fn at(seconds: i64) -> Option<Timestamp> {
    Some(now() + SignedDuration::from_secs(seconds))
}

#[test]
fn what_is_expected_and_missing_counts() {
    let two = json!({ "entries": [
        { "id": "dev-hello_hello_apps_Deployment", "v": "v1" },
        { "id": "dev-hello_db_apps_StatefulSet", "v": "v1" },
    ] });
    let without = |inventory: Value| with(kustomization(), &[("/status/inventory", inventory)]);
    let jobs = json!({ "entries": [{ "id": "dev-hello_nightly_batch_CronJob", "v": "v1" }, { "id": "dev-hello_once_batch_Job", "v": "v1" }] });
    let scaled =
        with(deployment(), &[("/spec/replicas", json!(0)), ("/status", json!({ "observedGeneration": 1 }))]);
    for (objects, expected) in [
        (vec![kustomization(), deployment()], "1/1"),
        (vec![kustomization()], "0/1"),
        (vec![without(two.clone()), deployment()], "1/2"),
        (vec![without(two)], "0/2"),
        (vec![without(jobs)], "-"),
        (vec![without(json!({ "entries": [] }))], "-"),
        (vec![kustomization(), scaled], "0/0"),
        (vec![kustomization(), deployment_of_two(1, json!([]))], "1/2"),
    ] {
        let environment = seen(&[vec![source()], objects].concat());
        assert_eq!(ready(&environment), expected, "{}", environment.message);
        assert!(environment.ready.known);
    }
}

#[test]
fn several_kustomizations_are_summed_and_what_two_of_them_miss_counts_once() {
    let other = |inventory: &str| {
        let inventory = json!({ "entries": [{ "id": inventory, "v": "v1" }] });
        let changes = [
            ("/metadata/name", json!("other")),
            ("/metadata/uid", json!("o")),
            ("/status/inventory", inventory),
        ];
        with(kustomization(), &changes)
    };
    let web = with(
        deployment_of_two(2, json!([])),
        &[("/metadata/name", json!("web")), ("/metadata/uid", json!("w"))],
    );
    let both = seen(&[source(), kustomization(), other("dev-hello_web_apps_Deployment"), deployment(), web]);
    assert_eq!(ready(&both), "3/3");
    let missed = seen(&[source(), kustomization(), other("dev-hello_hello_apps_Deployment")]);
    assert_eq!(ready(&missed), "0/1");
}

#[test]
fn what_may_not_be_read_is_not_known_whatever_the_standing() {
    let suspended = with(kustomization(), &[("/spec/suspend", json!(true))]);
    let failing = with(
        kustomization(),
        &[("/status/conditions", json!([condition("Ready", "False", "BuildFailed", 9)]))],
    );
    let first = with(kustomization(), &[("/status", json!({}))]);
    for (kustomization, standing) in [
        (kustomization(), Standing::Deployed),
        (suspended, Standing::Suspended),
        (failing, Standing::Failed),
        (first, Standing::Unknown),
    ] {
        for (answer, reason) in
            [(Answer::Forbidden, Reason::NotReadable), (Answer::silent("gone"), Reason::NoAnswer)]
        {
            let mut answers = cluster(NAMESPACE, &[source(), kustomization.clone(), deployment()]);
            answers.replace(Scope::namespace(Kind::Deployment, NAMESPACE), answer);
            let environment = &judged(&answers).environments[0];
            assert_eq!((environment.standing, ready(environment).as_str()), (standing, "?"));
            let remark = environment.remarks.iter().find(|remark| remark.reason == reason).expect("a remark");
            assert!(
                remark.message.starts_with(
                    "whether its workloads run is not known: list deployments.apps in dev-hello"
                ),
                "{}",
                remark.message
            );
        }
    }
}

#[test]
fn a_kind_that_nobody_expects_may_be_refused() {
    let mut answers = cluster(NAMESPACE, &[source(), kustomization(), deployment()]);
    answers.replace(Scope::namespace(Kind::StatefulSet, NAMESPACE), Answer::Forbidden);
    let environment = &judged(&answers).environments[0];
    assert_eq!(ready(environment), "1/1");
    assert!(environment.remarks.is_empty(), "{:?}", environment.remarks);
}

#[test]
fn what_is_kept_elsewhere_is_not_known() {
    let remote = with(kustomization(), &[("/spec/kubeConfig", json!({ "secretRef": { "name": "edge" } }))]);
    assert_eq!(ready(&seen(&[source(), remote])), "?");
    let release =
        json!({ "entries": [{ "id": "dev-hello_hello_helm.toolkit.fluxcd.io_HelmRelease", "v": "v2" }] });
    let through_helm = with(kustomization(), &[("/status/inventory", release)]);
    assert_eq!(ready(&seen(&[source(), through_helm])), "?");
}

#[test]
fn where_followers_are_not_known_everything_in_the_namespace_counts() {
    let unread = |refused: &[Kind]| {
        let mut answers = cluster(NAMESPACE, &[source(), kustomization(), down(600)]);
        for kind in refused {
            answers.replace(Scope::namespace(*kind, NAMESPACE), Answer::Forbidden);
        }
        let environment = judged(&answers).environments.remove(0);
        assert_eq!(environment.standing, Standing::Unknown);
        environment
    };
    let environment = unread(&[Kind::Kustomization, Kind::GitRepository]);
    assert_eq!(ready(&environment), "0/2");
    assert_eq!(environment.remarks[0].reason, Reason::WorkloadNotReady, "{:?}", environment.remarks);
    let environment = unread(&[Kind::Kustomization, Kind::GitRepository, Kind::DaemonSet]);
    assert_eq!(ready(&environment), "?");
}

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
fn a_part_that_is_down_is_a_remark() {
    let available = json!([condition("Available", "False", "MinimumReplicasUnavailable", 600)]);
    let environment = seen(&[source(), kustomization(), deployment_of_two(1, available)]);
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    assert_eq!(ready(&environment), "1/2");
    assert_eq!(environment.remarks[0].reason, Reason::WorkloadNotReady);
}

#[test]
fn a_roll_out_is_forgiven_until_its_deadline() {
    let rolling = |reason: &str, progressed: i64, deadline: i64| {
        let progressing = with(
            condition("Progressing", "True", reason, 9000),
            &[("/lastUpdateTime", json!(ago(progressed)))],
        );
        let unavailable = condition("Available", "False", "MinimumReplicasUnavailable", 500);
        with(
            deployment_of_two(0, json!([progressing, unavailable])),
            &[("/spec/progressDeadlineSeconds", json!(deadline))],
        )
    };
    for (reason, progressed, deadline, standing) in [
        ("ReplicaSetUpdated", 500, 600, Standing::Deployed),
        ("NewReplicaSetCreated", 500, 600, Standing::Deployed),
        ("FoundNewReplicaSet", 500, 600, Standing::Deployed),
        // It is rolled out: its pods went down later.
        ("NewReplicaSetAvailable", 500, 600, Standing::Failed),
        // Nobody ends it: its controller does not run.
        ("ReplicaSetUpdated", 661, 600, Standing::Failed),
        ("ReplicaSetUpdated", 500, 60, Standing::Failed),
    ] {
        let environment = seen(&[source(), kustomization(), rolling(reason, progressed, deadline)]);
        assert_eq!(
            environment.standing, standing,
            "{reason}, {progressed} s of {deadline} s: {}",
            environment.message
        );
        assert!(!environment.next.is_empty());
    }
    let paused = json!([
        condition("Progressing", "Unknown", "DeploymentPaused", 500),
        condition("Available", "False", "MinimumReplicasUnavailable", 500)
    ]);
    assert_eq!(seen(&[source(), kustomization(), deployment_of_two(0, paused)]).standing, Standing::Failed);
}

#[test]
fn a_specification_that_its_controller_has_to_see_yet_is_forgiven_for_a_minute() {
    for (seconds, standing) in [(30, Standing::Deployed), (90, Standing::Failed)] {
        let managed = json!([{ "manager": "flux", "operation": "Apply", "time": ago(seconds), "fieldsV1": { "f:spec": { "f:template": {} } } }]);
        let changed =
            with(down(600), &[("/metadata/generation", json!(2)), ("/metadata/managedFields", managed)]);
        let environment = seen(&[source(), kustomization(), changed]);
        assert_eq!(environment.standing, standing, "after {seconds} s: {}", environment.message);
    }
}

/// Too few pods have been available for an hour; the last of them stopped being ready a moment ago.
#[test]
fn an_outage_begins_with_the_last_ready_pod() {
    let pods = [unready_pod("a", ("ReplicaSet", "d"), 3000), unready_pod("b", ("ReplicaSet", "d"), 20)];
    let objects = [source(), kustomization(), down(3000)];
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
    assert_eq!(environment.since.map(|since| since.time.to_string()), Some(ago(3000)));
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
            let since = environment.since.filter(|_| standing == Standing::Failed);
            assert!(since.is_none_or(
                |since| since.from == SinceFrom::Condition && since.time.to_string() == ago(seconds)
            ));
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

#[test]
fn a_new_template_of_a_stateful_or_daemon_set_is_forgiven_until_its_pods_ran() {
    let never_ready = |kind: &str, seconds: i64| {
        with(
            unready_pod("a", (kind, "d"), 0),
            &[
                ("/metadata/creationTimestamp", json!(ago(seconds))),
                (
                    "/status/conditions",
                    json!([
                        condition("Initialized", "True", "", seconds),
                        condition("Ready", "False", "ContainersNotReady", seconds)
                    ]),
                ),
            ],
        )
    };
    for kind in ["StatefulSet", "DaemonSet"] {
        for (written, pod, standing, what) in [
            (300, never_ready(kind, 295), Standing::Deployed, "a new pod of a new template"),
            (700, never_ready(kind, 695), Standing::Failed, "the deadline is over"),
            (
                300,
                never_ready(kind, 3000),
                Standing::Failed,
                "the template was written, its pods did not change",
            ),
            (300, never_ready(kind, 100), Standing::Failed, "a pod came in place of one that ran"),
        ] {
            let managed = json!([{ "manager": "flux", "operation": "Apply", "time": ago(written), "fieldsV1": { "f:spec": { "f:template": {} } } }]);
            let [kustomization, set] = down_set(kind);
            let set = with(set, &[("/metadata/managedFields", managed)]);
            let environment = seen(&[source(), kustomization, set, pod]);
            assert_eq!(environment.standing, standing, "{kind}: {what}: {}", environment.message);
        }
    }
}

#[test]
fn what_wants_no_pod_is_not_down() {
    let scaled = with(down(600), &[("/spec/replicas", json!(0))]);
    let environment = seen(&[source(), kustomization(), scaled]);
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    assert_eq!(ready(&environment), "0/0");
    assert!(environment.remarks.is_empty() && environment.next.is_empty(), "{:?}", environment.remarks);
}

#[test]
fn a_suspension_hides_no_outage() {
    let suspended = with(kustomization(), &[("/spec/suspend", json!(true))]);
    let environment = seen(&[source(), suspended.clone(), down(600)]);
    assert_stands(&environment, Standing::Suspended, Reason::KustomizationSuspended);
    assert_eq!(ready(&environment), "0/2");
    assert!(
        environment.message.ends_with("; Deployment dev-hello/hello has no ready pod"),
        "{}",
        environment.message
    );
    assert!(environment.remarks.iter().any(|remark| remark.message.contains("0 of 2 pods are ready")));
    let commands: Vec<&str> = environment.next.iter().map(|step| step.command.as_str()).collect();
    assert_eq!(commands[0], "kubectl describe -n dev-hello deployment/hello");
    assert!(commands[1].starts_with("kubectl patch kustomization/"), "{commands:?}");
    let environment = seen(&[source(), suspended]);
    assert_eq!(ready(&environment), "0/1");
    assert!(environment.message.ends_with("; Deployment dev-hello/hello is gone"), "{}", environment.message);
    assert!(environment.remarks.iter().any(|remark| remark.reason == Reason::WorkloadMissing));
}

#[test]
fn an_outage_is_told_beside_every_other_failure() {
    let failed_fetch = json!([condition("FetchFailed", "True", "GitOperationFailed", 600)]);
    let failed_build = json!([condition("Ready", "False", "BuildFailed", 9)]);
    for (source, kustomization, reason) in [
        (with(source(), &[("/status/conditions", failed_fetch)]), kustomization(), Reason::FetchFailed),
        (source(), with(kustomization(), &[("/status/conditions", failed_build)]), Reason::BuildFailed),
    ] {
        let environment = seen(&[source, kustomization, down(10)]);
        assert_stands(&environment, Standing::Failed, reason);
        assert_eq!(ready(&environment), "0/2");
        assert!(
            environment.remarks.iter().any(|remark| remark.reason == Reason::WorkloadNotReady),
            "{:?}",
            environment.remarks
        );
        let last = environment.next.last().expect("a next step");
        assert_eq!(last.command, "kubectl describe -n dev-hello deployment/hello");
    }
    let other =
        with(kustomization(), &[("/spec/sourceRef", json!({ "kind": "OCIRepository", "name": "hello" }))]);
    let environment = seen(&[other, down(600)]);
    assert_stands(&environment, Standing::Unknown, Reason::SourceKindNotFollowed);
    assert_eq!(
        (ready(&environment).as_str(), environment.remarks[0].reason),
        ("0/2", Reason::WorkloadNotReady)
    );
}

#[test]
fn readiness_is_written_with_what_it_rests_on() {
    let ready = Ready { ready: 1, desired: 3, known: true, workloads: 2 };
    let written = serde_json::to_value(ready).expect("JSON");
    assert_eq!(written, json!({ "ready": 1, "desired": 3, "known": true, "workloads": 2 }));
    for (ready, shown) in [
        (Ready { known: false, ..ready }, "?"),
        (Ready { known: false, ..Ready::NONE }, "?"),
        (Ready::NONE, "-"),
        (Ready { workloads: 1, ..Ready::NONE }, "0/0"),
    ] {
        assert_eq!(ready.to_string(), shown);
    }
}

/// Along every recording, and as if nothing came after any of its moments.
#[test]
fn nothing_is_deployed_while_no_pod_is_ready_for_over_a_minute_outside_a_roll_out() {
    let mut outages = 0;
    for name in names() {
        let timeline = Timeline::read(&name);
        for moment in timeline.moments() {
            for later in [0, 30, 61, 120, 1000] {
                let now = moment.now + SignedDuration::from_secs(later);
                let Some(down) = down_for_a_minute(&moment, now) else { continue };
                outages += 1;
                for environment in picture(&moment.cluster, &timeline.selection(), now).environments {
                    let at =
                        format!("{name} at {} + {later}: {down}: {}", moment.seconds, environment.message);
                    assert_ne!(environment.standing, Standing::Deployed, "{at}");
                    assert!(environment.ready.ready < environment.ready.desired, "{at}");
                }
            }
        }
    }
    assert!(outages > 100, "recordings show outages: {outages}");
}

/// A Deployment of the recordings that has had no ready pod for over a minute since it was rolled out.
fn down_for_a_minute(moment: &Moment, now: Timestamp) -> Option<String> {
    let is_down = |object: &&Value| {
        let status = &object["status"];
        let conditions = status["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let condition = |kind: &str| conditions.iter().find(|condition| condition["type"] == kind);
        let is_rolled_out = condition("Progressing")
            .is_some_and(|one| one["reason"] == "NewReplicaSetAvailable")
            && status["observedGeneration"] == object["metadata"]["generation"];
        let unavailable = condition("Available").filter(|one| one["status"] == "False");
        let since = unavailable.and_then(|one| one["lastTransitionTime"].as_str()?.parse::<Timestamp>().ok());
        let is_old = since.is_some_and(|since| now.as_second() - since.as_second() > 60);
        let is_wanted = object["spec"]["replicas"].as_i64().unwrap_or(1) > 0;
        is_wanted && status["readyReplicas"].as_i64().unwrap_or(0) == 0 && is_rolled_out && is_old
    };
    let deployment = moment.objects.iter().filter(|object| object["kind"] == "Deployment").find(is_down)?;
    Some(deployment["metadata"]["name"].to_string())
}
