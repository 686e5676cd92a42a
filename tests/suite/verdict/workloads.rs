//! Workloads that never come up: before their deadlines and after, and what a reader is told of them.

use gitops_core::model::verdict::{Cause, Outlook, Reason, Standing};
use serde_json::{Value, json};

use super::least::*;
use super::workload_objects::*;

const KINDS: [(&str, &str); 3] =
    [("Deployment", "ReplicaSet"), ("StatefulSet", "StatefulSet"), ("DaemonSet", "DaemonSet")];

fn row(situation: &'static str, objects: Vec<Value>, stands: (Standing, Reason, Option<Cause>)) -> Row {
    Row { situation, objects, stands, says: &[], next: &[] }
}

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
fn a_job_is_told_before_its_back_off_ends_and_decides_where_it_is_waited_for() {
    let listed =
        |changes: &[(&str, Value)]| with(listing(&["migrate_batch_Job", "hello_apps_Deployment"]), changes);
    let of = |changes: &[(&str, Value)], failed: i64, conditions: Value| {
        let pods = (0..failed).map(|number| failed_pod(&format!("migrate-{number}"), "migrate"));
        [vec![listed(changes), deployment(), job("migrate", failed, conditions)], pods.collect()].concat()
    };
    let wait = [("/spec/wait", json!(true))];
    let check_of = [(
        "/spec/healthChecks",
        json!([{ "apiVersion": "batch/v1", "kind": "Job", "name": "migrate", "namespace": NAMESPACE }]),
    )];
    let other = [(
        "/spec/healthChecks",
        json!([{ "apiVersion": "apps/v1", "kind": "Deployment", "name": "hello", "namespace": NAMESPACE }]),
    )];
    let gone = json!([condition("Failed", "True", "BackoffLimitExceeded", 90)]);
    let failed = (Standing::Failed, Reason::JobFailed, Some(Cause::JobFailed));
    let cannot_pull = waiting_pod("migrate-0", ("Job", "migrate"), 90, "ImagePullBackOff", "");
    check(vec![
        Row {
            says: &[
                "JobFailed/JobFailed: Job dev-hello/migrate has not completed: 4 pods failed (container migrate ended with Error, exit code 1), and it is tried again",
            ],
            next: &["kubectl logs -n dev-hello job/migrate"],
            ..row("it is tried again", of(&[], 4, json!([])), DEPLOYED)
        },
        row("and waited for", of(&wait, 4, json!([])), failed),
        row("by name", of(&check_of, 2, json!([])), failed),
        row("another is waited for", of(&other, 2, json!([])), DEPLOYED),
        row("once alone", of(&wait, 1, json!([])), DEPLOYED),
        Row {
            says: &[
                "Job dev-hello/migrate failed: BackoffLimitExceeded (container migrate ended with Error, exit code 1)",
            ],
            next: &["kubectl logs -n dev-hello job/migrate"],
            ..row("for good", of(&[], 1, gone.clone()), DEPLOYED)
        },
        row("for good, and waited for", of(&wait, 1, gone), failed),
        Row {
            says: &[
                "JobFailed/ImagePull: Job dev-hello/migrate has not completed: pod migrate-0 cannot pull image",
            ],
            next: &["kubectl describe -n dev-hello pod/migrate-0"],
            ..row("its pod says more", [of(&[], 0, json!([])), vec![cannot_pull]].concat(), DEPLOYED)
        },
    ]);
    for objects in [
        of(&wait, 3, json!([condition("Complete", "True", "", 90)])),
        // It expired.
        vec![listed(&wait), deployment()],
        with_suspended_job(of(&wait, 3, json!([]))),
    ] {
        let environment = seen(&[vec![source()], objects].concat());
        assert_stands(&environment, Standing::Deployed, Reason::Applied);
        assert!(environment.remarks.is_empty(), "{:?}", environment.remarks);
    }
}

fn with_suspended_job(mut objects: Vec<Value>) -> Vec<Value> {
    let job = objects.iter_mut().find(|object| object["kind"] == "Job").expect("a Job");
    job["spec"]["suspend"] = json!(true);
    objects
}

#[test]
fn the_last_run_of_a_cron_job_counts() {
    let cron_job = |status: Value, suspend: bool| json!({ "kind": "CronJob", "metadata": { "name": "nightly", "namespace": NAMESPACE, "uid": "c" }, "spec": { "suspend": suspend }, "status": status });
    let run = |name: &str, created: i64, conditions: Value| {
        with(
            job(name, 0, conditions),
            &[
                ("/metadata/creationTimestamp", json!(ago(created))),
                ("/metadata/ownerReferences", json!([{ "kind": "CronJob", "uid": "c" }])),
            ],
        )
    };
    let failed = || json!([condition("Failed", "True", "BackoffLimitExceeded", 90)]);
    let complete = || json!([condition("Complete", "True", "", 90)]);
    let listed = || vec![listing(&["nightly_batch_CronJob", "hello_apps_Deployment"]), deployment()];
    let of = |cron_job: Value, runs: Vec<Value>| [listed(), vec![cron_job], runs].concat();
    check(vec![
        Row {
            says: &[
                "JobFailed/JobFailed: CronJob dev-hello/nightly: its last run failed: Job dev-hello/nightly-2 failed: BackoffLimitExceeded; it has never succeeded",
            ],
            next: &["kubectl logs -n dev-hello job/nightly-2"],
            ..row(
                "it failed",
                of(
                    cron_job(json!({}), false),
                    vec![run("nightly-1", 9000, complete()), run("nightly-2", 90, failed())],
                ),
                DEPLOYED,
            )
        },
        Row {
            says: &["it last succeeded 2 h ago"],
            ..row(
                "the next has begun",
                of(
                    cron_job(json!({ "lastSuccessfulTime": ago(7200) }), false),
                    vec![run("nightly-2", 90, failed()), run("nightly-3", 5, json!([]))],
                ),
                DEPLOYED,
            )
        },
    ]);
    for objects in [
        of(
            cron_job(json!({}), false),
            vec![run("nightly-1", 9000, failed()), run("nightly-2", 90, complete())],
        ),
        of(cron_job(json!({}), true), vec![run("nightly-1", 9000, failed())]),
        of(cron_job(json!({}), false), Vec::new()),
    ] {
        assert_eq!(seen(&[vec![source()], objects].concat()).remarks, []);
    }
}

#[test]
fn a_registry_that_refuses_is_told_from_an_image_that_is_missing() {
    let back_off = "Back-off pulling image \"registry.example/hello:1\"";
    let refused =
        format!("{back_off}: ErrImagePull: failed to authorize: failed to fetch oauth token: 403 Forbidden");
    let old = ["old-1", "old-2"].map(|name| ready_pod(name, ("ReplicaSet", "r1")));
    let sets = [replica_set("r1", 1), replica_set("r2", 2)];
    let of = |message: &str, changes: &[(&str, Value)]| {
        let pod = with(waiting_pod("new", ("ReplicaSet", "r2"), 90, "ImagePullBackOff", message), changes);
        let rolling = with(
            workload("Deployment", 2, 2),
            &[("/status/updatedReplicas", json!(1)), ("/status/replicas", json!(3))],
        );
        [vec![kustomization(), rolling], sets.to_vec(), old.to_vec(), vec![pod]].concat()
    };
    let secret = [("/spec/imagePullSecrets", json!([{ "name": "registry" }]))];
    let event = warning(
        ("Pod", "new", "new"),
        "Failed",
        "Failed to pull image \"registry.example/hello:1\": not found",
        (80, 9, 3),
    );
    check(vec![
        Row {
            says: &[
                "the registry refuses the credentials (403); the pod names no imagePullSecrets",
                "; 2 pods of the revision before still serve",
            ],
            next: &["kubectl describe -n dev-hello pod/new"],
            ..row("the node's credentials", of(&refused, &[]), FAILED(Cause::ImagePull))
        },
        Row {
            says: &["it pulls with imagePullSecrets registry"],
            next: &[
                "test -s token && kubectl create secret docker-registry registry -n dev-hello --docker-server=registry.example --docker-username='<user>' --docker-password=\"$(cat token)\" --dry-run=client -o yaml | kubectl apply -f -",
            ],
            ..row("a Secret's credentials", of(&refused, &secret), FAILED(Cause::ImagePull))
        },
        Row {
            says: &[
                "cannot pull image registry.example/hello:1 (ImagePullBackOff): the registry has no such image",
            ],
            ..row("an event tells", [of(back_off, &secret), vec![event]].concat(), FAILED(Cause::ImagePull))
        },
        row("nothing tells", of("", &[]), FAILED(Cause::ImagePull)),
    ]);
}

#[test]
fn logs_are_those_of_the_container_that_ended() {
    let ended = |name: &str, previous: bool| {
        let end = json!({ "terminated": { "reason": "Error", "exitCode": 1 } });
        let waits = json!({ "waiting": { "reason": "CrashLoopBackOff" } });
        match previous {
            true => json!({ "name": name, "restartCount": 3, "state": waits, "lastState": end }),
            false => json!({ "name": name, "restartCount": 3, "state": end }),
        }
    };
    let runs =
        json!({ "name": "app", "ready": false, "state": { "waiting": { "reason": "PodInitializing" } } });
    let of = |changes: &[(&str, Value)]| {
        [applied("Deployment", 1, 0), vec![with(new_pod("a", ("ReplicaSet", "d"), 90), changes)]].concat()
    };
    let sidecar = json!([{ "name": "proxy", "restartPolicy": "Always" }]);
    check(vec![
        Row {
            says: &["pod a crashes: init container wait ended with Error, exit code 1, 3 restarts"],
            next: &["kubectl logs -n dev-hello a -c wait --previous"],
            ..row(
                "an init container",
                of(&[
                    ("/status/initContainerStatuses", json!([ended("wait", true)])),
                    ("/status/containerStatuses", json!([runs])),
                ]),
                FAILED(Cause::CrashLoop),
            )
        },
        Row {
            says: &["pod a crashes: sidecar proxy"],
            next: &["kubectl logs -n dev-hello a -c proxy --previous"],
            ..row(
                "a sidecar",
                of(&[
                    ("/spec/initContainers", sidecar),
                    ("/status/initContainerStatuses", json!([ended("proxy", true)])),
                ]),
                FAILED(Cause::CrashLoop),
            )
        },
        Row {
            next: &["kubectl logs -n dev-hello a --previous"],
            ..row(
                "the only one",
                of(&[("/status/containerStatuses", json!([ended("app", true)]))]),
                FAILED(Cause::CrashLoop),
            )
        },
        Row {
            next: &["kubectl logs -n dev-hello a"],
            ..row(
                "one without another before it",
                of(&[("/status/containerStatuses", json!([ended("app", false)]))]),
                FAILED(Cause::CrashLoop),
            )
        },
    ]);
}

#[test]
fn a_container_that_is_killed_says_by_whom() {
    let of = |reason: &str, code: i64, message: &str| {
        let end = json!({ "terminated": { "reason": reason, "exitCode": code, "message": message } });
        let status = json!([{ "name": "app", "restartCount": 4, "state": { "waiting": { "reason": "CrashLoopBackOff" } }, "lastState": end }]);
        [
            applied("Deployment", 1, 0),
            vec![with(new_pod("a", ("ReplicaSet", "d"), 90), &[("/status/containerStatuses", status)])],
        ]
        .concat()
    };
    let probe = warning(("Pod", "a", "a"), "Unhealthy", "Liveness probe failed: HTTP 500", (80, 5, 9));
    check(vec![
        Row {
            says: &["ended with OOMKilled, exit code 137, 4 restarts"],
            ..row(
                "memory",
                [of("OOMKilled", 137, ""), vec![probe.clone()]].concat(),
                FAILED(Cause::CrashLoop),
            )
        },
        Row {
            says: &["exit code 139 (SIGSEGV)"],
            ..row("a fault", of("Error", 139, ""), FAILED(Cause::CrashLoop))
        },
        Row {
            says: &[
                "exit code 137 (SIGKILL), 4 restarts; the kubelet restarts it: Liveness probe failed: HTTP 500",
            ],
            ..row("a probe", [of("Error", 137, ""), vec![probe]].concat(), FAILED(Cause::CrashLoop))
        },
        Row {
            says: &["its image is made for another platform (exec format error)"],
            ..row(
                "another platform",
                of("StartError", 128, "exec /app: exec format error"),
                FAILED(Cause::CrashLoop),
            )
        },
    ]);
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
fn volumes_and_configurations_are_named() {
    let waiting = |changes: &[(&str, Value)]| {
        let pod = waiting_pod("a", ("StatefulSet", "d"), 700, "ContainerCreating", "");
        let claim = json!({ "nodeName": "node-1", "volumes": [{ "persistentVolumeClaim": { "claimName": "data-a" } }] });
        [applied("StatefulSet", 2, 1), vec![with(with(pod, &[("/spec", claim)]), changes)]].concat()
    };
    let event = |reason: &str, message: &str| warning(("Pod", "a", "a"), reason, message, (700, 60, 9));
    let unscheduled = |message: &str| {
        let condition =
            with(condition("PodScheduled", "False", "Unschedulable", 700), &[("/message", json!(message))]);
        waiting(&[("/status/conditions", json!([condition])), ("/status/containerStatuses", json!([]))])
    };
    let configuration = |reason: &str, message: &str| {
        [applied("StatefulSet", 2, 1), vec![waiting_pod("a", ("StatefulSet", "d"), 700, reason, message)]]
            .concat()
    };
    check(vec![
        Row {
            says: &["pod a cannot mount a volume: Multi-Attach error for volume \"pvc-1\""],
            next: &["kubectl describe -n dev-hello pvc/data-a", "kubectl get volumeattachments"],
            ..row(
                "another node holds it",
                [
                    waiting(&[]),
                    vec![
                        event("FailedAttachVolume", "Multi-Attach error for volume \"pvc-1\""),
                        event("FailedMount", "timed out"),
                    ],
                ]
                .concat(),
                FAILED(Cause::VolumeMount),
            )
        },
        Row {
            next: &["kubectl describe -n dev-hello configmap/settings"],
            ..row(
                "a ConfigMap is missing",
                [
                    waiting(&[]),
                    vec![event(
                        "FailedMount",
                        "MountVolume.SetUp failed for volume \"a\" : configmap \"settings\" not found",
                    )],
                ]
                .concat(),
                FAILED(Cause::VolumeMount),
            )
        },
        row(
            "it was mounted since",
            [
                waiting(&[(
                    "/status/conditions",
                    json!([
                        condition("PodReadyToStartContainers", "True", "", 60),
                        condition("Ready", "False", "", 700)
                    ]),
                )]),
                vec![event("FailedMount", "timed out")],
            ]
            .concat(),
            FAILED(Cause::NotReady),
        ),
        Row {
            next: &["kubectl describe -n dev-hello pvc/data-a"],
            ..row(
                "a claim is not bound",
                unscheduled("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims."),
                FAILED(Cause::VolumeMount),
            )
        },
        row(
            "no node fits",
            unscheduled("0/3 nodes are available: 3 Insufficient cpu."),
            FAILED(Cause::Unschedulable),
        ),
        Row {
            says: &["cannot start container app (CreateContainerConfigError): secret \"token\" not found"],
            next: &["kubectl describe -n dev-hello secret/token"],
            ..row(
                "a Secret is missing",
                configuration("CreateContainerConfigError", "secret \"token\" not found"),
                FAILED(Cause::ContainerConfiguration),
            )
        },
        row(
            "it cannot be run",
            configuration("RunContainerError", "no such file"),
            FAILED(Cause::ContainerConfiguration),
        ),
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
