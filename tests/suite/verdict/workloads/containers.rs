//! Images, ends of containers, volumes and configurations.

use super::super::least::*;
use super::super::workload_objects::*;
use gitops_core::model::verdict::Cause;
use serde_json::{Value, json};

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
                        // It is told once, when the pod comes.
                        warning(
                            ("Pod", "a", "a"),
                            "FailedAttachVolume",
                            "Multi-Attach error for volume \"pvc-1\"",
                            (699, 699, 1),
                        ),
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
