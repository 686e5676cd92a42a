//! Kustomizations that wait for others.

use super::super::least::*;
use super::objects::*;
use gitops_core::model::verdict::{Cause, Outlook, Reason, Standing};
use serde_json::{Value, json};

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
