//! Since when an environment stands where it stands, and what that was taken from.

use gitops_core::model::cluster::{Answer, Kind, Scope};
use gitops_core::model::verdict::{EnvironmentStatus, Reason, SinceFrom};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::least::*;
use super::properties::{of_kind, verdicts};
use super::timeline::{Timeline, cluster, names};

/// The beginning of the verdict on these objects: so many seconds ago, taken from what.
fn begun(objects: &[Value]) -> (Reason, Option<(i64, SinceFrom)>) {
    let environment = seen(objects);
    let since = environment.since.map(|since| (now().as_second() - since.time.as_second(), since.from));
    (environment.reason, since)
}

fn history(outcome: &str, first: i64, last: i64) -> Value {
    json!({
        "metadata": { "revision": REVISION }, "lastReconciledStatus": outcome,
        "firstReconciled": ago(first), "lastReconciled": ago(last),
    })
}

/// A kustomization that failed last so many seconds ago.
fn failed(reason: &str, seconds: i64, history: Value) -> Value {
    let conditions = json!([condition("Ready", "False", reason, seconds)]);
    with(kustomization(), &[("/status/conditions", conditions), ("/status/history", history)])
}

fn warning(about: Value, reason: &str, first: i64, last: i64) -> Value {
    json!({
        "kind": "Event", "type": "Warning", "reason": reason, "message": "no",
        "firstTimestamp": ago(first), "lastTimestamp": ago(last), "involvedObject": about,
        "metadata": {
            "name": format!("{reason}-{first}"), "namespace": NAMESPACE,
            "annotations": { "kustomize.toolkit.fluxcd.io/revision": REVISION },
        },
    })
}

#[test]
fn a_retry_does_not_begin_a_failure_anew() {
    let about =
        json!({ "kind": "Kustomization", "namespace": NAMESPACE, "name": "hello-dev-hello-dev", "uid": "k" });
    let event = warning(about, "BuildFailed", 400, 3);
    let all = |failed: Value, events: &[Value]| begun(&[&[source(), failed, deployment()], events].concat());
    assert_eq!(
        all(failed("BuildFailed", 3, json!([])), &[event]),
        (Reason::BuildFailed, Some((400, SinceFrom::Event)))
    );
    let remembered = json!([history("HealthCheckFailed", 500, 3)]);
    assert_eq!(
        all(failed("HealthCheckFailed", 3, remembered), &[]),
        (Reason::HealthCheckFailed, Some((500, SinceFrom::History)))
    );
    assert_eq!(
        all(failed("BuildFailed", 3, json!([])), &[]),
        (Reason::BuildFailed, Some((3, SinceFrom::Condition))),
        "where nothing else remembers"
    );
}

#[test]
fn a_failure_is_not_older_than_its_revision_nor_than_a_success_of_it() {
    let of_content = json!([history("HealthCheckFailed", 3000, 3)]);
    assert_eq!(
        begun(&[source(), failed("HealthCheckFailed", 3, of_content), deployment()]),
        (Reason::HealthCheckFailed, Some((600, SinceFrom::Artifact))),
        "the same content failed in an older revision"
    );
    let after_success =
        json!([history("ReconciliationFailed", 500, 3), history("ReconciliationSucceeded", 590, 100)]);
    assert_eq!(
        begun(&[source(), failed("ReconciliationFailed", 3, after_success), deployment()]),
        (Reason::ApplyRefused, Some((100, SinceFrom::History)))
    );
}

#[test]
fn nothing_is_older_than_the_kustomization() {
    let young = [("/metadata/creationTimestamp", json!(ago(50)))];
    let failing = json!([condition("FetchFailed", "True", "AuthenticationFailed", 300)]);
    let source = with(source(), &[("/status/conditions", failing)]);
    let (_, since) = begun(&[source, with(kustomization(), &young), deployment()]);
    assert_eq!(since, Some((50, SinceFrom::Creation)));
}

#[test]
fn a_crash_loop_began_with_the_first_warning_about_its_pod() {
    let crashing = pod("a", ("ReplicaSet", "d"), "CrashLoopBackOff");
    let about = json!({ "kind": "Pod", "namespace": NAMESPACE, "name": "a", "uid": "a" });
    let back_off = warning(about, "BackOff", 240, 4);
    assert_eq!(
        begun(&[source(), kustomization(), deployment(), crashing, back_off]),
        (Reason::WorkloadNotReady, Some((240, SinceFrom::Event)))
    );
}

#[test]
fn a_controller_stopped_when_its_deployment_became_unavailable_or_was_scaled_down() {
    let stopped = |changes: &[(&str, Value)]| {
        let controller = json!({
            "metadata": { "name": "kustomize-controller", "namespace": "flux-system" },
            "spec": { "replicas": 0 }, "status": {},
        });
        let mut answers = cluster(NAMESPACE, &[source(), kustomization(), deployment()]);
        let controller = with(controller, changes);
        answers.replace(Scope::namespace(Kind::Deployment, "flux-system"), Answer::Objects(vec![controller]));
        let environment = judged(&answers).environments.remove(0);
        assert_eq!(environment.reason, Reason::ControllerNotRunning);
        assert_eq!(
            environment.headline,
            "kustomize-controller does not run: its Deployment is scaled to 0 replicas"
        );
        assert_eq!(environment.message, format!("{}; last applied: d61d370", environment.headline));
        environment.since.map(|since| (now().as_second() - since.time.as_second(), since.from))
    };
    let scaled = json!([{ "manager": "kubectl", "subresource": "scale", "operation": "Update", "time": ago(70), "fieldsV1": { "f:spec": { "f:replicas": {} } } }]);
    assert_eq!(stopped(&[("/metadata/managedFields", scaled)]), Some((70, SinceFrom::ManagedFields)));
    let unavailable = json!([condition("Available", "False", "MinimumReplicasUnavailable", 30)]);
    assert_eq!(stopped(&[("/status/conditions", unavailable)]), Some((30, SinceFrom::Condition)));
    assert_eq!(stopped(&[]), None);
}

/// As long as an environment stands where it stood, for the same reason and at the same fetched revision.
#[test]
fn a_beginning_never_moves_forward_nor_lies_in_the_future_nor_before_the_object() {
    let mut beginnings = 0;
    for name in names() {
        let timeline = Timeline::read(&name);
        let mut former: Option<EnvironmentStatus> = None;
        for moment in timeline.moments() {
            let Some(environment) = verdicts(&timeline, &moment).pop() else { continue };
            let at = format!(
                "{name} at {}: {}/{} {:?}",
                moment.seconds, environment.standing, environment.reason, environment.since
            );
            let created = of_kind(&moment, "Kustomization")
                .filter_map(|object| object["metadata"]["creationTimestamp"].as_str()?.parse().ok())
                .min();
            if let Some(since) = environment.since {
                beginnings += 1;
                assert!(since.time <= moment.now, "{at}, which is after {}", moment.now);
                assert!(created.is_none_or(|created: Timestamp| since.time >= created), "{at}: {created:?}");
            }
            if let Some(former) = former.filter(|former| {
                let place = |status: &EnvironmentStatus| {
                    (status.standing, status.reason, status.source.as_ref().and_then(|s| s.revision.clone()))
                };
                place(former) == place(&environment)
            }) {
                let (before, after) = (former.since, environment.since);
                // What the server's clock said to be in the future was taken to be the present.
                let is_same = before.is_none_or(|before| {
                    after.is_some_and(|after| after.time <= before.time || before.time == former.as_of)
                });
                assert!(is_same, "{at} was {before:?}");
            }
            former = Some(environment);
        }
    }
    assert!(beginnings > 1000, "{beginnings}");
}
