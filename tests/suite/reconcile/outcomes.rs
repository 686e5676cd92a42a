//! What becomes of a reconciliation: suspended, failed, late, killed and run again.

use std::time::Duration;

use gitops_core::model::Exit;
use gitops_core::model::cluster::Kind;
use serde_json::json;

use super::scene::{KUSTOMIZATION, SOURCE, Scene, stable};
use crate::support::patch;

const REQUESTED: &str = "/metadata/annotations/reconcile.fluxcd.io~1requestedAt";

#[tokio::test]
async fn what_is_suspended_is_named_with_what_resumes_it_and_not_asked() {
    let scene = Scene::of("default").await;
    patch(&scene.lab, Kind::Kustomization, KUSTOMIZATION, json!({"spec": {"suspend": true}})).await;
    scene.lab.clear_journal();
    let session = scene.session();
    let exit = scene.run(&session, &["-n", "dev-hello", "--yes"]).await;
    assert_eq!((exit, exit.code()), (Exit::NotSo, 3), "{}", session.err());
    let report = stable(&session.out());
    assert!(report.contains("Done      GitRepository flux-system/hello-dev "), "{report}");
    assert!(
        report.contains("Blocked   Kustomization flux-system/hello-dev-hello-dev   suspended since TIME (by"),
        "{report}"
    );
    assert!(
        report.contains(
            "\nnext:\n  kubectl patch kustomization/hello-dev-hello-dev -n flux-system --type merge"
        ),
        "{report}"
    );
    assert_eq!(scene.patches().len(), 1, "a suspended object would acknowledge and do nothing");
}

#[tokio::test]
async fn where_everything_is_suspended_nobody_is_asked_anything() {
    let scene = Scene::of("suspended").await;
    let session = scene.session();
    let exit = scene.run(&session, &["-n", "dev-hello"]).await;
    assert_eq!(exit, Exit::NotSo, "{}", session.err());
    assert_eq!(session.out().matches("Blocked   ").count(), 2, "{}", session.out());
    let command = "\nnext:\n  az k8s-configuration flux update -g rg-contoso-edge -c edge-1 -t connectedClusters --subscription 11111111-1111-4111-8111-111111111111 -n hello-dev --suspend false";
    assert!(session.out().contains(command), "{}", session.out());
    assert_eq!(session.out().matches("--suspend false").count(), 1, "one command resumes both");
    assert!(scene.patches().is_empty());
}

#[tokio::test]
async fn a_fetch_that_fails_is_told_and_nothing_after_it_is_tried() {
    let scene = Scene::of("default").await;
    let change = json!({"spec": {"ref": {"branch": "nowhere"}}});
    patch(&scene.lab, Kind::GitRepository, SOURCE, change).await;
    scene.lab.clear_journal();
    let session = scene.session();
    let exit = scene.run(&session, &["-n", "dev-hello", "--yes"]).await;
    assert_eq!(exit, Exit::Failed, "{}", session.err());
    let report = session.out();
    assert!(report.contains("Failed    GitRepository flux-system/hello-dev "), "{report}");
    assert!(report.contains("GitOperationFailed: "), "{report}");
    assert!(report.contains("Skipped   Kustomization flux-system/hello-dev-hello-dev   not tried: GitRepository flux-system/hello-dev has not succeeded"), "{report}");
    assert!(
        report.contains("\nnext:\n  kubectl describe gitrepository/hello-dev -n flux-system\n"),
        "{report}"
    );
    assert_eq!(scene.patches().len(), 1);
}

#[tokio::test]
async fn what_waits_for_itself_is_named_and_no_success() {
    let scene = Scene::of("default").await;
    let circle = json!({"spec": {"dependsOn": [{"name": KUSTOMIZATION}]}});
    patch(&scene.lab, Kind::Kustomization, KUSTOMIZATION, circle).await;
    scene.lab.clear_journal();
    let session = scene.session();
    let exit = scene.run(&session, &["-n", "dev-hello", "--yes"]).await;
    assert_eq!(exit, Exit::NotSo, "{}", session.out());
    let blocked = "Blocked   Kustomization flux-system/hello-dev-hello-dev   not tried: its dependencies wait for each other";
    assert!(session.out().contains(blocked), "{}", session.out());
    assert_eq!(scene.patches().len(), 1);
}

#[tokio::test]
async fn what_nobody_handles_is_pending_at_the_deadline() {
    let scene = Scene::of("default").await;
    let session = scene.session();
    // The lab stands still: no controller works. Only the command's time passes.
    let command =
        session.run(&["-n", "dev-hello", "--yes", "--timeout", "90s"], kubectl_gitops_reconcile::run);
    let passing = async {
        // The watch begins once the list before it is read, which says whom the request waits for.
        while !scene.is_watched() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        session.clock.advance(Duration::from_secs(90));
    };
    let (exit, ()) = tokio::join!(command, passing);
    assert_eq!((exit, exit.code()), (Exit::Pending, 8), "{}", session.err());
    let report = session.out();
    assert!(report.contains("not handled within 90 s: waiting for source-controller"), "{report}");
    assert!(report.contains("Skipped   Kustomization"), "{report}");
}

#[tokio::test]
async fn killed_in_the_middle_and_run_again_it_goes_on_where_it_was() {
    let scene = Scene::of("default").await;
    let killed = scene.session();
    let command = killed.run(&["-n", "dev-hello", "--yes"], kubectl_gitops_reconcile::run);
    let killing = async {
        while scene.patches().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        killed.signals.terminate();
    };
    let (exit, ()) = tokio::join!(command, killing);
    assert_eq!((exit, killed.out().as_str()), (Exit::Terminated, ""));
    assert!(killed.err().starts_with("interrupted: what was asked for stands;"), "{}", killed.err());
    let asked = scene.object(Kind::GitRepository, SOURCE).await.pointer(REQUESTED).cloned();
    assert!(asked.is_some(), "the first request stands");

    scene.lab.clear_journal();
    let again = scene.session();
    again.clock.advance(Duration::from_secs(20));
    // The lab stands still, so that nobody handles the request before it is looked for.
    let exit = again.run(&["-n", "dev-hello", "--dry-run"], kubectl_gitops_reconcile::run).await;
    assert_eq!(exit, Exit::Done);
    assert!(stable(&again.out()).contains("asked for at TIME, not handled yet"), "{}", again.out());

    let resumed = scene.session();
    let command = resumed.run(&["-n", "dev-hello", "--yes"], kubectl_gitops_reconcile::run);
    let passing = async {
        while !scene.is_watched() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        loop {
            scene.lab.step(Duration::from_secs(1));
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    };
    let exit = tokio::select! {
        exit = command => exit,
        () = passing => unreachable!("time passes for ever"),
    };
    assert_eq!(exit, Exit::Done, "{}{}", resumed.out(), resumed.err());
    let patches = scene.patches();
    assert_eq!(patches.len(), 1, "the source is not asked again: {patches:?}");
    assert!(patches[0].contains(&format!("/kustomizations/{KUSTOMIZATION}?")), "{patches:?}");
    let source = scene.object(Kind::GitRepository, SOURCE).await;
    assert_eq!(source.pointer(REQUESTED), asked.as_ref());
    assert_eq!(source["status"]["lastHandledReconcileAt"], asked.expect("a request"));
}

/// Ctrl-C says what was asked for and what was not, whatever the output is for; before anything is asked, nothing.
#[tokio::test]
async fn interrupted_it_says_which_requests_stand() {
    for words in [&["-n", "dev-hello", "--yes"][..], &["-n", "dev-hello", "--yes", "-o", "json"]] {
        let scene = Scene::of("default").await;
        let session = scene.session();
        // The lab stands still: nobody handles the request.
        let command = session.run(words, kubectl_gitops_reconcile::run);
        let interrupting = async {
            while !scene.is_watched() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            session.signals.interrupt();
        };
        let (exit, ()) = tokio::join!(command, interrupting);
        assert_eq!((exit, exit.code(), session.out().as_str()), (Exit::Interrupted, 130, ""));
        let told = session.err();
        let mut lines = told.lines();
        let first = "interrupted: what was asked for stands; run the command again to go on";
        assert_eq!(
            (lines.next(), lines.next().map(|line| line.starts_with("RESULT"))),
            (Some(first), Some(true))
        );
        let source = lines.next().expect("the source");
        assert!(source.starts_with("Pending   GitRepository flux-system/hello-dev "), "{told}");
        assert!(source.contains("interrupted before its end: "), "{told}");
        let kustomization = lines.next().expect("the kustomization");
        assert!(kustomization.starts_with("Skipped   Kustomization flux-system/hello-dev-"), "{told}");
        assert!(kustomization.ends_with("not begun"), "{told}");
        assert!(told.ends_with("\n\n1 Pending, 1 Skipped in context lab\n"), "{told}");
        assert_eq!(scene.patches().len(), 1, "one was asked for");
    }
    let scene = Scene::of("default").await;
    let session = scene.terminal("");
    session.signals.interrupt();
    let exit = session.run(&["-n", "dev-hello", "--yes"], kubectl_gitops_reconcile::run).await;
    assert_eq!((exit, session.err().contains("interrupted:")), (Exit::Interrupted, false));
    assert!(scene.patches().is_empty());
}
