//! The end of whatever moves.

use super::super::least::*;
use super::super::timeline::cluster;
use super::objects::*;
use gitops_core::model::cluster::{Answer, Kind, Scope};
use gitops_core::model::verdict::{Outlook, Reason, SinceFrom, Standing};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// A state of this age: the objects.
type State = fn(i64) -> Vec<Value>;

/// What it is, its objects, its end in seconds; how it stands before that, and for which reason after it.
type MovingState = (&'static str, State, i64, (Standing, Reason), Reason);

#[test]
fn whatever_moves_has_an_end_and_past_it_a_person_is_asked() {
    let states: [MovingState; 8] = [
        (
            "a revision that is not attempted after a failure of the one before",
            |age| {
                let failed =
                    json!([condition("Ready", "False", "HealthCheckCanceled", age), reconciling(age)]);
                vec![fetched(age), trying(OLDER, failed), deployment()]
            },
            10 + 40 + 60,
            (Standing::Syncing, Reason::NewRevision),
            Reason::DeadlineExceeded,
        ),
        (
            "a health check under a condition Ready that is renewed",
            |age| {
                let healthy = condition("Healthy", "Unknown", "Progressing", age);
                let conditions =
                    json!([condition("Ready", "Unknown", "Progressing", 1), healthy, reconciling(age)]);
                vec![source(), trying(REVISION, conditions), deployment()]
            },
            40 + 60,
            (Standing::Reconciling, Reason::HealthCheck),
            Reason::DeadlineExceeded,
        ),
        (
            "an attempt whose controller says nothing any more",
            |age| {
                let conditions = json!([condition("Ready", "Unknown", "Progressing", age), reconciling(age)]);
                vec![fetched(age), trying(REVISION, conditions), deployment()]
            },
            40 + 61,
            (Standing::Reconciling, Reason::Progressing),
            Reason::ControllerNotRunning,
        ),
        (
            "an attempt that failed in a way that nobody knows",
            |age| {
                let conditions = json!([
                    condition("Ready", "False", "Progressing", age),
                    condition("Reconciling", "True", "Progressing", age)
                ]);
                vec![fetched(9000), trying(REVISION, conditions), deployment()]
            },
            10 + 40 + 40 + 60,
            (Standing::Reconciling, Reason::Progressing),
            Reason::DeadlineExceeded,
        ),
        (
            "a revision that waits behind the health check of the one before",
            |age| {
                let healthy = condition("Healthy", "Unknown", "Progressing", age);
                let conditions =
                    json!([condition("Ready", "Unknown", "Progressing", 1), healthy, reconciling(1)]);
                vec![source(), trying(OLDER, conditions), deployment()]
            },
            40 + 40,
            (Standing::Syncing, Reason::WaitingBehind),
            Reason::DeadlineExceeded,
        ),
        (
            "a first fetch",
            |age| {
                let created = [("/metadata/creationTimestamp", json!(ago(age))), ("/status", json!({}))];
                let first = [
                    ("/status/lastAppliedRevision", json!(null)),
                    ("/status/conditions", json!([condition("Ready", "False", "ArtifactFailed", 1)])),
                ];
                vec![with(source(), &created), with(kustomization(), &first)]
            },
            60 + 60,
            (Standing::NotDeployed, Reason::SourceNotReady),
            Reason::DeadlineExceeded,
        ),
        (
            "a dependency that is ready, which Flux does not see",
            |age| {
                let waiting = json!([condition("Ready", "False", "DependencyNotReady", age)]);
                let depends = ("/spec/dependsOn", json!([{ "name": "infra" }]));
                let waiting = with(trying(OLDER, waiting), &[depends]);
                let infra = [("/metadata/name", json!("infra")), ("/metadata/uid", json!("i"))];
                let ready = with(kustomization(), &infra);
                vec![source(), waiting, ready, deployment()]
            },
            10 + 60,
            (Standing::Syncing, Reason::DependencyNotReady),
            Reason::DeadlineExceeded,
        ),
        (
            "a change of the source",
            |age| {
                let managed = json!([{ "manager": "kubectl", "operation": "Update", "time": ago(age), "fieldsV1": { "f:spec": { "f:url": {} } } }]);
                let conditions = json!([condition("Ready", "Unknown", "Progressing", age)]);
                let changes = [
                    ("/metadata/generation", json!(2)),
                    ("/metadata/managedFields", managed),
                    ("/status/conditions", conditions),
                ];
                vec![with(source(), &changes), kustomization(), deployment()]
            },
            60 + 60,
            (Standing::Syncing, Reason::SourceNotReady),
            Reason::DeadlineExceeded,
        ),
    ];
    for (name, state, end, before, after) in states {
        let environment = seen(&state(end - 1));
        assert_eq!((environment.standing, environment.reason), before, "{name}: {}", environment.message);
        // What is ready already can be taken up at once.
        let is_ready = environment.remarks.iter().any(|remark| remark.reason == Reason::ChangedSince);
        assert!(has_follow(&environment) || is_ready, "{name}: {:?}", environment.next);
        if after == Reason::DeadlineExceeded {
            let until = Some(now() + SignedDuration::from_secs(1));
            assert_eq!(environment.outlook, Outlook::MayMend { until }, "{name}");
        }
        let environment = seen(&state(end));
        assert_stands(&environment, Standing::Unknown, after);
        assert_eq!(environment.outlook, Outlook::Final, "{name}");
        assert!(!has_follow(&environment) && !environment.next.is_empty(), "{name}: {:?}", environment.next);
    }
}

#[test]
fn what_began_at_a_time_that_nobody_kept_has_an_hour() {
    let unseen = |age: i64| {
        let conditions = json!([condition("Ready", "True", "ReconciliationSucceeded", age)]);
        let changes = [("/metadata/generation", json!(2)), ("/status/conditions", conditions)];
        let created = [("/metadata/creationTimestamp", json!(ago(90_000)))];
        let conditions = json!([condition("Ready", "True", "Succeeded", 90_000)]);
        let source = with(with(fetched(90_000), &[("/status/conditions", conditions)]), &created);
        vec![source, with(with(kustomization(), &changes), &created), deployment()]
    };
    assert_eq!(seen(&unseen(3600)).standing, Standing::Reconciling);
    assert_stands(&seen(&unseen(3600 + 200)), Standing::Unknown, Reason::DeadlineExceeded);
}

#[test]
fn progress_at_an_interval_alarms_nobody_while_the_revision_is_applied() {
    for age in [1, 40, 99] {
        let conditions = json!([condition("Ready", "Unknown", "Progressing", age), reconciling(age)]);
        let object = with(kustomization(), &[("/status/conditions", conditions)]);
        assert_stands(&seen(&[fetched(90_000), object, deployment()]), Standing::Deployed, Reason::Applied);
    }
}

/// Before 0.37 the attempted revision is written when an attempt ends.
#[test]
fn an_old_controller_checks_the_revision_that_was_fetched_before_the_check() {
    let checking = |stored: i64| {
        let conditions = json!([
            condition("Ready", "Unknown", "Progressing", 20),
            condition("Healthy", "Unknown", "Progressing", 20)
        ]);
        seen(&[fetched(stored), trying(OLDER, conditions), deployment()])
    };
    let environment = checking(30);
    assert_stands(&environment, Standing::Reconciling, Reason::HealthCheck);
    assert!(
        environment.message.starts_with("d61d370 is applied; waiting up to 40 s"),
        "{}",
        environment.message
    );
    let environment = checking(10);
    assert_stands(&environment, Standing::Syncing, Reason::WaitingBehind);
    assert!(environment.message.contains("the health check of another revision"), "{}", environment.message);
    let conditions = json!([condition("Ready", "Unknown", "Progressing", 20)]);
    let environment = seen(&[fetched(30), trying(OLDER, conditions), deployment()]);
    assert_stands(&environment, Standing::Reconciling, Reason::Progressing);
}

#[test]
fn a_deletion_fails_a_minute_past_its_timeout_and_says_who_holds_it() {
    let deleting = |age: i64| {
        let changes = [
            ("/metadata/deletionTimestamp", json!(ago(age))),
            ("/metadata/finalizers", json!(["finalizers.fluxcd.io"])),
        ];
        seen(&[source(), with(kustomization(), &changes), deployment()])
    };
    let environment = deleting(99);
    assert_stands(&environment, Standing::Reconciling, Reason::Deleting);
    assert_eq!(environment.outlook, Outlook::MayMend { until: Some(now() + SignedDuration::from_secs(1)) });
    let environment = deleting(100);
    assert_stands(&environment, Standing::Failed, Reason::Deleting);
    assert!(environment.message.contains("held by finalizers.fluxcd.io"), "{}", environment.message);
    assert!(environment.next.iter().any(|next| next.command.contains("deployment/kustomize-controller")));
    assert_eq!(environment.since.map(|since| since.from), Some(SinceFrom::Deletion));
}

#[test]
fn an_environment_whose_namespace_does_not_go_has_failed() {
    let after = |seconds: i64| {
        let mut answers = cluster(NAMESPACE, &[source(), kustomization(), deployment()]);
        let namespace = going(NAMESPACE, seconds);
        answers.replace(Scope::object(Kind::Namespace, "", NAMESPACE), Answer::Objects(vec![namespace]));
        judged(&answers).environments.remove(0)
    };
    let environment = after(59);
    assert_stands(&environment, Standing::Reconciling, Reason::NamespaceTerminating);
    assert_eq!(environment.outlook, Outlook::MayMend { until: Some(now() + SignedDuration::from_secs(1)) });
    let environment = after(60);
    assert_stands(&environment, Standing::Failed, Reason::NamespaceTerminating);
    assert!(environment.message.contains("pods. has 1 resource instances"), "{}", environment.message);
    assert!(!has_follow(&environment));
}
