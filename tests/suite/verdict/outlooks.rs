//! Whether waiting can change a verdict, and until when.

use gitops_core::model::cluster::{Answer, Kind, Scope};
use gitops_core::model::verdict::{Outlook, Reason, picture};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::least::*;
use super::timeline::{Timeline, cluster, names};

/// So many seconds from now; in the past where negative.
fn at(seconds: i64) -> Option<Timestamp> {
    Some(now() + SignedDuration::from_secs(seconds))
}

fn outlook(objects: &[Value]) -> (Reason, Outlook) {
    let environment = seen(objects);
    (environment.reason, environment.outlook)
}

fn ready(reason: &str, message: &str) -> Value {
    let failed = with(condition("Ready", "False", reason, 9), &[("/message", json!(message))]);
    with(kustomization(), &[("/status/conditions", json!([failed]))])
}

const MOVING: Outlook = Outlook::MayMend { until: None };

#[test]
fn what_only_a_person_mends_is_final() {
    let suspended = with(kustomization(), &[("/spec/suspend", json!(true))]);
    let immutable = "Deployment/a/b dry-run failed (Invalid): spec.selector: field is immutable";
    for (objects, reason) in [
        (vec![source(), kustomization(), deployment()], Reason::Applied),
        (vec![source(), suspended, deployment()], Reason::KustomizationSuspended),
        (vec![source(), ready("BuildFailed", ""), deployment()], Reason::BuildFailed),
        (vec![source(), ready("ReconciliationFailed", immutable), deployment()], Reason::ApplyRefused),
        (
            vec![source(), kustomization(), deployment(), pod("a", ("ReplicaSet", "d"), "ImagePullBackOff")],
            Reason::WorkloadNotReady,
        ),
    ] {
        assert_eq!(outlook(&objects), (reason, Outlook::Final));
    }
}

#[test]
fn what_surrounds_a_revision_may_come_for_as_long_as_one_more_attempt_takes() {
    let missing = "ConfigMap/nowhere/s not found: namespaces \"nowhere\" not found";
    let stored = |seconds: i64| with(source(), &[("/status/artifact/lastUpdateTime", json!(ago(seconds)))]);
    // Timeout 40 s, interval 10 s, timeout 40 s.
    let refused = |seconds| outlook(&[stored(seconds), ready("ReconciliationFailed", missing), deployment()]);
    assert_eq!(refused(30), (Reason::ApplyRefused, Outlook::MayMend { until: at(60) }));
    assert_eq!(refused(90), (Reason::ApplyRefused, Outlook::Final));
}

#[test]
fn a_health_check_is_decided_at_the_end_of_its_timeout() {
    let checking =
        json!([condition("Ready", "Unknown", "Progressing", 5), condition("Healthy", "Unknown", "x", 5)]);
    let changes = [("/status/lastAppliedRevision", json!(OLDER)), ("/status/conditions", checking)];
    let until = Outlook::MayMend { until: at(-5 + 40 + 60) };
    let objects = [source(), with(kustomization(), &changes), deployment()];
    assert_eq!(outlook(&objects), (Reason::HealthCheck, until));
}

#[test]
fn a_network_may_come_back_and_a_token_does_not_get_better() {
    let fetch = |message: &str| {
        let failed = with(condition("FetchFailed", "True", "x", 90), &[("/message", json!(message))]);
        with(source(), &[("/status/conditions", json!([failed]))])
    };
    for (message, expected) in [
        ("connection refused", (Reason::ConnectionRefused, MOVING)),
        ("authentication required", (Reason::TokenRejected, Outlook::Final)),
    ] {
        assert_eq!(outlook(&[fetch(message), kustomization(), deployment()]), expected);
    }
}

#[test]
fn a_controller_whose_pod_is_replaced_comes_back_within_a_minute() {
    let stopped = |replicas: i64, seconds: i64| {
        let controller = json!({
            "metadata": { "name": "kustomize-controller", "namespace": "flux-system" },
            "spec": { "replicas": replicas },
            "status": { "conditions": [condition("Available", "False", "x", seconds)] },
        });
        let mut answers = cluster(NAMESPACE, &[source(), kustomization(), deployment()]);
        answers.replace(Scope::namespace(Kind::Deployment, "flux-system"), Answer::Objects(vec![controller]));
        let environment = judged(&answers).environments.remove(0);
        assert_eq!(environment.reason, Reason::ControllerNotRunning);
        environment.outlook
    };
    assert_eq!(stopped(1, 20), Outlook::MayMend { until: at(40) });
    assert_eq!(stopped(1, 60), Outlook::Final);
    assert_eq!(stopped(0, 20), Outlook::Final, "nobody wants it to run");
}

#[test]
fn objects_that_are_being_made_may_find_each_other() {
    let young = |object: Value| with(object, &[("/metadata/creationTimestamp", json!(ago(10)))]);
    let expected = Outlook::MayMend { until: at(50) };
    assert_eq!(outlook(&[young(kustomization()), deployment()]), (Reason::SourceMissing, expected));
    assert_eq!(outlook(&[young(source())]), (Reason::KustomizationMissing, expected));
    assert_eq!(outlook(&[source()]), (Reason::KustomizationMissing, Outlook::Final));
}

/// Along every recording: who gives up at a final failure of the newest revision does not miss that it is
/// deployed after all.
#[test]
fn a_final_failure_is_not_deployed_without_a_change() {
    for name in names() {
        let timeline = Timeline::read(&name);
        let mut given_up: Option<(f64, String)> = None;
        for moment in timeline.moments() {
            let Some(environment) =
                picture(&moment.cluster, &timeline.selection(), moment.now).environments.pop()
            else {
                continue;
            };
            let followed = format!("{:?} {:?}", environment.source, environment.environment);
            let is_attempt = matches!(
                environment.reason,
                Reason::BuildFailed | Reason::SubstitutionFailed | Reason::HealthCheckFailed
            );
            match &given_up {
                Some((seconds, source)) if *source == followed => assert_ne!(
                    environment.reason,
                    Reason::Applied,
                    "{name}: final at {seconds}, deployed at {}",
                    moment.seconds
                ),
                _ => given_up = None,
            }
            if is_attempt && environment.outlook.is_final(moment.now) {
                given_up.get_or_insert((moment.seconds, followed));
            }
        }
    }
}
