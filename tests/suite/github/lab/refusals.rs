//! The lab's refusals, and what goes wrong on the way, as errors with code and exit.

use gitops_core::github::{Github, GithubError};
use gitops_core::model::{Exit, Failure};
use kubectl_gitops_lab::{Effect, FaultStatus, Limited};

use super::super::client::TOKEN;
use super::scene::{READER, STRANGER, Scene, name, tip, write};

async fn scene() -> Scene {
    let scene = Scene::set().await;
    scene.server.host().create("contoso/hello", "main").expect("made");
    let at = "2026-01-01T00:00:00Z".parse().expect("a time");
    let first = kubectl_gitops_lab::Change { message: "first", files: &[("a", "1")], removed: &[], at };
    scene.server.host().commit("contoso/hello", "main", &first).expect("made");
    scene
}

fn is(error: &GithubError, code: &str, exit: Exit) {
    assert_eq!((error.code(), error.exit()), (code, exit), "{error}");
    let shown = format!("{error} {error:?} {:?}", error.hint());
    assert!(!shown.contains("hunter"), "{shown}");
}

async fn branches(github: &Github) -> GithubError {
    github.branches(&name("contoso/hello")).await.expect_err("a refusal")
}

#[tokio::test]
async fn who_may_not_is_told_so() {
    let scene = scene().await;
    let hello = name("contoso/hello");
    is(&branches(&scene.github_of(Some("ghp_hunter9unknown"))).await, "GithubUnauthenticated", Exit::Denied);
    is(&branches(&scene.github_of(Some(STRANGER))).await, "GithubNotFound", Exit::NotFound);
    let reader = scene.github_of(Some(READER));
    let parent = tip(&reader, &hello, "main").await;
    let error = reader.make_commit(&hello, &parent, "m", &[write("a", "2")]).await.expect_err("a refusal");
    is(&error, "GithubForbidden", Exit::Denied);
    assert!(error.hint().is_some_and(|hint| hint.contains("contents=write")), "{:?}", error.hint());
    let anonymous = branches(&scene.github_of(None)).await;
    assert!(anonymous.hint().is_some_and(|hint| hint.contains("GH_TOKEN")), "{anonymous}");
}

#[tokio::test]
async fn what_contradicts_is_told() {
    let scene = scene().await;
    scene.server.host().create("contoso/empty", "main").expect("made");
    let (github, empty, hello) = (scene.github(), name("contoso/empty"), name("contoso/hello"));
    let error = github.tree(&empty, "main").await.expect_err("empty");
    is(&error, "GithubConflict", Exit::Failed);
    assert!(error.to_string().contains("Git Repository is empty."), "{error}");
    let nowhere = github.create_branch(&hello, "dev", &"1".repeat(40)).await.expect_err("no such commit");
    is(&nowhere, "GithubInvalid", Exit::Failed);
}

#[tokio::test]
async fn what_goes_wrong_on_the_way_is_told_and_reads_get_over_it() {
    let scene = scene().await;
    let status = |code| Effect::Status(FaultStatus { code, ..FaultStatus::default() });
    let limited = |code, secondary| Effect::Limited(Limited { secondary, code, seconds: 3600 });
    for (effect, code) in [
        (limited(403, false), "GithubRateLimited"),
        (limited(429, false), "GithubRateLimited"),
        (limited(403, true), "GithubRateLimited"),
        (limited(429, true), "GithubRateLimited"),
        (status(500), "GithubFailed"),
        (status(503), "GithubFailed"),
        (Effect::Silence, "GithubUnreachable"),
        (Effect::Cut(0), "GithubUnreachable"),
        (Effect::Cut(3), "GithubUnreachable"),
        (Effect::Half, "GithubUnreachable"),
    ] {
        // One that remembers nothing: "not modified" has no body to be cut.
        let github = scene.github();
        scene.inject(None, (0, None), effect.clone());
        is(&branches(&github).await, code, Exit::Failed);
        scene.server.clear_faults();
        if code != "GithubRateLimited" {
            scene.inject(None, (0, Some(1)), effect);
            github.branches(&name("contoso/hello")).await.expect("the second time");
            scene.server.clear_faults();
        }
    }
    assert!(!scene.server.journal().to_string().contains(TOKEN));
}

#[tokio::test]
async fn a_write_is_sent_once_whatever_goes_wrong() {
    for effect in [
        Effect::Silence,
        Effect::Cut(0),
        Effect::Half,
        Effect::Status(FaultStatus { code: 502, ..FaultStatus::default() }),
    ] {
        let scene = scene().await;
        let (github, hello) = (scene.github(), name("contoso/hello"));
        let head = tip(&github, &hello, "main").await.sha;
        scene.inject(Some("POST"), (0, None), effect.clone());
        let came = github.create_branch(&hello, "dev", &head).await;
        let posts = scene.requests().iter().filter(|(method, ..)| method == "POST").count();
        assert_eq!(posts, 1, "{effect:?}");
        // Half an answer means that it was done, which the read afterwards finds.
        assert_eq!(came.is_ok(), effect == Effect::Half, "{effect:?}: {came:?}");
    }
}
