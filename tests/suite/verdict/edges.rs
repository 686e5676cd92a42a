//! Where two rules meet, and what real clusters do that recordings on one node do not show.

use gitops_core::model::cluster::{Answer, Kind, Scope};
use gitops_core::model::verdict::{Cause, Reason, Remark, Selection, Standing, picture, wants};
use serde_json::{Value, json};

use super::least::*;
use super::timeline::{answers as all_answers, cluster};

fn event(reason: &str, message: &str, seconds: i64) -> Value {
    json!({
        "kind": "Event", "type": "Warning", "reason": reason, "message": message, "lastTimestamp": ago(seconds),
        "metadata": { "annotations": { "kustomize.toolkit.fluxcd.io/revision": REVISION } },
        "involvedObject": { "kind": "Kustomization", "namespace": NAMESPACE, "name": "hello-dev-hello-dev", "uid": "k" },
    })
}

#[test]
fn a_path_changed_to_one_that_is_missing_fails_at_the_same_revision() {
    let waiting = json!([
        condition("Ready", "False", "ArtifactFailed", 2),
        condition("Reconciling", "True", "ProgressingWithRetry", 2)
    ]);
    let changed =
        with(kustomization(), &[("/metadata/generation", json!(2)), ("/status/conditions", waiting)]);
    let missing = event("ArtifactFailed", "kustomization path not found: stat x", 2);
    assert_stands(
        &seen(&[source(), changed.clone(), deployment(), missing]),
        Standing::Failed,
        Reason::PathMissing,
    );
    assert_eq!(seen(&[source(), changed, deployment()]).standing, Standing::Failed);
}

#[test]
fn an_artifact_that_cannot_be_downloaded_is_no_missing_path() {
    let older = with(
        kustomization(),
        &[("/status/lastAttemptedRevision", json!(OLDER)), ("/status/lastAppliedRevision", json!(OLDER))],
    );
    let failed = event("ArtifactFailed", "failed to download archive: connection refused", 2);
    assert_stands(&seen(&[source(), older, deployment(), failed]), Standing::Failed, Reason::ArtifactFailed);
}

#[test]
fn a_container_between_two_crashes_crashes_all_the_same() {
    let container = |state: Value, ready: bool, restarts: i64| {
        let last = json!({ "terminated": { "reason": "Error", "exitCode": 1 } });
        let status = json!([{ "name": "app", "image": "x", "ready": ready, "restartCount": restarts, "state": state, "lastState": last }]);
        with(pod("a", ("ReplicaSet", "d"), ""), &[("/status/containerStatuses", status)])
    };
    let running = || json!({ "running": {} });
    for (state, ready, restarts, standing) in [
        (running(), false, 9, Standing::Failed),
        (json!({ "terminated": { "reason": "Error", "exitCode": 1 } }), false, 9, Standing::Failed),
        (running(), true, 9, Standing::Deployed),
        (json!({ "running": { "startedAt": ago(30) } }), true, 9, Standing::Failed),
        (json!({ "running": { "startedAt": ago(30) } }), true, 2, Standing::Deployed),
        (json!({ "running": { "startedAt": ago(60) } }), true, 9, Standing::Deployed),
        (running(), false, 1, Standing::Deployed),
    ] {
        let environment = seen(&[source(), kustomization(), deployment(), container(state, ready, restarts)]);
        assert_eq!(environment.standing, standing, "{}", environment.message);
    }
}

#[test]
fn other_groups_and_other_clusters_are_not_looked_for_here() {
    let foreign = json!({ "entries": [{ "id": "dev-hello_web_apps.kruise.io_StatefulSet", "v": "v1" }] });
    let environment = seen(&[source(), with(kustomization(), &[("/status/inventory", foreign)])]);
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    let remote = with(kustomization(), &[("/spec/kubeConfig", json!({ "secretRef": { "name": "edge" } }))]);
    let environment = seen(&[source(), remote]);
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    assert_eq!(environment.remarks[0].reason, Reason::RemoteCluster);
}

#[test]
fn what_a_workload_says_of_its_former_specification_does_not_count() {
    let unseen = with(
        deployment(),
        &[
            ("/metadata/generation", json!(2)),
            ("/status/conditions", json!([condition("Progressing", "False", "x", 9)])),
        ],
    );
    let crashing = pod("a", ("ReplicaSet", "d"), "CrashLoopBackOff");
    assert_eq!(seen(&[source(), kustomization(), unseen, crashing]).standing, Standing::Deployed);
}

#[test]
fn pods_of_a_stateful_sets_former_template_do_not_count() {
    let inventory = json!({ "entries": [{ "id": "dev-hello_hello_apps_StatefulSet", "v": "v1" }] });
    let changed = with(kustomization(), &[("/status/inventory", inventory)]);
    let set =
        with(deployment(), &[("/kind", json!("StatefulSet")), ("/status/updateRevision", json!("new"))]);
    let crashing = |revision: &str| {
        let labels = json!({ "app": "hello", "controller-revision-hash": revision });
        with(pod("a", ("StatefulSet", "d"), "CrashLoopBackOff"), &[("/metadata/labels", labels)])
    };
    assert_eq!(seen(&[source(), changed.clone(), set.clone(), crashing("old")]).standing, Standing::Deployed);
    assert_eq!(seen(&[source(), changed, set, crashing("new")]).standing, Standing::Failed);
}

#[test]
fn a_stopped_controller_outranks_whatever_was_never_deployed() {
    let first = with(kustomization(), &[("/status", json!({}))]);
    let failing = with(
        source(),
        &[("/status", json!({ "conditions": [condition("FetchFailed", "True", "GitOperationFailed", 9)] }))],
    );
    for objects in [vec![failing, first.clone()], vec![first], vec![source()]] {
        let mut answers = cluster(NAMESPACE, &objects);
        assert_eq!(judged(&answers).environments[0].standing, Standing::NotDeployed);
        let stopped = json!({ "metadata": { "name": "source-controller", "namespace": "flux-system" }, "spec": { "replicas": 0 } });
        answers.replace(Scope::namespace(Kind::Deployment, "flux-system"), Answer::Objects(vec![stopped]));
        let environment = &judged(&answers).environments[0];
        assert_stands(environment, Standing::Unknown, Reason::ControllerNotRunning);
        assert!(
            environment.next.iter().any(|step| step.command.contains("scale --replicas=1")),
            "{:?}",
            environment.next
        );
    }
}

#[test]
fn troubles_of_what_runs_are_told_beside_whatever_decides() {
    let failing = with(
        source(),
        &[("/status/conditions", json!([condition("FetchFailed", "True", "GitOperationFailed", 90)]))],
    );
    let suspended = with(kustomization(), &[("/spec/suspend", json!(true))]);
    for objects in [[failing, kustomization()], [source(), suspended]] {
        let crashing = [deployment(), pod("a", ("ReplicaSet", "d"), "CrashLoopBackOff")];
        let environment = seen(&[objects.as_slice(), &crashing].concat());
        assert!(
            environment.remarks.iter().any(|remark| remark.cause == Some(Cause::CrashLoop)),
            "{:?}",
            environment.remarks
        );
    }
}

#[test]
fn a_source_fails_in_other_ways_too() {
    for (kind, status, reason) in [
        ("StorageOperationFailed", "True", Reason::FetchFailed),
        ("IncludeUnavailable", "True", Reason::FetchFailed),
        ("SourceVerified", "False", Reason::VerificationFailed),
    ] {
        let failing = with(source(), &[("/status/conditions", json!([condition(kind, status, "x", 90)]))]);
        assert_stands(&seen(&[failing, kustomization(), deployment()]), Standing::Failed, reason);
    }
}

#[test]
fn a_changed_source_is_not_deployed_before_it_is_fetched() {
    let changed = with(source(), &[("/metadata/generation", json!(2)), ("/spec/ref/branch", json!("qa"))]);
    assert_stands(
        &seen(&[changed, kustomization(), deployment()]),
        Standing::Syncing,
        Reason::SourceNotReady,
    );
}

#[test]
fn a_lost_kustomization_is_named_beside_a_living_one() {
    let labels = json!({ "kustomize.toolkit.fluxcd.io/name": "gone", "kustomize.toolkit.fluxcd.io/namespace": "flux-system" });
    let other = with(
        deployment(),
        &[("/metadata/name", json!("other")), ("/metadata/uid", json!("o")), ("/metadata/labels", labels)],
    );
    let environment = seen(&[source(), kustomization(), deployment(), other]);
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    assert_eq!(environment.kustomizations.len(), 1);
    let is_named = |remark: &Remark| {
        remark.reason == Reason::KustomizationMissing && remark.message.contains("flux-system/gone")
    };
    assert!(environment.remarks.iter().any(is_named), "{:?}", environment.remarks);
}

#[test]
fn one_namespace_and_all_of_them_say_the_same() {
    let inventory = json!({ "entries": [
        { "id": "monitoring_a_apps_Deployment", "v": "v1" }, { "id": "monitoring_b_apps_Deployment", "v": "v1" },
        { "id": "dev-hello_hello_apps_Deployment", "v": "v1" },
    ] });
    let infra = with(
        kustomization(),
        &[
            ("/metadata/name", json!("infra")),
            ("/metadata/uid", json!("i")),
            ("/metadata/namespace", json!("flux-system")),
            ("/spec/suspend", json!(true)),
            ("/status/inventory", inventory),
        ],
    );
    let answers = cluster(NAMESPACE, &[source(), kustomization(), infra, deployment()]);
    let all = picture(&answers, &Selection::All, now()).environments;
    let of_all = all
        .iter()
        .find(|environment| environment.id.namespace == NAMESPACE)
        .map(|environment| (environment.standing, environment.reason));
    let environment = &judged(&answers).environments[0];
    assert_eq!(of_all, Some((environment.standing, environment.reason)));
    assert_eq!(environment.standing, Standing::Suspended);
}

#[test]
fn a_trunk_names_no_environment() {
    let fleet = with(source(), &[("/metadata/name", json!("fleet")), ("/spec/ref/branch", json!("main"))]);
    let changed = with(kustomization(), &[("/spec/sourceRef/name", json!("fleet"))]);
    let environment = seen(&[fleet, changed, deployment()]);
    assert_eq!((environment.environment.as_str(), environment.project.as_str()), ("dev", "hello"));
}

#[test]
fn a_dependency_that_became_unready_is_told_and_does_not_decide() {
    let waiting = json!([condition("Ready", "False", "DependencyNotReady", 9)]);
    let changed = with(
        kustomization(),
        &[("/status/conditions", waiting), ("/spec/dependsOn", json!([{ "name": "infra" }]))],
    );
    let environment = seen(&[source(), changed, deployment()]);
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    assert_eq!(environment.remarks[0].reason, Reason::DependencyNotReady);
}

#[test]
fn many_namespaces_are_asked_for_at_once() {
    let entries: Vec<Value> =
        (0..40).map(|n| json!({ "id": format!("ns-{n}_a_apps_Deployment"), "v": "v1" })).collect();
    let far = with(
        kustomization(),
        &[("/spec/targetNamespace", json!(NAMESPACE)), ("/status/inventory", json!({ "entries": entries }))],
    );
    let mut answers = cluster(NAMESPACE, &[source(), far]);
    let selection = Selection::Namespace(NAMESPACE.into());
    assert!(wants(&answers, &selection).len() < 40, "{}", wants(&answers, &selection).len());
    answers.replace(Scope::cluster(Kind::Deployment), Answer::Forbidden);
    let apart = wants(&answers, &selection);
    assert!(apart.contains(&Scope::namespace(Kind::Deployment, "ns-7")), "not allowed at once: one by one");
}

#[test]
fn logs_are_asked_of_what_is_asked_about_alone() {
    let stray = with(
        pod("stray", ("ReplicaSet", "x"), "CrashLoopBackOff"),
        &[("/metadata/labels", json!({ "app": "other" }))],
    );
    let own = pod("own", ("ReplicaSet", "d"), "CrashLoopBackOff");
    let answers = cluster(NAMESPACE, &[source(), kustomization(), deployment(), stray, own]);
    let logs: Vec<Scope> = wants(&answers, &Selection::Namespace(NAMESPACE.into()))
        .into_iter()
        .filter(|scope| scope.kind == Kind::Log)
        .collect();
    assert_eq!(logs, [Scope::object(Kind::Log, NAMESPACE, "own/app")]);
}

#[test]
fn last_words_are_told_without_passwords() {
    let mut answers = cluster(
        NAMESPACE,
        &[source(), kustomization(), deployment(), pod("own", ("ReplicaSet", "d"), "CrashLoopBackOff")],
    );
    let lines = vec![json!("postgres://app:hunter2@db:5432/x failed"), json!("\u{1b}[2Jbye")];
    answers.replace(Scope::object(Kind::Log, NAMESPACE, "own/app"), Answer::Objects(lines));
    let message = &judged(&answers).environments[0].message;
    assert!(
        message.contains("postgres://redacted@db:5432/x failed | ") && !message.contains('\u{1b}'),
        "{message}"
    );
}

#[test]
fn three_answers_one_after_another_suffice() {
    // The most that can be asked: workloads in another namespace, one of them crashing.
    let inventory = json!({ "entries": [{ "id": "elsewhere_hello_apps_Deployment", "v": "v1" }] });
    let far = with(
        kustomization(),
        &[("/spec/targetNamespace", json!(NAMESPACE)), ("/status/inventory", inventory)],
    );
    let there = |object: Value| with(object, &[("/metadata/namespace", json!("elsewhere"))]);
    let home = all_answers(NAMESPACE, &[source(), far]);
    let elsewhere = all_answers(
        "elsewhere",
        &[there(deployment()), there(pod("a", ("ReplicaSet", "d"), "CrashLoopBackOff"))],
    );
    let selection = Selection::Namespace(NAMESPACE.into());
    let mut answers =
        gitops_core::model::cluster::ClusterState::new(gitops_core::model::pipeline::ClusterRef::InCluster);
    let mut waves = Vec::new();
    loop {
        let wanted: Vec<Scope> =
            wants(&answers, &selection).into_iter().filter(|scope| !answers.knows(scope)).collect();
        if wanted.is_empty() {
            break;
        }
        waves.push(wanted.len());
        for scope in wanted {
            let answer = home.get(&scope).or(elsewhere.get(&scope)).cloned().unwrap_or(Answer::Absent);
            answers.replace(scope, answer);
        }
    }
    assert!(
        waves.len() == 3 && waves[2] == 1,
        "conventional places, what they point to, last words: {waves:?}"
    );
}

#[test]
fn names_decide_only_where_they_leave_no_doubt() {
    let place = |source_name: &str, branch: &str, name: &str| {
        let meta = |object: Value, name: &str| {
            with(
                object,
                &[
                    ("/metadata/name", json!(name)),
                    ("/metadata/namespace", json!("flux-system")),
                    ("/status", json!({})),
                ],
            )
        };
        let source = with(meta(source(), source_name), &[("/spec/ref/branch", json!(branch))]);
        let changed = with(meta(kustomization(), name), &[("/spec/sourceRef/name", json!(source_name))]);
        let answers = cluster(NAMESPACE, &[source, changed]);
        picture(&answers, &Selection::All, now()).environments[0].id.namespace.clone()
    };
    assert_eq!(place("hello-dev", "dev", "hello-dev-hello-dev"), "dev-hello");
    assert_eq!(
        place("hello-dev", "qa", "hello-dev-hello-dev"),
        "dev-hello",
        "a branch that is not its environment's"
    );
    assert_eq!(place("hello-dev", "dev", "hello-dev-edge"), "dev-hello", "another target");
    assert_eq!(
        place("cluster-config", "main", "cluster-config-infra"),
        "flux-system",
        "no environment at all"
    );
    assert_eq!(
        place("fleet-gitops", "gitops", "fleet-gitops-fleet-gitops"),
        "flux-system",
        "a name that is one by chance"
    );
}

#[test]
fn a_failure_within_the_second_of_a_success_is_over() {
    let trying = json!([condition("Ready", "Unknown", "Progressing", 1)]);
    let history = json!([{ "metadata": { "revision": REVISION }, "lastReconciled": ago(20), "lastReconciledStatus": "ReconciliationSucceeded" }]);
    let changed = with(kustomization(), &[("/status/history", history), ("/status/conditions", trying)]);
    for (age, standing) in [(20, Standing::Deployed), (19, Standing::Failed)] {
        let failed = event("BuildFailed", "", age);
        assert_eq!(
            seen(&[source(), changed.clone(), deployment(), failed]).standing,
            standing,
            "{age} s ago"
        );
    }
}

#[test]
fn a_failure_left_from_the_revision_before_is_not_the_new_ones() {
    let left = |trying: &str| {
        json!([
            condition("Ready", "False", "HealthCheckFailed", 1),
            condition("Reconciling", "True", trying, 1)
        ])
    };
    let changed = |trying: &str| {
        with(
            kustomization(),
            &[("/status/lastAppliedRevision", json!(OLDER)), ("/status/conditions", left(trying))],
        )
    };
    let under_way = seen(&[source(), changed("Progressing"), deployment()]);
    assert_stands(&under_way, Standing::Reconciling, Reason::Progressing);
    let given_up = seen(&[source(), changed("ProgressingWithRetry"), deployment()]);
    assert_stands(&given_up, Standing::Failed, Reason::HealthCheckFailed);
    let remembered = event("HealthCheckFailed", "", 1);
    let again = seen(&[source(), changed("Progressing"), deployment(), remembered]);
    assert_stands(&again, Standing::Failed, Reason::HealthCheckFailed);
}

#[test]
fn a_source_that_is_being_deleted_is_a_remark() {
    let deleting = with(source(), &[("/metadata/deletionTimestamp", json!(ago(5)))]);
    let environment = seen(&[deleting, kustomization(), deployment()]);
    let remark = environment.remarks.iter().find(|remark| remark.reason == Reason::SourceDeleting);
    let message = remark.map(|remark| remark.message.as_str());
    assert_eq!(message, Some("GitRepository dev-hello/hello-dev is being deleted"));
}
