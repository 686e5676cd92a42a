//! What runs of workflows say: built, rendered, waiting for reviewers, failed, or not started at all.

use gitops_core::model::verdict::{Picture, Reason, Standing};
use serde_json::{Value, json};

use super::super::least::assert_stands;
use super::scene::{APPLIED, NEW_SOURCE, SOURCE, Scene, assert_told, commit, remarks, run, workflow};

fn failed_job(name: &str, step: &str) -> Value {
    json!({
        "name": name, "status": "completed", "conclusion": "failure",
        "steps": [{"name": "Set up", "conclusion": "success"}, {"name": step, "conclusion": "failure"}],
    })
}

/// A run of `ci` for the newest source commit.
fn ci(state: &'static str) -> Scene {
    let mut scene = Scene::pushed(5);
    scene.runs.entry("hello").or_default().push(run(7, "ci", "Say even more", NEW_SOURCE, state, 4));
    scene.jobs.insert(7, failed_job("build", "Run tests"));
    scene
}

/// A run of `deploy` to `dev`.
fn deploy(state: &'static str, title: &str) -> Scene {
    let mut scene = ci("success");
    scene.runs.entry("hello").or_default().push(run(8, "deploy", title, NEW_SOURCE, state, 3));
    scene.jobs.insert(8, failed_job("deploy", "Render"));
    scene.pending.insert(
        8,
        json!({"environment": {"name": "dev-approval"}, "reviewers": [{"reviewer": {"login": "ada"}}, {"reviewer": {"slug": "operators"}}]}),
    );
    scene
}

fn title() -> String {
    format!("deploy dev {NEW_SOURCE} 0.0.1-43 y")
}

/// Every situation that advises a command.
pub(in super::super) fn pictures() -> Vec<Picture> {
    let mut scenes = vec![
        ci("in_progress"),
        ci("failure"),
        Scene::with(|scene| {
            *scene = Scene::pushed(5);
            scene.workflows.insert(
                "hello",
                vec![workflow(1, "ci", "disabled_manually"), workflow(2, "deploy", "active")],
            );
        }),
        Scene::pushed(5),
        deploy("in_progress", &title()),
        deploy("waiting", &title()),
        deploy("failure", &title()),
    ];
    scenes.extend(super::branches::scenes());
    scenes.extend(super::delivery::scenes());
    scenes.extend(super::pull_requests::scenes());
    scenes.extend(super::holds::scenes());
    scenes.extend(super::way_back::scenes());
    scenes.extend(super::revisions::scenes());
    scenes.extend(super::chain::scenes());
    scenes.iter().map(Scene::picture).collect()
}

#[test]
fn a_build_is_told_where_promotion_begins() {
    let dev = ci("in_progress").environment("dev");
    assert_stands(&dev, Standing::Deployed, Reason::Applied);
    assert_told(
        &dev,
        "CiRunning: ci (run 7) began 4 min ago for 2b2b2b2 (Say even more), the newest commit of contoso/hello",
        "gh run watch 7 --repo git.example/contoso/hello",
    );
    let queued = ci("queued").environment("dev");
    assert_told(
        &queued,
        "CiRunning: ci (run 7) is queued for 2b2b2b2 (Say even more), the newest commit of contoso/hello",
        "",
    );
    let failed = ci("failure").environment("dev");
    assert_told(
        &failed,
        "CiFailed: ci (run 7) failed 3 min ago for 2b2b2b2 (Say even more), the newest commit of contoso/hello: job build, step Run tests",
        "gh run view 7 --log-failed --repo git.example/contoso/hello",
    );
    let evidence = failed.evidence.iter().find(|evidence| evidence.kind == "WorkflowRun").expect("evidence");
    assert_eq!((evidence.namespace.as_str(), evidence.name.as_str()), ("contoso/hello", "7"));
    assert!(evidence.as_of.is_some() && evidence.says.contains("/actions/runs/7"), "{evidence:?}");
    let remark = failed.remarks.iter().find(|remark| remark.reason == Reason::CiFailed).expect("a remark");
    assert_eq!(remark.url.as_deref(), Some("https://git.example/contoso/hello/actions/runs/7"));
    assert!(!remarks(&ci("failure").environment("qa")).iter().any(|remark| remark.starts_with("Ci")));
}

#[test]
fn a_build_that_did_not_start_has_its_reason() {
    let told = |change: fn(&mut Scene)| {
        let mut scene = Scene::pushed(5);
        change(&mut scene);
        scene.environment("dev")
    };
    assert_told(
        &told(|scene| scene.newest = commit(NEW_SOURCE, "Fix it\n\n[skip ci]", 5)),
        "CiNotStarted/SkipMarker: no run of ci began for 2b2b2b2 (Fix it), the newest commit of contoso/hello: its message tells workflows to skip it",
        "",
    );
    assert_told(
        &told(|scene| {
            scene.workflows.insert("hello", vec![workflow(1, "CI", "disabled_inactivity")]);
        }),
        "CiNotStarted/WorkflowDisabled: no run of ci began for 2b2b2b2 (Say even more), the newest commit of contoso/hello: workflow .github/workflows/CI.yml is disabled",
        "gh workflow enable 1 --repo git.example/contoso/hello",
    );
    assert_told(
        &told(|scene| {
            scene.workflows.insert("hello", vec![workflow(2, "deploy", "active")]);
        }),
        "CiNotStarted/WorkflowMissing: no run of ci began for 2b2b2b2 (Say even more), the newest commit of contoso/hello: workflow ci is not there",
        "",
    );
    assert_told(
        &told(|_| {}),
        "CiNotStarted: no run of ci began for 2b2b2b2 (Say even more), the newest commit of contoso/hello: its workflow is there and enabled",
        "gh workflow list --all --repo git.example/contoso/hello",
    );
}

#[test]
fn a_deployment_is_told_of_its_environment() {
    for title in [title(), format!("Deploy (DEV): {} 0.0.1-43", &NEW_SOURCE[..8])] {
        let running = deploy("in_progress", &title).environment("dev");
        let words = format!("{:?}", remarks(&running));
        assert!(
            words.contains("DeployRunning: deploy (run 8) began 3 min ago: it renders 2b2b2b2"),
            "{words}"
        );
        assert!(
            !format!("{:?}", remarks(&deploy("in_progress", &title).environment("qa"))).contains("Deploy")
        );
    }
    assert_told(
        &deploy("waiting", &title()).environment("dev"),
        "DeployAwaitsReview: deploy 2b2b2b2 to dev (run 8) waits for a review by ada or operators",
        "gh run view 8 --repo git.example/contoso/hello",
    );
    assert_told(
        &deploy("failure", &title()).environment("dev"),
        "DeployFailed: deploy (run 8) failed 2 min ago; it was to render 2b2b2b2 to dev: job deploy, step Render",
        "gh run view 8 --log-failed --repo git.example/contoso/hello",
    );
}

/// The reference's runs are all called `deploy`.
#[test]
fn a_run_without_a_telling_title_names_no_environment() {
    let failed = deploy("failure", "deploy").environment("dev");
    assert_told(
        &failed,
        "DeployFailed: deploy (run 8) failed 2 min ago; it was to render, to which environment its title does not say: job deploy, step Render",
        "",
    );
    // One that waits is known by what it waits for.
    assert_told(
        &deploy("waiting", "deploy").environment("dev"),
        "DeployAwaitsReview: deploy to dev (run 8) waits for a review by ada or operators",
        "",
    );
    let mut scene = deploy("waiting", "deploy");
    scene.pending.insert(
        8,
        json!({"environment": {"name": "QA"}, "reviewers": [], "current_user_can_approve": false}),
    );
    assert_told(
        &scene.environment("qa"),
        "DeployAwaitsReview: deploy to qa (run 8) waits for the protection rules of its environment",
        "",
    );
    // In a chain of one environment there is no doubt.
    let mut only = deploy("in_progress", "deploy");
    only.environments.insert("dev", [].into());
    let words = remarks(&only.environment("dev"));
    assert!(words.iter().any(|words| words.contains("it renders to dev")), "{words:?}");
}

/// They are standings only where nothing was ever applied.
#[test]
fn what_was_never_applied_stands_where_its_change_is() {
    for (scene, standing, reason) in [
        (ci("in_progress"), Standing::Building, Reason::CiRunning),
        (deploy("in_progress", &title()), Standing::Rendering, Reason::DeployRunning),
        (deploy("waiting", &title()), Standing::AwaitingApproval, Reason::DeployAwaitsReview),
        (ci("failure"), Standing::NotDeployed, Reason::PathMissing),
    ] {
        let dev = scene.undeployed().environment("dev");
        assert_stands(&dev, standing, reason);
        if standing != Standing::NotDeployed {
            // That its folder is not there yet follows from that.
            assert!(
                !remarks(&dev).iter().any(|remark| remark.starts_with("PathMissing: ")),
                "{:?}",
                dev.remarks
            );
            assert!(dev.next[0].command.starts_with("gh run "), "{:?}", dev.next);
        }
    }
}

#[test]
fn a_failure_that_was_made_good_is_over() {
    let mut scene = deploy("failure", &format!("deploy dev {SOURCE} 0.0.1-42 n"));
    scene.commits.insert(APPLIED, commit(APPLIED, "Deploy", 1));
    scene.runs.entry("hello-gitops").or_default().push(run(9, "notify-on-pr", "", APPLIED, "queued", 1));
    let words = remarks(&scene.environment("dev"));
    assert!(!words.iter().any(|remark| remark.starts_with("DeployFailed")), "{words:?}");
}
