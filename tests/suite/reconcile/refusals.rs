//! What a cluster that refuses, fails or loses answers makes of a reconciliation. Nothing is asked twice.

use std::time::Duration;

use gitops_core::model::Exit;
use serde_json::json;

use super::scene::Scene;

const SOURCES: &str = "/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories/*";

#[tokio::test]
async fn refusals_of_the_request_have_their_exit_codes_and_are_not_repeated() {
    for (effect, exit, words) in [
        (json!({"status": {"code": 401}}), Exit::Denied, "next:\n  kubectl auth whoami\n"),
        (
            json!({"status": {"code": 403}}),
            Exit::Denied,
            "next:\n  kubectl auth can-i patch gitrepositories.source.toolkit.fluxcd.io -n flux-system\n",
        ),
        (json!({"status": {"code": 404}}), Exit::NotFound, "not found"),
        (json!({"status": {"code": 409}}), Exit::Failed, "conflict"),
        (json!({"status": {"code": 422}}), Exit::Failed, "not valid"),
        (json!({"status": {"code": 500}}), Exit::Failed, "500"),
        (json!({"cut": 0}), Exit::Failed, "it may have been done"),
    ] {
        let scene = Scene::of("default").await;
        scene.inject(&json!({"method": "PATCH", "path": SOURCES, "effect": effect}));
        let session = scene.session();
        let ended = scene.run(&session, &["-n", "dev-hello", "--yes"]).await;
        let report = session.out();
        assert_eq!(ended, exit, "{effect}: {report}{}", session.err());
        assert!(report.contains("Failed    GitRepository") && report.contains(words), "{effect}: {report}");
        assert!(report.contains("Skipped   Kustomization"), "{effect}: {report}");
        assert!(!report.contains(scene.lab.token()), "{effect}");
    }
}

#[tokio::test]
async fn an_environment_that_is_not_there_is_5() {
    let scene = Scene::of("default").await;
    let session = scene.session();
    assert_eq!(scene.run(&session, &["-n", "nowhere", "--yes"]).await, Exit::NotFound);
    assert!(session.err().contains("namespace nowhere is not there"), "{}", session.err());
}

/// The answer is cut, the request was made: it is found and waited for, and not made again.
#[tokio::test]
async fn a_request_whose_answer_was_lost_is_found_and_waited_for() {
    let scene = Scene::of("default").await;
    scene.inject(&json!({"method": "PATCH", "path": SOURCES, "times": 1, "effect": "half"}));
    let session = scene.session();
    assert_eq!(scene.run(&session, &["-n", "dev-hello", "--yes"]).await, Exit::Done, "{}", session.out());
    assert_eq!(scene.patches().len(), 2);
}

/// A proxy that cuts or refuses every watch does not hide that a request was handled.
#[tokio::test]
async fn where_watches_fail_the_object_is_read() {
    let scene = Scene::of("default").await;
    scene.inject(&json!({"path": "/apis/**", "watch": true, "effect": {"status": {"code": 503}}}));
    let session = scene.session();
    assert_eq!(scene.run(&session, &["-n", "dev-hello", "--yes"]).await, Exit::Done, "{}", session.out());
    assert_eq!(scene.patches().len(), 2);
}

#[tokio::test]
async fn who_is_signed_out_in_the_middle_is_told_so() {
    let scene = Scene::of("default").await;
    // No watch lasts: one that began before the refusals would not hear of them.
    scene.inject(&json!({"path": "/**", "watch": true, "effect": "expired"}));
    let session = scene.session();
    let command = session.run(&["-n", "dev-hello", "--yes"], kubectl_gitops_reconcile::run);
    // Nothing is handled meanwhile: the lab stands still.
    let signing_out = async {
        while scene.patches().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        scene.inject(&json!({"path": "/**", "effect": {"status": {"code": 401}}}));
        std::future::pending::<()>().await
    };
    let exit = tokio::select! {
        exit = command => exit,
        () = signing_out => unreachable!("it never ends"),
    };
    assert_eq!(exit, Exit::Denied, "{}", session.out());
    assert!(session.out().contains("whether it was handled may not be read"), "{}", session.out());
}

#[tokio::test]
async fn who_may_read_nothing_is_told_so_and_nothing_is_changed() {
    let scene = Scene::of("default").await;
    let mut config: serde_json::Value = serde_json::from_str(&scene.lab.kubeconfig()).expect("JSON");
    config["current-context"] = json!("lab-viewer");
    let session = crate::support::InProcess::new(&config.to_string(), scene.lab.now());
    let exit = scene.run(&session, &["-n", "dev-hello", "--yes"]).await;
    assert_eq!(exit, Exit::Denied, "{}{}", session.out(), session.err());
    assert!(session.err().contains("not allowed to read anything"), "{}", session.err());
    assert!(scene.patches().is_empty());
}
