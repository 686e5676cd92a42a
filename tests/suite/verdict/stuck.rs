//! Nothing stands still for ever: each state that moves, just before its end and just after, and what ends none.

use gitops_core::model::cluster::{Answer, ClusterState, Kind, Scope};
use gitops_core::model::verdict::{Cause, EnvironmentStatus, Outlook, Picture, Reason, SinceFrom, Standing};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::least::*;
use super::timeline::cluster;

/// Interval 10 s, timeout 40 s, at another revision than the fetched one, with these conditions.
fn trying(attempted: &str, conditions: Value) -> Value {
    let changes = [
        ("/status/lastAttemptedRevision", json!(attempted)),
        ("/status/lastAppliedRevision", json!(OLDER)),
        ("/status/conditions", conditions),
    ];
    with(kustomization(), &changes)
}

fn fetched(seconds: i64) -> Value {
    with(source(), &[("/status/artifact/lastUpdateTime", json!(ago(seconds)))])
}

fn reconciling(seconds: i64) -> Value {
    condition("Reconciling", "True", "Progressing", seconds)
}

fn has_follow(environment: &EnvironmentStatus) -> bool {
    environment.next.iter().any(|next| next.command.contains("--watch"))
}

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

/// A kustomization of this name that waits for these.
fn waiting(name: &str, dependencies: &[&str], applied: bool) -> Value {
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

#[test]
fn a_circle_of_dependencies_is_named_and_is_final() {
    let circle = |applied| {
        [
            waiting("a", &["b"], applied),
            waiting("b", &["c"], applied),
            waiting("c", &["a"], applied),
            source(),
        ]
    };
    for (applied, standing) in [(false, Standing::NotDeployed), (true, Standing::Failed)] {
        let environment = seen(&circle(applied));
        assert_stands(&environment, standing, Reason::DependencyNotReady);
        assert_eq!((environment.cause, environment.outlook), (Some(Cause::DependencyCycle), Outlook::Final));
        assert!(
            environment.message.contains("dev-hello/a → dev-hello/b → dev-hello/c → dev-hello/a"),
            "{}",
            environment.message
        );
        assert!(!has_follow(&environment));
    }
    let alone = seen(&[source(), waiting("a", &["a"], false)]);
    assert_eq!(alone.cause, Some(Cause::DependencyCycle));
    assert!(alone.message.contains("itself: dev-hello/a → dev-hello/a"), "{}", alone.message);
    let beside = seen(&[
        source(),
        waiting("d", &["a"], false),
        waiting("a", &["b"], false),
        waiting("b", &["a"], false),
    ]);
    assert!(
        beside.remarks.iter().all(|remark| remark.cause == Some(Cause::DependencyCycle)),
        "{:?}",
        beside.remarks
    );
}

#[test]
fn what_a_wait_ends_in_decides_it() {
    let infra = |changes: &[(&str, Value)]| {
        let named =
            with(kustomization(), &[("/metadata/name", json!("infra")), ("/metadata/uid", json!("i"))]);
        with(named, changes)
    };
    let failed = json!([condition("Ready", "False", "BuildFailed", 500)]);
    let failed = infra(&[("/status/conditions", failed), ("/status/lastAppliedRevision", json!(OLDER))]);
    let suspended = infra(&[("/spec/suspend", json!(true)), ("/status/lastAppliedRevision", json!(OLDER))]);
    let through = [waiting("middle", &["infra"], true), waiting("app", &["middle"], true)];
    for (name, root, standing, words) in [
        ("failed", vec![failed], Standing::Failed, "infra, which is Failed (BuildFailed)"),
        (
            "suspended",
            vec![suspended],
            Standing::Suspended,
            "infra, which is Suspended (KustomizationSuspended)",
        ),
        ("missing", vec![], Standing::Failed, "infra, which is not there"),
    ] {
        let objects = [vec![source(), deployment()], root, vec![waiting("app", &["infra"], true)]].concat();
        let app = seen(&objects);
        assert_eq!(app.standing, standing, "{name}: {}", app.message);
        let told = app.remarks.iter().map(|remark| remark.message.as_str()).chain([app.message.as_str()]);
        assert!(told.clone().any(|told| told.contains(words)), "{name}: {:?}", told.collect::<Vec<_>>());
        assert!(!app.next.is_empty() && !has_follow(&app), "{name}: {:?}", app.next);
    }
    let objects = [vec![source(), deployment()], through.to_vec()].concat();
    let app = seen(&objects);
    assert!(
        app.message.contains("is not there")
            || app.remarks.iter().any(|remark| remark.message.contains(
                "infra, through Kustomization dev-hello/middle (DependencyNotReady), which is not there"
            )),
        "{} {:?}",
        app.message,
        app.remarks
    );
}

#[test]
fn a_failed_root_blocks_whatever_its_message_says() {
    let ready = |reason: &str, message: &str| {
        json!([with(condition("Ready", "False", reason, 30), &[("/message", json!(message))])])
    };
    let infra = |conditions: Value, changes: &[(&str, Value)]| {
        let named = with(
            kustomization(),
            &[
                ("/metadata/name", json!("infra")),
                ("/metadata/uid", json!("i")),
                ("/status/lastAppliedRevision", json!(OLDER)),
                ("/status/conditions", conditions),
            ],
        );
        with(named, changes)
    };
    let refused = |words: &str| {
        let message = format!("Deployment/dev-hello/web dry-run failed: {words}");
        infra(ready("ReconciliationFailed", &message), &[])
    };
    let first = |message: &str| {
        let failed = ready("GitOperationFailed", message);
        let failed = with(failed, &[("/0/type", json!("FetchFailed")), ("/0/status", json!("True"))]);
        let other = with(
            source(),
            &[
                ("/metadata/name", json!("infra")),
                ("/metadata/uid", json!("other")),
                ("/status", json!({ "observedGeneration": 1, "conditions": failed })),
            ],
        );
        let own = infra(
            json!([condition("Ready", "False", "ArtifactFailed", 30)]),
            &[
                ("/spec/sourceRef/name", json!("infra")),
                ("/status/lastAppliedRevision", json!(null)),
                ("/status/lastAttemptedRevision", json!(null)),
                ("/status/inventory", json!({ "entries": [] })),
            ],
        );
        vec![other, own]
    };
    for (name, root) in [
        ("immutable", vec![refused("spec.selector: Invalid value: {}: field is immutable")]),
        ("forbidden", vec![refused("forbidden: User \"a\" cannot patch resource \"b\"")]),
        ("no host", first("failed to checkout: dial tcp: lookup git.example: no such host")),
        ("no token", first("failed to checkout: authentication required")),
    ] {
        let app = waiting("app", &["infra"], true);
        let environment = seen(&[vec![fetched(30), deployment()], root, vec![app]].concat());
        let app = environment.kustomizations.iter().find(|own| own.name == "app").expect("app");
        assert_eq!((app.standing, app.reason), (Standing::Failed, Reason::DependencyNotReady), "{name}");
    }
}

#[test]
fn a_dependency_that_moves_is_waited_for() {
    let conditions = json!([condition("Ready", "Unknown", "Progressing", 5), reconciling(5)]);
    let infra = with(
        kustomization(),
        &[
            ("/metadata/name", json!("infra")),
            ("/metadata/uid", json!("i")),
            ("/status/lastAppliedRevision", json!(OLDER)),
            ("/status/conditions", conditions),
        ],
    );
    let environment = seen(&[fetched(6), infra, waiting("app", &["infra"], true), deployment()]);
    assert_stands(&environment, Standing::Reconciling, Reason::Progressing);
    let app = environment.kustomizations.iter().find(|own| own.name == "app").expect("app");
    assert_eq!((app.standing, app.reason), (Standing::Syncing, Reason::DependencyNotReady));
    assert!(has_follow(&environment));
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

/// Situations in which nothing ends by itself, one for each kind of advice.
pub(super) fn pictures() -> Vec<Picture> {
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
fn going(name: &str, seconds: i64) -> Value {
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
fn controller(name: &str, available: i64, since: i64) -> Value {
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

fn controller_pod(name: &str, state: Value, last: Value) -> Value {
    json!({
        "kind": "Pod",
        "metadata": { "name": format!("{name}-1"), "namespace": "flux-system", "uid": "p", "labels": { "app": name } },
        "status": { "phase": "Running", "containerStatuses": [{
            "name": "manager", "image": "x", "ready": state.get("running").is_some(), "restartCount": 21, "state": state, "lastState": last,
        }] },
    })
}

fn with_flux(deployments: Vec<Value>, pods: Vec<Value>, namespace: Value) -> ClusterState {
    let mut answers = cluster(NAMESPACE, &[source(), kustomization(), deployment()]);
    answers.replace(Scope::namespace(Kind::Deployment, "flux-system"), Answer::Objects(deployments));
    answers.replace(Scope::namespace(Kind::Pod, "flux-system"), Answer::Objects(pods));
    answers.replace(Scope::object(Kind::Namespace, "", "flux-system"), Answer::Objects(vec![namespace]));
    answers
}

fn active() -> Value {
    json!({ "kind": "Namespace", "metadata": { "name": "flux-system" }, "status": { "phase": "Active" } })
}

fn ended(reason: &str, code: i64, ran: i64, seconds: i64) -> Value {
    json!({ "terminated": { "reason": reason, "exitCode": code, "startedAt": ago(seconds + ran), "finishedAt": ago(seconds) } })
}

#[test]
fn a_controller_that_is_killed_again_and_again_does_not_run_in_between() {
    let name = "kustomize-controller";
    let backing_off = json!({ "waiting": { "reason": "CrashLoopBackOff", "message": "" } });
    let running = |seconds: i64| json!({ "running": { "startedAt": ago(seconds) } });
    for (available, state, last) in [
        (0, backing_off, ended("OOMKilled", 137, 20, 100)),
        (1, running(5), ended("OOMKilled", 137, 20, 100)),
        (1, running(21), ended("OOMKilled", 137, 20, 100)),
        (0, ended("OOMKilled", 137, 20, 1), json!({})),
    ] {
        let answers = with_flux(
            vec![controller(name, available, 20), controller("source-controller", 1, 86_400)],
            vec![controller_pod(name, state, last)],
            active(),
        );
        let environment = &judged(&answers).environments[0];
        assert_stands(environment, Standing::Unknown, Reason::ControllerNotRunning);
        assert_eq!((environment.cause, environment.outlook), (Some(Cause::OutOfMemory), Outlook::Final));
        assert!(
            environment.message.contains("OOM-killed (exit code 137)")
                && environment.message.contains("21 restarts"),
            "{}",
            environment.message
        );
        assert!(
            environment.next.iter().all(|next| !next.command.contains("rollout restart")),
            "{:?}",
            environment.next
        );
        assert!(
            environment.next.iter().any(|next| next.command.contains("memory")),
            "{:?}",
            environment.next
        );
    }
}

#[test]
fn a_controller_that_ran_for_long_and_was_started_again_runs() {
    let name = "kustomize-controller";
    let running = |seconds: i64| json!({ "running": { "startedAt": ago(seconds) } });
    for (state, last) in [
        (running(30), ended("Error", 1, 90_000, 40)),
        (running(700), ended("OOMKilled", 137, 20, 800)),
        (running(30), ended("Completed", 0, 20, 40)),
    ] {
        let pods = vec![controller_pod(name, state, last)];
        let answers = with_flux(
            vec![controller(name, 1, 30), controller("source-controller", 1, 86_400)],
            pods,
            active(),
        );
        assert_stands(&judged(&answers).environments[0], Standing::Deployed, Reason::Applied);
    }
}

#[test]
fn a_controller_is_absent_beside_others_or_in_a_namespace_that_goes() {
    let others = vec![controller("source-controller", 1, 86_400)];
    let environment = &judged(&with_flux(others.clone(), Vec::new(), active())).environments[0];
    assert_stands(environment, Standing::Unknown, Reason::ControllerNotRunning);
    assert_eq!(environment.cause, Some(Cause::ControllerMissing));
    let sharded = [others, vec![controller("kustomize-controller-shard1", 1, 86_400)]].concat();
    let labelled = {
        let mut other = controller("flux-kustomize", 1, 86_400);
        other["metadata"]["labels"] = json!({ "app.kubernetes.io/component": "kustomize-controller" });
        vec![other, controller("source-controller", 1, 86_400)]
    };
    for deployments in [sharded, labelled, Vec::new()] {
        let answers = with_flux(deployments, Vec::new(), active());
        assert_stands(&judged(&answers).environments[0], Standing::Deployed, Reason::Applied);
    }
    let environment = &judged(&with_flux(Vec::new(), Vec::new(), going("flux-system", 1800))).environments[0];
    assert_stands(environment, Standing::Unknown, Reason::ControllerNotRunning);
    assert_eq!(environment.cause, Some(Cause::NamespaceTerminating));
    assert!(
        environment.next[0].command.starts_with("kubectl get namespace flux-system"),
        "{:?}",
        environment.next
    );
    assert_eq!(environment.since.map(|since| since.time.to_string()), Some(ago(1800)));
}

#[test]
fn where_no_flux_is_known_an_old_reconciliation_is_a_sign() {
    let last = |seconds: i64| {
        let history = json!([{ "metadata": { "revision": REVISION }, "lastReconciled": ago(seconds), "lastReconciledStatus": "ReconciliationSucceeded" }]);
        seen(&[source(), with(kustomization(), &[("/status/history", history)]), deployment()])
    };
    assert_stands(&last(10 + 1 + 80 + 60), Standing::Deployed, Reason::Applied);
    let environment = last(10 + 1 + 80 + 61);
    assert_stands(&environment, Standing::Unknown, Reason::ControllerNotRunning);
    assert!(environment.message.contains("has no Deployment of Flux"), "{}", environment.message);
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
