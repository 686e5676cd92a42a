//! What following a cluster costs, at two sizes: in proportion to its changes, and nothing while none come.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Answer, ClusterState, Kind, Scope, Selection};
use crate::model::pipeline::ClusterRef;
use crate::model::verdict::{Standing, picture, wants};

const NAMESPACE: &str = "dev-hello";
const PODS_OF_WORKLOAD: usize = 10;
/// Sets of changes that are judged together while everything rolls out.
const JUDGEMENTS: usize = 10;

fn meta(name: &str, owner: Option<(&str, &str)>) -> Value {
    let owners: Vec<Value> =
        owner.into_iter().map(|(kind, uid)| json!({ "kind": kind, "uid": uid })).collect();
    json!({
        "name": name, "namespace": NAMESPACE, "uid": name, "labels": { "app": "hello" },
        "annotations": { "deployment.kubernetes.io/revision": "1" }, "ownerReferences": owners,
    })
}

fn pod(workload: usize, number: usize, is_ready: bool) -> Value {
    let name = format!("pod-{workload}-{number}");
    let set = format!("set-{workload}");
    let container = json!({ "name": "app", "ready": is_ready, "state": { "running": {} } });
    json!({
        "metadata": meta(&name, Some(("ReplicaSet", &set))),
        "status": { "phase": "Running", "containerStatuses": [container] },
    })
}

/// That a pod's probe failed a moment ago.
fn probe_failure(number: usize) -> Value {
    let name = format!("pod-{}-{number}", number / PODS_OF_WORKLOAD);
    json!({
        "metadata": { "name": format!("event-{number}"), "namespace": NAMESPACE, "uid": format!("event-{number}") },
        "reason": "Unhealthy", "message": "Readiness probe failed", "type": "Warning",
        "involvedObject": { "kind": "Pod", "namespace": NAMESPACE, "name": name, "uid": name },
    })
}

/// A cluster with so many pods, in Deployments that each have a kustomization, and one kustomization more that
/// lists them all.
fn cluster(pods: usize) -> ClusterState {
    let workloads = pods / PODS_OF_WORKLOAD;
    let revision = "dev@sha1:d61d3702f941f7a0787e29e428e569152f66e7bf";
    let entry = |workload: usize| json!({ "id": format!("{NAMESPACE}_app-{workload}_apps_Deployment") });
    let kustomization = |name: &str, entries: Vec<Value>| {
        json!({
            "metadata": meta(name, None),
            "spec": { "sourceRef": { "kind": "GitRepository", "name": "hello" } },
            "status": {
                "lastAttemptedRevision": revision, "lastAppliedRevision": revision, "observedGeneration": 0,
                "inventory": { "entries": entries },
            },
        })
    };
    let source = json!({
        "metadata": meta("hello", None),
        "status": { "artifact": { "revision": revision }, "observedGeneration": 0 },
    });
    let deployment = |workload: usize| {
        json!({
            "metadata": meta(&format!("app-{workload}"), None),
            "spec": { "replicas": PODS_OF_WORKLOAD, "selector": { "matchLabels": { "app": "hello" } } },
            "status": {
                "updatedReplicas": PODS_OF_WORKLOAD, "readyReplicas": PODS_OF_WORKLOAD,
                "availableReplicas": PODS_OF_WORKLOAD,
            },
        })
    };
    let set = |workload: usize| {
        let owner = format!("app-{workload}");
        json!({ "metadata": meta(&format!("set-{workload}"), Some(("Deployment", &owner))) })
    };
    let each = (0..workloads).map(|workload| kustomization(&format!("k-{workload}"), vec![entry(workload)]));
    let all = kustomization("all", (0..workloads).map(entry).collect());
    let mut cluster = ClusterState::new(ClusterRef::InCluster);
    for (kind, objects) in [
        (Kind::GitRepository, vec![source]),
        (Kind::Kustomization, each.chain([all]).collect()),
        (Kind::Deployment, (0..workloads).map(deployment).collect()),
        (Kind::ReplicaSet, (0..workloads).map(set).collect()),
        (Kind::Warning, (0..pods).map(probe_failure).collect()),
        (
            Kind::Pod,
            (0..pods).map(|pod_number| pod(pod_number / PODS_OF_WORKLOAD, pod_number, true)).collect(),
        ),
    ] {
        cluster.replace(Scope::namespace(kind, NAMESPACE), Answer::Objects(objects));
    }
    cluster
}

fn judge(cluster: &ClusterState, now: Timestamp) {
    let selection = Selection::Namespace(NAMESPACE.to_owned());
    wants(cluster, &selection);
    let picture = picture(cluster, &selection, now);
    assert_eq!(picture.environments.len(), 1);
    assert_eq!(picture.environments[0].standing, Standing::Deployed, "{}", picture.environments[0].message);
}

/// What it costs to follow every pod becoming unready and ready again.
fn cost_of_a_roll_out(pods: usize) -> usize {
    let mut cluster = cluster(pods);
    judge(&cluster, Timestamp::UNIX_EPOCH);
    let before = cluster.work();
    let scope = Scope::namespace(Kind::Pod, NAMESPACE);
    let pods: Vec<usize> = (0..pods).collect();
    for together in pods.chunks(pods.len() / JUDGEMENTS) {
        for is_ready in [false, true] {
            for number in together {
                let object = pod(number / PODS_OF_WORKLOAD, *number, is_ready);
                assert!(cluster.put(&scope, &object), "a change");
                assert!(!cluster.put(&scope, &object), "none");
            }
        }
        judge(&cluster, Timestamp::UNIX_EPOCH);
    }
    cluster.work() - before
}

#[test]
fn a_roll_out_costs_in_proportion_to_its_changes() {
    let (small, large) = (cost_of_a_roll_out(1_000), cost_of_a_roll_out(10_000));
    assert!(small > 4_000, "every change is read: {small}");
    assert!(large <= 11 * small, "ten times the changes cost {large}, once {small}");
}

#[test]
fn what_was_said_of_one_pod_is_found_without_the_others() {
    let mut cluster = cluster(PODS_OF_WORKLOAD);
    for number in 0..PODS_OF_WORKLOAD {
        cluster.put(&Scope::namespace(Kind::Pod, NAMESPACE), &pod(0, number, false));
    }
    let workload = cluster.facts().workloads[0].clone();
    assert_eq!(workload.pods.len(), PODS_OF_WORKLOAD);
    for pod in &workload.pods {
        let said: Vec<&str> =
            workload.pod_events.of(pod).iter().map(|event| event.about.2.as_str()).collect();
        assert_eq!(said, [pod.meta.name.as_str()]);
    }
}

#[test]
fn time_that_passes_joins_nothing_anew() {
    let cluster = cluster(1_000);
    judge(&cluster, Timestamp::UNIX_EPOCH);
    let before = cluster.work();
    for second in 1..=60 {
        judge(&cluster, Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second));
    }
    assert_eq!(cluster.work(), before);
}

#[test]
fn a_watch_that_goes_on_after_a_refusal_still_has_its_objects() {
    let mut cluster = cluster(100);
    let scope = Scope::namespace(Kind::Deployment, NAMESPACE);
    assert!(cluster.replace(scope.clone(), Answer::Forbidden));
    assert!(!cluster.replace(scope.clone(), Answer::Forbidden));
    assert_eq!(cluster.facts().workloads.len(), 0);
    let removed = json!({ "metadata": { "name": "app-0", "namespace": NAMESPACE } });
    assert!(cluster.remove(&scope, &removed));
    assert_eq!(cluster.facts().workloads.len(), 9);
    assert_eq!(cluster.unanswered(), []);
}
