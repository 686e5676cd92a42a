//! Rules that no recording shows, each with its case.

use gitops_core::model::cluster::{Answer, Kind, Scope};
use gitops_core::model::verdict::{Cause, Reason, Standing};
use serde_json::json;

use super::least::*;
use super::timeline::cluster;

#[test]
fn all_well_is_deployed_and_named() {
    let environment = seen(&[source(), kustomization(), deployment()]);
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    assert_eq!((environment.project.as_str(), environment.environment.as_str()), ("hello", "dev"));
    assert_eq!((environment.ready.ready, environment.ready.desired), (1, 1));
    assert!(environment.remarks.is_empty() && environment.next.is_empty());
}

#[test]
fn deletion_outranks_suspension_and_suspension_outranks_failure() {
    let failed = json!([condition("Ready", "False", "BuildFailed", 30)]);
    let suspended = with(kustomization(), &[("/spec/suspend", json!(true)), ("/status/conditions", failed)]);
    assert_stands(&seen(&[source(), suspended.clone()]), Standing::Suspended, Reason::KustomizationSuspended);
    let deleting = with(
        suspended,
        &[
            ("/metadata/deletionTimestamp", json!(ago(5))),
            ("/metadata/finalizers", json!(["finalizers.fluxcd.io"])),
        ],
    );
    let environment = seen(&[source(), deleting]);
    assert_stands(&environment, Standing::Reconciling, Reason::Deleting);
    assert!(environment.message.contains("finalizers.fluxcd.io"), "{}", environment.message);
}

#[test]
fn suspension_says_since_when_where_the_server_keeps_it() {
    let managed = json!([{ "manager": "flux", "operation": "Update", "time": ago(120), "fieldsV1": { "f:spec": { "f:suspend": {} } } }]);
    let environment = seen(&[
        source(),
        with(kustomization(), &[("/spec/suspend", json!(true)), ("/metadata/managedFields", managed)]),
    ]);
    assert!(environment.message.contains("since 2026-11-23T02:58:00Z (by flux)"), "{}", environment.message);
    assert_eq!(environment.since.map(|since| since.time.to_string()), Some(ago(120)));
}

#[test]
fn an_unusable_secret_fails_at_once_and_says_what_still_runs() {
    let failed = json!([
        condition("Ready", "False", "AuthenticationFailed", 1),
        condition("FetchFailed", "True", "AuthenticationFailed", 1)
    ]);
    let environment =
        seen(&[with(source(), &[("/status/conditions", failed)]), kustomization(), deployment()]);
    assert_stands(&environment, Standing::Failed, Reason::AuthenticationFailed);
    assert!(
        environment.message.ends_with("; still running d61d370; new commits are blocked"),
        "{}",
        environment.message
    );
}

#[test]
fn another_failed_fetch_is_a_remark_for_a_minute() {
    for (age, standing) in [(59, Standing::Deployed), (60, Standing::Failed)] {
        let failed = json!([
            condition("Ready", "False", "GitOperationFailed", age),
            condition("FetchFailed", "True", "GitOperationFailed", age)
        ]);
        let environment =
            seen(&[with(source(), &[("/status/conditions", failed)]), kustomization(), deployment()]);
        assert_eq!(environment.standing, standing, "after {age} s");
        assert!(
            environment.reason == Reason::FetchFailed
                || environment.remarks.iter().any(|remark| remark.reason == Reason::FetchFailed)
        );
        assert!(!environment.next.is_empty());
    }
}

#[test]
fn a_path_that_vanished_fails_where_something_was_applied() {
    let waiting = json!([
        condition("Ready", "False", "ArtifactFailed", 1),
        condition("Reconciling", "True", "ProgressingWithRetry", 1)
    ]);
    let older = with(
        kustomization(),
        &[
            ("/status/lastAttemptedRevision", json!(OLDER)),
            ("/status/lastAppliedRevision", json!(OLDER)),
            ("/status/conditions", waiting),
        ],
    );
    let event = json!({
        "kind": "Event", "type": "Warning", "reason": "ArtifactFailed", "message": "kustomization path not found: stat hello", "lastTimestamp": ago(1),
        "metadata": { "annotations": { "kustomize.toolkit.fluxcd.io/revision": REVISION } },
        "involvedObject": { "kind": "Kustomization", "namespace": NAMESPACE, "name": "hello-dev-hello-dev", "uid": "k" },
    });
    assert_stands(
        &seen(&[source(), older.clone(), deployment(), event]),
        Standing::Failed,
        Reason::PathMissing,
    );
    assert_stands(&seen(&[source(), older, deployment()]), Standing::Syncing, Reason::NewRevision);
}

#[test]
fn an_event_of_an_earlier_object_of_that_name_is_not_remembered() {
    let trying = json!([condition("Ready", "Unknown", "Progressing", 1)]);
    let first = with(
        kustomization(),
        &[("/status/lastAppliedRevision", json!(null)), ("/status/conditions", trying)],
    );
    let event = |uid: &str| {
        json!({
            "kind": "Event", "type": "Warning", "reason": "BuildFailed", "message": "", "lastTimestamp": ago(9),
            "metadata": { "annotations": { "kustomize.toolkit.fluxcd.io/revision": REVISION } },
            "involvedObject": { "kind": "Kustomization", "namespace": NAMESPACE, "name": "hello-dev-hello-dev", "uid": uid },
        })
    };
    assert_stands(&seen(&[source(), first.clone(), event("k")]), Standing::Failed, Reason::BuildFailed);
    assert_stands(&seen(&[source(), first, event("another")]), Standing::Reconciling, Reason::Progressing);
}

#[test]
fn a_success_after_a_failure_at_the_same_revision_ends_the_memory() {
    let trying = json!([condition("Ready", "Unknown", "Progressing", 1)]);
    let history = |outcome: &str| json!([{ "metadata": { "revision": REVISION }, "lastReconciled": ago(20), "lastReconciledStatus": outcome }]);
    let after = |outcome: &str| {
        with(
            kustomization(),
            &[("/status/history", history(outcome)), ("/status/conditions", trying.clone())],
        )
    };
    assert_stands(
        &seen(&[source(), after("ReconciliationSucceeded"), deployment()]),
        Standing::Deployed,
        Reason::Applied,
    );
    assert_stands(
        &seen(&[source(), after("HealthCheckFailed"), deployment()]),
        Standing::Failed,
        Reason::HealthCheckFailed,
    );
    assert_stands(
        &seen(&[source(), after("HealthCheckCanceled"), deployment()]),
        Standing::Deployed,
        Reason::Applied,
    );
}

#[test]
fn a_controller_without_replicas_makes_ready_unreliable() {
    let stopped = |name: &str, available: i64| json!({ "kind": "Deployment", "metadata": { "name": name, "namespace": "flux-system", "uid": name }, "spec": { "replicas": 1 }, "status": { "availableReplicas": available } });
    for (name, other) in
        [("source-controller", "kustomize-controller"), ("kustomize-controller", "source-controller")]
    {
        let objects = [source(), kustomization(), deployment()];
        let mut answers = cluster(NAMESPACE, &objects);
        answers.replace(
            Scope::namespace(Kind::Deployment, "flux-system"),
            Answer::Objects(vec![stopped(name, 0), running_controller(other)]),
        );
        let environment = &judged(&answers).environments[0];
        assert_stands(environment, Standing::Unknown, Reason::ControllerNotRunning);
        assert!(environment.message.starts_with(name), "{}", environment.message);
        answers.replace(
            Scope::namespace(Kind::Deployment, "flux-system"),
            Answer::Objects(vec![stopped(name, 1), running_controller(other)]),
        );
        assert_eq!(judged(&answers).environments[0].standing, Standing::Deployed);
        answers.replace(Scope::namespace(Kind::Deployment, "flux-system"), Answer::Forbidden);
        assert_eq!(judged(&answers).environments[0].standing, Standing::Deployed);
    }
}

#[test]
fn a_change_that_nobody_takes_up_counts_after_a_minute_where_its_age_is_kept() {
    let managed = |age: i64| json!([{ "manager": "kubectl", "operation": "Update", "time": ago(age), "fieldsV1": { "f:spec": { "f:interval": {} } } }]);
    for (age, standing) in [(30, Standing::Reconciling), (61, Standing::Unknown)] {
        let changed = with(
            kustomization(),
            &[("/metadata/generation", json!(2)), ("/metadata/managedFields", managed(age))],
        );
        assert_eq!(seen(&[source(), changed, deployment()]).standing, standing, "after {age} s");
    }
    let unkept = with(kustomization(), &[("/metadata/generation", json!(2))]);
    assert_eq!(seen(&[source(), unkept, deployment()]).standing, Standing::Reconciling);
    let source =
        with(source(), &[("/metadata/generation", json!(2)), ("/metadata/managedFields", managed(61))]);
    let environment = seen(&[source, kustomization(), deployment()]);
    assert_stands(&environment, Standing::Unknown, Reason::ControllerNotRunning);
    assert!(environment.message.starts_with("source-controller"), "{}", environment.message);
}

#[test]
fn an_attempt_that_outlasts_its_timeout_by_a_minute_is_nobodys() {
    for (age, standing) in [(99, Standing::Reconciling), (101, Standing::Unknown)] {
        let trying = json!([condition("Ready", "Unknown", "Progressing", age)]);
        let changed = with(
            kustomization(),
            &[("/status/lastAppliedRevision", json!(OLDER)), ("/status/conditions", trying)],
        );
        assert_eq!(seen(&[source(), changed, deployment()]).standing, standing, "after {age} s");
    }
}

#[test]
fn a_deadline_decides_when_a_workload_that_is_not_ready_has_failed() {
    let unready = |progressing: &str| {
        with(
            deployment(),
            &[
                ("/status/availableReplicas", json!(0)),
                ("/status/readyReplicas", json!(0)),
                ("/status/conditions", json!([condition("Progressing", progressing, "x", 9)])),
            ],
        )
    };
    let before = seen(&[source(), kustomization(), unready("True")]);
    assert_stands(&before, Standing::Deployed, Reason::Applied);
    assert_eq!(before.remarks[0].reason, Reason::WorkloadNotReady);
    let after = seen(&[source(), kustomization(), unready("False")]);
    assert_stands(&after, Standing::Failed, Reason::WorkloadNotReady);
    assert_eq!(after.cause, Some(Cause::ProgressDeadline));
}

#[test]
fn pods_of_jobs_and_of_old_templates_do_not_count() {
    let set = |uid: &str, revision: &str| json!({ "kind": "ReplicaSet", "metadata": { "name": uid, "namespace": NAMESPACE, "uid": uid, "annotations": { "deployment.kubernetes.io/revision": revision }, "ownerReferences": [{ "kind": "Deployment", "uid": "d" }] } });
    let (old, new) = (set("old", "9"), set("new", "10"));
    let others = [
        source(),
        kustomization(),
        deployment(),
        old,
        new,
        pod("a", ("Job", "j"), "CrashLoopBackOff"),
        pod("b", ("ReplicaSet", "old"), "CrashLoopBackOff"),
    ];
    assert_stands(&seen(&others), Standing::Deployed, Reason::Applied);
    let current = [others.as_slice(), &[pod("c", ("ReplicaSet", "new"), "ImagePullBackOff")]].concat();
    let environment = seen(&current);
    assert_stands(&environment, Standing::Failed, Reason::WorkloadNotReady);
    assert_eq!(environment.cause, Some(Cause::ImagePull));
}

#[test]
fn a_workload_that_was_not_looked_for_is_not_missing() {
    let objects = [source(), kustomization()];
    assert_stands(&seen(&objects), Standing::Failed, Reason::WorkloadMissing);
    let mut answers = cluster(NAMESPACE, &objects);
    answers.replace(Scope::namespace(Kind::Deployment, NAMESPACE), Answer::Forbidden);
    let picture = judged(&answers);
    assert_stands(&picture.environments[0], Standing::Deployed, Reason::Applied);
    assert_eq!(picture.unanswered[0].to_string(), "list deployments.apps in dev-hello: not allowed");
}

#[test]
fn an_unread_event_is_told_where_nothing_else_remembers() {
    let trying = json!([condition("Ready", "Unknown", "Progressing", 1)]);
    let first = with(
        kustomization(),
        &[("/status/lastAppliedRevision", json!(null)), ("/status/conditions", trying)],
    );
    let mut answers = cluster(NAMESPACE, &[source(), first]);
    answers.replace(Scope::namespace(Kind::KustomizationEvent, NAMESPACE), Answer::Forbidden);
    let environment = &judged(&answers).environments[0];
    assert!(
        environment.remarks.iter().any(|remark| remark.reason == Reason::MemoryMissing),
        "{:?}",
        environment.remarks
    );
}

#[test]
fn labelled_objects_without_their_kustomization_say_so() {
    let labels = json!({ "kustomize.toolkit.fluxcd.io/name": "gone", "kustomize.toolkit.fluxcd.io/namespace": "flux-system" });
    let environment = seen(&[with(deployment(), &[("/metadata/labels", labels)])]);
    assert_stands(&environment, Standing::NotDeployed, Reason::KustomizationMissing);
    assert!(environment.message.contains("flux-system/gone"), "{}", environment.message);
}

#[test]
fn kinds_that_flux_does_not_have_are_not_followed() {
    let other = with(kustomization(), &[("/spec/sourceRef", json!({ "kind": "Tarball", "name": "hello" }))]);
    assert_stands(&seen(&[other, deployment()]), Standing::Unknown, Reason::SourceKindNotFollowed);
}

#[test]
fn flux_that_gave_up_has_failed() {
    let stalled = json!([
        condition("Ready", "False", "AccessDenied", 9),
        condition("Stalled", "True", "AccessDenied", 9)
    ]);
    let changed = with(
        kustomization(),
        &[
            ("/status/conditions", stalled),
            ("/status/lastAttemptedRevision", json!(null)),
            ("/status/lastAppliedRevision", json!(null)),
        ],
    );
    assert_stands(&seen(&[source(), changed]), Standing::Failed, Reason::Stalled);
}

#[test]
fn azures_objects_are_mended_through_az() {
    let labels =
        json!({ "clusterconfig.azure.com/is-managed": "true", "clusterconfig.azure.com/name": "hello-dev" });
    let failed = json!([condition("FetchFailed", "True", "AuthenticationFailed", 1)]);
    let source = with(source(), &[("/metadata/labels", labels), ("/status/conditions", failed)]);
    let mut answers = cluster(NAMESPACE, &[source, kustomization(), deployment()]);
    let arc = json!({ "data": { "AZURE_SUBSCRIPTION_ID": "s-1", "AZURE_RESOURCE_GROUP": "rg-1", "AZURE_RESOURCE_NAME": "edge-1", "CLUSTER_TYPE": "ConnectedClusters" } });
    answers.replace(
        Scope::object(Kind::ArcConfig, "azure-arc", "azure-clusterconfig"),
        Answer::Objects(vec![arc]),
    );
    let next = &judged(&answers).environments[0].next[0].command;
    assert!(
        next.starts_with(
            "test -s token && az k8s-configuration flux update -g rg-1 -c edge-1 -t connectedClusters --subscription s-1 -n hello-dev "
        ),
        "{next}"
    );
}

#[test]
fn what_the_cluster_wrote_cannot_steer_the_terminal_nor_show_a_password() {
    let failed = json!([{ "type": "Ready", "status": "False", "reason": "BuildFailed", "message": "\u{1b}]0;owned\u{7} https://git:hunter2@git.example/x" }]);
    let environment = seen(&[source(), with(kustomization(), &[("/status/conditions", failed)])]);
    assert!(
        !environment.message.chars().any(char::is_control) && !environment.message.contains("hunter2"),
        "{}",
        environment.message
    );
}

#[test]
fn the_worst_of_several_kustomizations_comes_first_and_all_are_named() {
    let infra = with(
        kustomization(),
        &[
            ("/metadata/name", json!("infra")),
            ("/metadata/uid", json!("i")),
            ("/spec/suspend", json!(true)),
            ("/status/inventory", json!(null)),
        ],
    );
    let environment = seen(&[source(), kustomization(), infra, deployment()]);
    assert_stands(&environment, Standing::Suspended, Reason::KustomizationSuspended);
    let named: Vec<&str> =
        environment.kustomizations.iter().map(|environment| environment.name.as_str()).collect();
    assert_eq!(named, ["infra", "hello-dev-hello-dev"]);
}
