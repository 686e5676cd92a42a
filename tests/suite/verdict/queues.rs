//! A controller that is at work on other objects, or that runs and does not do what it should, against one that does
//! not run.

use gitops_core::model::cluster::{Answer, Kind, Scope};
use gitops_core::model::verdict::{EnvironmentStatus, Outlook, Reason, SinceFrom, Standing};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::least::*;
use super::timeline::cluster;

/// What is said of these objects, while every controller of Flux is available.
fn beside_flux(objects: &[Value]) -> EnvironmentStatus {
    let mut answers = cluster(NAMESPACE, objects);
    let flux = ["source-controller", "kustomize-controller", "helm-controller"].map(running_controller);
    answers.replace(Scope::namespace(Kind::Deployment, "flux-system"), Answer::Objects(flux.to_vec()));
    judged(&answers).environments.remove(0)
}

/// A source whose revision was fetched so many seconds ago, and a kustomization that has not begun it.
fn untaken(seconds: i64) -> Vec<Value> {
    let fetched = with(source(), &[("/status/artifact/lastUpdateTime", json!(ago(seconds)))]);
    let older = [
        ("/status/lastAttemptedRevision", json!(OLDER)),
        ("/status/lastAppliedRevision", json!(OLDER)),
        ("/status/conditions", json!([condition("Ready", "True", "ReconciliationSucceeded", 3000)])),
    ];
    vec![fetched, with(kustomization(), &older), deployment()]
}

/// Another kustomization, with an attempt that goes on for so many seconds, and 15 minutes at most.
fn busy(seconds: i64) -> Value {
    let trying = json!([
        condition("Ready", "Unknown", "Progressing", seconds),
        condition("Reconciling", "True", "Progressing", seconds),
    ]);
    let changes = [
        ("/metadata/name", json!("tenants")),
        ("/metadata/uid", json!("t")),
        ("/spec/timeout", json!("15m")),
        ("/spec/targetNamespace", json!("elsewhere")),
        ("/status/inventory", json!(null)),
        ("/status/conditions", trying),
    ];
    with(kustomization(), &changes)
}

fn restarts(environment: &EnvironmentStatus) -> bool {
    environment.next.iter().any(|next| next.command.contains("rollout restart"))
}

#[test]
fn what_a_busy_controller_has_not_begun_waits_its_turn() {
    let waiting = [untaken(300), vec![busy(300)]].concat();
    for environment in [seen_in(&waiting), beside_flux(&waiting)] {
        assert_stands(&environment, Standing::Syncing, Reason::NewRevision);
        let ahead = "waits its turn behind Kustomization dev-hello/tenants";
        assert!(environment.message.contains(ahead), "{}", environment.message);
        let until = now() + SignedDuration::from_secs(900 + 60 - 300);
        assert_eq!(environment.outlook, Outlook::MayMend { until: Some(until) });
        assert!(!restarts(&environment), "{:?}", environment.next);
    }
    let stuck = [untaken(1300), vec![busy(961)]].concat();
    assert_stands(&seen_in(&stuck), Standing::Unknown, Reason::ControllerNotRunning);
}

fn seen_in(objects: &[Value]) -> EnvironmentStatus {
    let environments = judged(&cluster(NAMESPACE, objects)).environments;
    environments.into_iter().find(|environment| environment.id.namespace == NAMESPACE).expect("environment")
}

#[test]
fn a_controller_that_is_available_runs_though_it_does_not_do_what_it_should() {
    let trying = json!([condition("Ready", "Unknown", "Progressing", 7200)]);
    let overdue = [("/status/lastAppliedRevision", json!(OLDER)), ("/status/conditions", trying)];
    let attempt = vec![source(), with(kustomization(), &overdue), deployment()];
    let fetching = json!([condition("Ready", "Unknown", "Progressing", 7200)]);
    let fetch = vec![with(source(), &[("/status/conditions", fetching)]), kustomization(), deployment()];
    let applied = with(kustomization(), &[("/status/history", history(7200))]);
    let untouched = vec![source(), applied, deployment()];
    for (objects, controller) in [
        (untaken(300), "kustomize-controller"),
        (attempt, "kustomize-controller"),
        (untouched, "kustomize-controller"),
    ] {
        let environment = beside_flux(&objects);
        assert_stands(&environment, Standing::Unknown, Reason::DeadlineExceeded);
        let runs = format!("although {controller} runs");
        assert!(environment.message.contains(&runs), "{}", environment.message);
        let log = format!("kubectl logs -n flux-system deployment/{controller}");
        assert!(environment.next[0].command.starts_with(&log), "{:?}", environment.next);
        assert!(environment.next.last().is_some_and(|last| last.command.contains("rollout restart")));
    }
    assert_ne!(beside_flux(&fetch).reason, Reason::ControllerNotRunning);
}

fn history(seconds: i64) -> Value {
    json!([{ "metadata": { "revision": REVISION }, "lastReconciled": ago(seconds), "lastReconciledStatus": "ReconciliationSucceeded" }])
}

#[test]
fn a_restart_is_not_advised_while_the_controller_does_something() {
    let trying = json!([condition("Ready", "Unknown", "Progressing", 7200)]);
    let overdue = [("/status/lastAppliedRevision", json!(OLDER)), ("/status/conditions", trying)];
    let objects = [source(), with(kustomization(), &overdue), deployment(), busy(300)];
    for environment in [seen_in(&objects), beside_flux(&objects)] {
        assert_stands(&environment, Standing::Unknown, Reason::DeadlineExceeded);
        assert!(!restarts(&environment), "{:?}", environment.next);
    }
}

#[test]
fn a_crash_decides_what_an_attempt_without_an_end_came_to() {
    let trying = json!([condition("Ready", "Unknown", "Progressing", 7200)]);
    let first = [("/status/lastAppliedRevision", json!(null)), ("/status/conditions", trying)];
    let down = [
        ("/status/readyReplicas", json!(0)),
        ("/status/availableReplicas", json!(0)),
        ("/metadata/creationTimestamp", json!(ago(7200))),
        (
            "/status/conditions",
            json!([
                condition("Available", "False", "MinimumReplicasUnavailable", 7200),
                condition("Progressing", "False", "ProgressDeadlineExceeded", 6600),
            ]),
        ),
    ];
    let objects = [source(), with(kustomization(), &first), with(deployment(), &down)];
    let environment = beside_flux(&objects);
    assert_stands(&environment, Standing::Failed, Reason::WorkloadNotReady);
}

#[test]
fn a_crashing_controller_is_told_since_it_became_unavailable() {
    let ended = json!({ "terminated": { "reason": "Error", "exitCode": 1, "startedAt": ago(120), "finishedAt": ago(110) } });
    let pod = json!({
        "kind": "Pod",
        "metadata": { "name": "source-controller-1", "namespace": "flux-system", "uid": "p", "labels": { "app": "source-controller" } },
        "status": { "phase": "Running", "containerStatuses": [{
            "name": "manager", "image": "x", "ready": false, "restartCount": 21,
            "state": { "waiting": { "reason": "CrashLoopBackOff" } }, "lastState": ended,
        }] },
    });
    let changes = [
        ("/spec/selector", json!({ "matchLabels": { "app": "source-controller" } })),
        ("/status/availableReplicas", json!(0)),
        ("/status/conditions", json!([condition("Available", "False", "x", 1800)])),
    ];
    let crashing = with(running_controller("source-controller"), &changes);
    let mut answers = cluster(NAMESPACE, &[source(), kustomization(), deployment()]);
    let flux = vec![crashing, running_controller("kustomize-controller")];
    answers.replace(Scope::namespace(Kind::Deployment, "flux-system"), Answer::Objects(flux));
    answers.replace(Scope::namespace(Kind::Pod, "flux-system"), Answer::Objects(vec![pod]));
    let environment = judged(&answers).environments.remove(0);
    assert_stands(&environment, Standing::Unknown, Reason::ControllerNotRunning);
    let since = environment.since.expect("since");
    assert_eq!((since.time.to_string(), since.from), (ago(1800), SinceFrom::Condition));
}

fn labelled(object: Value, name: &str) -> Value {
    let labels = json!({ "kustomize.toolkit.fluxcd.io/name": name, "kustomize.toolkit.fluxcd.io/namespace": "flux-system" });
    with(object, &[("/metadata/labels", labels)])
}

#[test]
fn a_label_of_what_is_gone_does_not_count_beside_what_delivers() {
    let namespace =
        json!({ "kind": "Namespace", "metadata": { "name": NAMESPACE }, "status": { "phase": "Active" } });
    let namespace = labelled(namespace, "bootstrap");
    let old = [("/metadata/name", json!("old")), ("/metadata/uid", json!("o"))];
    let old = labelled(with(deployment(), &old), "legacy");
    let judge = |objects: &[Value]| {
        let mut answers = cluster(NAMESPACE, objects);
        answers.replace(
            Scope::cluster(Kind::Kustomization),
            Answer::Objects(
                objects.iter().filter(|object| object["kind"] == "Kustomization").cloned().collect(),
            ),
        );
        answers
            .replace(Scope::object(Kind::Namespace, "", NAMESPACE), Answer::Objects(vec![namespace.clone()]));
        judged(&answers).environments.remove(0)
    };
    let environment = judge(&[source(), kustomization(), deployment()]);
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    assert!(environment.remarks.is_empty(), "{:?}", environment.remarks);
    let environment = judge(&[source(), kustomization(), deployment(), old.clone()]);
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    let told = environment.remarks.iter().any(|remark| {
        remark.reason == Reason::KustomizationMissing
            && remark.message.starts_with("Deployment dev-hello/old is kept by nobody")
    });
    assert!(told, "{:?}", environment.remarks);
    assert_stands(&judge(&[old]), Standing::NotDeployed, Reason::KustomizationMissing);
}
