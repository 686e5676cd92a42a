//! The job that ends a status which its run left behind, with curl and jq against the lab's GitHub.

use gitops_core::model::github::{CommitStatus, StatusState};
use tempfile::TempDir;

use super::lab::{Scene, TOKEN};
use super::rendered::{file, script, shell};
use crate::support::has_tool;

const RUN: &str = "7";

/// Runs the job for a commit whose run ended so; what it says.
async fn record(scene: &Scene, workflow: &str, commit: &str, result: &str) -> String {
    let folder = TempDir::new().expect("a folder");
    let authority = folder.path().join("authority.pem");
    std::fs::write(&authority, scene.server.authority()).expect("a file");
    let url = scene.server.url();
    let variables = [
        ("GITHUB_SERVER_URL", url),
        ("GITHUB_API_URL", &format!("{url}/api/v3")),
        ("GITHUB_REPOSITORY", "contoso/hello"),
        ("GITHUB_RUN_ID", RUN),
        ("GITHUB_TOKEN", TOKEN),
        ("CURL_CA_BUNDLE", authority.to_str().expect("a path")),
        ("COMMIT_ID", commit),
        ("ENVIRONMENT", "Dev"),
        ("RESULT", result),
    ];
    let script = script(&file(workflow), "record", "statuses");
    let output = shell(&script, folder.path(), &variables).output().await.expect("a shell");
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(output.status.success(), "{text}");
    text
}

#[tokio::test]
async fn a_status_that_a_run_left_behind_is_ended_and_no_other() {
    if !["bash", "curl", "jq"].into_iter().all(has_tool) {
        return;
    }
    let scene = Scene::set().await;
    let (github, repository) = (scene.github(), scene.repository("contoso/hello").await);
    let commit = github.head(&repository, "main").await.expect("an answer").expect("a branch");
    let page = |run: &str| format!("{}/contoso/hello/actions/runs/{run}", scene.server.url());
    let own = page(RUN);
    for (workflow, state, link, result, expected) in [
        ("deploy", StatusState::Pending, own.clone(), "cancelled", StatusState::Error),
        ("post-deployment", StatusState::Pending, own.clone(), "failure", StatusState::Failure),
        // What follows had its end, or belongs to a run that goes on.
        ("post-deployment", StatusState::Success, own.clone(), "failure", StatusState::Success),
        ("deploy", StatusState::Pending, page("8"), "failure", StatusState::Pending),
        ("deploy", StatusState::Pending, page("71"), "cancelled", StatusState::Pending),
    ] {
        let description = format!("{workflow} {result}");
        let status = CommitStatus {
            context: "dev".into(),
            state,
            description,
            url: Some(link.clone()),
            created: None,
        };
        github.post_status(&repository, &commit, &status).await.expect("said");
        let said = record(&scene, workflow, &commit, result).await;
        let statuses = github.statuses(&repository, &commit).await.expect("an answer");
        let found = statuses.first().expect("the newest");
        assert_eq!((found.state, found.url.as_ref()), (expected, Some(&link)), "{workflow} {result}: {said}");
        assert_eq!(found.description == status.description, state == expected, "{found:?}");
    }
}

#[tokio::test]
async fn a_run_that_names_no_commit_records_nothing() {
    if !["bash", "curl", "jq"].into_iter().all(has_tool) {
        return;
    }
    let scene = Scene::set().await;
    for commit in ["", "main", "../../issues", "d61d3702f941f7a0787e29e428e569152f66e7bf/x"] {
        let said = record(&scene, "deploy", commit, "failure").await;
        assert!(said.contains("did not name a commit"), "{said}");
    }
}
