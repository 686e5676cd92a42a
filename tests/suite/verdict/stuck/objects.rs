//! Situations that move, wait or stand still.

use super::super::least::*;
use super::super::timeline::cluster;
use gitops_core::model::cluster::{Answer, ClusterState, Kind, Scope};
use gitops_core::model::verdict::{EnvironmentStatus, Picture};
use serde_json::{Value, json};

/// Interval 10 s, timeout 40 s, at another revision than the fetched one, with these conditions.
pub(super) fn trying(attempted: &str, conditions: Value) -> Value {
    let changes = [
        ("/status/lastAttemptedRevision", json!(attempted)),
        ("/status/lastAppliedRevision", json!(OLDER)),
        ("/status/conditions", conditions),
    ];
    with(kustomization(), &changes)
}

pub(super) fn fetched(seconds: i64) -> Value {
    with(source(), &[("/status/artifact/lastUpdateTime", json!(ago(seconds)))])
}

pub(super) fn reconciling(seconds: i64) -> Value {
    condition("Reconciling", "True", "Progressing", seconds)
}

pub(super) fn has_follow(environment: &EnvironmentStatus) -> bool {
    environment.next.iter().any(|next| next.command.contains("--watch"))
}

/// A kustomization of this name that waits for these.
pub(super) fn waiting(name: &str, dependencies: &[&str], applied: bool) -> Value {
    let depends: Vec<Value> = dependencies.iter().map(|name| json!({ "name": name })).collect();
    let applied = if applied { json!(OLDER) } else { json!(null) };
    let conditions = json!([condition("Ready", "False", "DependencyNotReady", 500)]);
    let changes = [
        ("/metadata/name", json!(name)),
        ("/metadata/uid", json!(name)),
        ("/spec/dependsOn", json!(depends)),
        ("/status/lastAppliedRevision", applied.clone()),
        ("/status/lastAttemptedRevision", applied),
        ("/status/conditions", conditions),
        ("/status/inventory", json!({ "entries": [] })),
    ];
    with(kustomization(), &changes)
}

/// Situations in which nothing ends by itself, one for each kind of advice.
pub(in crate::verdict) fn pictures() -> Vec<Picture> {
    let name = "kustomize-controller";
    let crashing = |reason: &str| {
        let waiting = json!({ "waiting": { "reason": "CrashLoopBackOff", "message": "" } });
        let pod = controller_pod(name, waiting, ended(reason, 137, 20, 100));
        with_flux(vec![controller(name, 0, 20)], vec![pod], active())
    };
    let others = || vec![controller("source-controller", 1, 86_400)];
    let of_azure = |mut answers: ClusterState| {
        let scope = Scope::object(Kind::ArcConfig, "azure-arc", "azure-clusterconfig");
        answers.replace(scope, Answer::Objects(vec![json!({ "data": { "AZURE_RESOURCE_GROUP": "rg-1" } })]));
        answers
    };
    let failing = json!([condition("Ready", "False", "Progressing", 9000), reconciling(9000)]);
    let trying_for_long = trying(REVISION, failing);
    let objects = [
        vec![source(), waiting("a", &["a"], false)],
        vec![fetched(9000), trying_for_long],
        vec![with(source(), &[("/status", json!({}))]), kustomization()],
    ];
    let answers = objects.iter().map(|objects| cluster(NAMESPACE, objects));
    let of_flux = [
        crashing("OOMKilled"),
        of_azure(crashing("OOMKilled")),
        crashing("Error"),
        with_flux(others(), Vec::new(), active()),
        of_azure(with_flux(others(), Vec::new(), active())),
        with_flux(Vec::new(), Vec::new(), going("flux-system", 1800)),
    ];
    let mut in_going_namespace = cluster(NAMESPACE, &[source(), kustomization(), deployment()]);
    let scope = Scope::object(Kind::Namespace, "", NAMESPACE);
    in_going_namespace.replace(scope, Answer::Objects(vec![going(NAMESPACE, 600)]));
    answers.chain(of_flux).chain([in_going_namespace]).map(|answers| judged(&answers)).collect()
}

/// A namespace that is being deleted.
pub(super) fn going(name: &str, seconds: i64) -> Value {
    let held = json!([{
        "type": "NamespaceContentRemaining", "status": "True", "reason": "SomeResourcesRemain",
        "message": "pods. has 1 resource instances",
    }]);
    json!({
        "kind": "Namespace", "metadata": { "name": name, "deletionTimestamp": ago(seconds) },
        "status": { "phase": "Terminating", "conditions": held },
    })
}

/// A Deployment in Flux's namespace, rolled out a day ago.
pub(super) fn controller(name: &str, available: i64, since: i64) -> Value {
    let status = if available > 0 { "True" } else { "False" };
    let mut progressing = condition("Progressing", "True", "NewReplicaSetAvailable", 86_400);
    progressing["lastUpdateTime"] = json!(ago(86_400));
    json!({
        "kind": "Deployment",
        "metadata": { "name": name, "namespace": "flux-system", "generation": 1, "uid": name },
        "spec": { "replicas": 1, "selector": { "matchLabels": { "app": name } } },
        "status": {
            "observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": available, "readyReplicas": available,
            "conditions": [condition("Available", status, "x", since), progressing],
        },
    })
}

pub(super) fn controller_pod(name: &str, state: Value, last: Value) -> Value {
    json!({
        "kind": "Pod",
        "metadata": { "name": format!("{name}-1"), "namespace": "flux-system", "uid": "p", "labels": { "app": name } },
        "status": { "phase": "Running", "containerStatuses": [{
            "name": "manager", "image": "x", "ready": state.get("running").is_some(), "restartCount": 21, "state": state, "lastState": last,
        }] },
    })
}

pub(super) fn with_flux(deployments: Vec<Value>, pods: Vec<Value>, namespace: Value) -> ClusterState {
    let mut answers = cluster(NAMESPACE, &[source(), kustomization(), deployment()]);
    answers.replace(Scope::namespace(Kind::Deployment, "flux-system"), Answer::Objects(deployments));
    answers.replace(Scope::namespace(Kind::Pod, "flux-system"), Answer::Objects(pods));
    answers.replace(Scope::object(Kind::Namespace, "", "flux-system"), Answer::Objects(vec![namespace]));
    answers
}

pub(super) fn active() -> Value {
    json!({ "kind": "Namespace", "metadata": { "name": "flux-system" }, "status": { "phase": "Active" } })
}

pub(super) fn ended(reason: &str, code: i64, ran: i64, seconds: i64) -> Value {
    json!({ "terminated": { "reason": reason, "exitCode": code, "startedAt": ago(seconds + ran), "finishedAt": ago(seconds) } })
}
