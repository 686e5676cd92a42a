//! Changes by hand: in force, put back, and neither.

use gitops_core::model::verdict::{EnvironmentStatus, Reason};
use serde_json::{Value, json};

use super::least::*;

/// The Deployment, which a manager last wrote so many seconds ago.
fn written(manager: &str, subresource: &str, seconds: i64) -> Value {
    let fields = json!({ "f:spec": { "f:replicas": {} } });
    let entry = json!({ "manager": manager, "subresource": subresource, "operation": "Update", "time": ago(seconds), "fieldsV1": fields });
    with(deployment(), &[("/metadata/managedFields", json!([entry]))])
}

/// The kustomization, which Flux last applied so many seconds ago.
fn applied(seconds: i64) -> Value {
    let entry = json!({ "metadata": { "revision": REVISION }, "lastReconciledStatus": "ReconciliationSucceeded", "firstReconciled": ago(590), "lastReconciled": ago(seconds) });
    with(kustomization(), &[("/status/history", json!([entry]))])
}

/// The event that Flux configured the Deployment, so many seconds ago.
fn configured(message: &str, seconds: i64) -> Value {
    json!({
        "kind": "Event", "type": "Normal", "reason": "Progressing", "message": message,
        "firstTimestamp": ago(seconds), "lastTimestamp": ago(seconds),
        "metadata": { "name": format!("at-{seconds}"), "namespace": NAMESPACE, "annotations": { "kustomize.toolkit.fluxcd.io/revision": REVISION } },
        "involvedObject": { "kind": "Kustomization", "namespace": NAMESPACE, "name": "hello-dev-hello-dev", "uid": "k" },
    })
}

fn drifts(environment: &EnvironmentStatus) -> Vec<(Reason, &str)> {
    let drifts = environment.remarks.iter();
    let drifts = drifts.filter(|remark| matches!(remark.reason, Reason::Drift | Reason::DriftCorrected));
    drifts.map(|remark| (remark.reason, remark.message.as_str())).collect()
}

const FIRST: &str = "Deployment/dev-hello/hello created";
const AGAIN: &str = "Deployment/dev-hello/hello configured";

#[test]
fn a_change_in_force_is_not_reported_as_put_back() {
    let events = [configured(FIRST, 590), configured(AGAIN, 200)];
    let drifts_with = |deployment: Value| {
        let environment = seen(&[&[source(), applied(100), deployment], events.as_slice()].concat());
        drifts(&environment)
            .into_iter()
            .map(|(reason, message)| (reason, message.to_owned()))
            .collect::<Vec<_>>()
    };
    let in_force = "Deployment dev-hello/hello was changed by kubectl-edit 30 s ago; \
                    Flux puts back what is in Git at its next interval";
    assert_eq!(drifts_with(written("kubectl-edit", "", 30)), [(Reason::Drift, in_force.to_owned())]);
    let put_back = format!("changes made by hand were put back 3 min ago: {AGAIN}");
    assert_eq!(drifts_with(written("kubectl-edit", "", 300)), [(Reason::DriftCorrected, put_back)]);
}

#[test]
fn what_was_put_back_is_news_for_an_hour_and_for_its_revision() {
    let old = |seconds: i64| with(source(), &[("/status/artifact/lastUpdateTime", json!(ago(seconds)))]);
    let is_news = |stored: i64, first: i64, again: i64| {
        let objects =
            [old(stored), applied(10), deployment(), configured(FIRST, first), configured(AGAIN, again)];
        !drifts(&seen(&objects)).is_empty()
    };
    assert!(is_news(9000, 8990, 3500));
    assert!(!is_news(9000, 8990, 3700), "over an hour ago");
    assert!(!is_news(100, 8990, 90), "applied for the first time since it was fetched again");
}

#[test]
fn what_scales_on_its_own_is_nobodys_hand() {
    let count = |manager: &str, subresource: &str| {
        drifts(&seen(&[source(), applied(100), written(manager, subresource, 30)])).len()
    };
    assert_eq!(count("kube-controller-manager", "scale"), 0);
    assert_eq!(count("horizontal-pod-autoscaler", ""), 0);
    assert_eq!(count("kubectl-edit", "status"), 0);
    let environment = seen(&[source(), applied(100), written("kubectl", "scale", 30)]);
    assert!(drifts(&environment)[0].1.contains("was scaled by kubectl 30 s ago; "), "{environment:?}");
}

#[test]
fn nothing_is_put_back_while_it_is_suspended() {
    let suspended = with(applied(100), &[("/spec/suspend", json!(true)), ("/metadata/generation", json!(2))]);
    let environment = seen(&[source(), suspended, written("kubectl-edit", "", 30)]);
    assert!(drifts(&environment)[0].1.ends_with("; Flux leaves that alone while it is suspended"));
}

#[test]
fn what_is_written_while_flux_awaits_health_stands() {
    let entry = json!({ "metadata": { "revision": REVISION }, "lastReconciledStatus": "ReconciliationSucceeded", "firstReconciled": ago(590), "lastReconciled": ago(10), "lastReconciledDuration": "25.4s" });
    let applied = with(kustomization(), &[("/status/history", json!([entry]))]);
    let reasons = |seconds: i64| -> Vec<Reason> {
        let objects = [source(), applied.clone(), written("kubectl", "scale", seconds)];
        drifts(&seen(&objects)).into_iter().map(|(reason, _)| reason).collect()
    };
    assert_eq!(reasons(20), [Reason::Drift], "after Flux had applied, before the health check ended");
    assert_eq!(reasons(40), <[Reason; 0]>::default(), "before Flux applied");
}

#[test]
fn what_is_scaled_to_nothing_by_hand_is_failing() {
    let scaled = with(
        written("kubectl", "scale", 30),
        &[("/spec/replicas", json!(0)), ("/status", json!({ "observedGeneration": 1 }))],
    );
    let environment = seen(&[source(), applied(100), scaled.clone()]);
    assert_eq!(environment.ready.to_string(), "0/0");
    assert!(environment.is_failing(), "{environment:?}");
    let wanted = with(scaled, &[("/metadata/managedFields", json!([]))]);
    assert!(!seen(&[source(), applied(100), wanted]).is_failing(), "as Git wants it");
}
