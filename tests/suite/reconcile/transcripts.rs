//! What a person sees: the plan, the question, the report.

use gitops_core::model::Exit;
use serde_json::Value;

use super::scene::{Scene, stable};

const PLAN: &str = "\
ACTION   STEP                                            WHAT
Change   GitRepository flux-system/hello-dev             fetch now (REVISION fetched)
Change   Kustomization flux-system/hello-dev-hello-dev   build and apply now (REVISION applied)
";

const REPORT: &str = "\
RESULT   STEP                                            WHAT
Done     GitRepository flux-system/hello-dev             REVISION fetched
Done     Kustomization flux-system/hello-dev-hello-dev   REVISION applied

2 Done in context lab
";

#[tokio::test]
async fn a_dry_run_shows_the_plan_and_changes_nothing() {
    let scene = Scene::of("default").await;
    let session = scene.session();
    assert_eq!(scene.run(&session, &["-n", "dev-hello", "--dry-run"]).await, Exit::Done);
    let page = format!("{PLAN}\nwould reconcile dev-hello in context lab\n");
    assert_eq!((stable(&session.out()), session.err().as_str()), (page, ""));
    assert!(scene.patches().is_empty());
}

#[tokio::test]
async fn a_person_is_shown_the_plan_and_asked() {
    let scene = Scene::of("default").await;
    for (answer, exit) in [("n\n", Exit::NotSo), ("\n", Exit::NotSo), ("", Exit::NotSo)] {
        let session = scene.terminal(answer);
        assert_eq!(scene.run(&session, &["-n", "dev-hello"]).await, exit, "{answer:?}");
        let asked = stable(&session.err());
        assert!(asked.contains("\nReconcile dev-hello in context lab? [y/N] "), "{asked}");
        assert!(asked.ends_with("error: nothing was changed: the answer was not yes\n"), "{asked}");
        // What a person types ends with the end of a line; the end of input does not.
        let end = if answer.is_empty() { "[y/N] \nerror:" } else { "[y/N] error:" };
        assert!(asked.contains(end), "{answer:?}: {asked}");
        assert_eq!(session.out(), "", "{answer:?}");
        assert!(scene.patches().is_empty(), "{answer:?}");
    }
    let session = scene.terminal("y\n");
    assert_eq!(
        scene.run(&session, &["-n", "dev-hello", "--no-progress"]).await,
        Exit::Done,
        "{}",
        session.err()
    );
    let lines = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(lines(&stable(&session.out())), lines(REPORT), "{}", session.out());
    assert!(session.out().lines().all(|line| line.chars().count() <= 80), "{}", session.out());
    assert_eq!(scene.patches().len(), 2);
}

#[tokio::test]
async fn without_a_terminal_it_needs_yes() {
    let scene = Scene::of("default").await;
    let session = scene.session();
    assert_eq!(scene.run(&session, &["-n", "dev-hello"]).await, Exit::Usage);
    assert_eq!(
        session.err(),
        "error: nothing was changed: stdin is not a terminal, so nobody can be asked\n\nhint: look at the plan with --dry-run, then give --yes\n"
    );
    assert!(scene.patches().is_empty());
    let session = scene.session();
    assert_eq!(scene.run(&session, &["-n", "dev-hello", "--yes"]).await, Exit::Done, "{}", session.err());
    assert_eq!((stable(&session.out()).as_str(), session.err().as_str()), (REPORT, ""));
    assert_eq!(scene.patches().len(), 2, "each object is asked once");
}

#[tokio::test]
async fn programs_get_one_document() {
    let scene = Scene::of("default").await;
    let document = async |words: &[&str]| -> Value {
        let session = scene.session();
        assert_eq!(scene.run(&session, words).await, Exit::Done, "{}", session.err());
        assert_eq!(session.err(), "");
        serde_json::from_str(&session.out()).expect("one document")
    };
    let planned = document(&["-n", "dev-hello", "--dry-run", "-o", "json"]).await;
    assert_eq!((&planned["kind"], &planned["dryRun"]), (&"Plan".into(), &true.into()));
    assert_eq!(planned["context"], "lab");
    assert_eq!(planned["steps"][1]["after"][0], planned["steps"][0]["name"]);
    assert!(planned["steps"][0]["result"].is_null());
    let done = document(&["-n", "dev-hello", "--yes", "-o", "json"]).await;
    assert_eq!((&done["dryRun"], &done["steps"][1]["result"]["outcome"]), (&false.into(), &"Done".into()));
}

#[tokio::test]
async fn with_wait_it_goes_on_until_the_environment_is_deployed() {
    let scene = Scene::of("default").await;
    let session = scene.session();
    let exit = scene.run(&session, &["-n", "dev-hello", "--yes", "--wait"]).await;
    assert_eq!(exit, Exit::Done, "{}", session.err());
    assert_eq!(stable(&session.err()), "dev-hello is Deployed, Applied: REVISION is applied\n");
}
