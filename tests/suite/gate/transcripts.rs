//! What whoever waits reads: tables, lines of progress, and the exit code together.

use std::time::Duration;

use serde_json::json;

use super::scene::{GateScene, SOURCE};

const NO_CLUSTER: &str = "apiVersion: v1\nkind: Config\n";

/// A transcript without what differs from run to run: commits and addresses.
fn steady(text: &str, scene: &GateScene, commits: &[(&str, &str)]) -> String {
    let mut text = text.replace(scene.lab.git_url().trim_start_matches("https://"), "git.example");
    for (commit, name) in commits {
        text = text.replace(*commit, name).replace(&commit[..7], name);
    }
    text
}

#[tokio::test]
async fn a_gate_that_passes_is_a_table_in_eighty_columns() {
    let scene = GateScene::set().await;
    let commit = scene.deploy("0.0.1-13");
    scene.lab.step(Duration::from_secs(400));
    let ended = scene.gate(&[]).await;
    ended.assert_exit(0);
    let out = steady(&ended.out, &scene, &[(&commit, "COMMIT1")]);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "CLUSTER   CONFIGURATION   STATE     COMMIT    AGE   MESSAGE", "{out}");
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{out}");
    assert!(lines[1].starts_with("edge-1    hello-dev       Applied   COMMIT1   "), "{out}");
    assert!(lines[2].starts_with("lab-2     hello-dev       Applied   COMMIT1   "), "{out}");
    assert_eq!(lines[4], "Passed: 0.0.1-13 (COMMIT1) is deployed on 2 of 2 clusters", "{out}");
    assert_eq!(lines[5], "  2 configurations in 1 subscription visible to AZURE_CLIENT_SECRET", "{out}");
    let err = steady(&ended.err, &scene, &[(&commit, "COMMIT1")]);
    let beginning =
        "waiting for 0.0.1-13 COMMIT1 of branch dev (https://git.example/contoso/hello-gitops), at most ";
    assert!(err.starts_with(beginning), "{err}");
}

#[tokio::test]
async fn a_gate_that_fails_says_what_is_wrong_and_what_to_type() {
    let scene = GateScene::set().await;
    let commit = scene.deploy("0.0.1-66");
    let ended = scene.gate(&["--timeout", "1h"]).await;
    ended.assert_exit(3);
    let out = steady(&ended.out, &scene, &[(&commit, "COMMIT1")]);
    assert!(out.contains("\nFailed: "), "{out}");
    assert!(out.contains("HealthCheckFailed"), "{out}");
    assert!(out.contains("\n  next:\n    # "), "{out}");
    assert!(out.contains("\n    az k8s-configuration flux show -g rg-contoso-edge -c "), "{out}");
    assert!(
        out.lines().filter(|line| !line.starts_with("    az ")).all(|line| line.chars().count() <= 80),
        "{out}"
    );
    // Piped, each change is one line.
    let changes: Vec<&str> = ended.err.lines().skip(1).collect();
    assert!(
        changes.len() >= 2 && changes.iter().all(|line| line.starts_with("2026-01-02T")),
        "{}",
        ended.err
    );
}

/// What a cluster says may begin like a command of a workflow's log.
#[tokio::test]
async fn nothing_that_a_cluster_says_is_a_command_of_the_workflow() {
    let scene = GateScene::set().await;
    let kustomization = "apiVersion: v1\nkind: \"::error::x\"\nmetadata: {name: '##[group]y'}\n";
    scene.commit(super::scene::GITOPS, "dev", "break it", &[("hello/gen_manifests.yaml", kustomization)]);
    let words = ["--wait", "--project", SOURCE, "--environment", "dev", "--timeout", "30m"];
    for format in ["table", "wide", "json", "yaml", "name"] {
        let words = [&words[..], &["-o", format]].concat();
        let ended = scene.run(NO_CLUSTER, &words, &[("GITHUB_ACTIONS", "true")], async |_| ()).await;
        ended.assert_exit(3);
        for text in [&ended.out, &ended.err] {
            assert!(!text.contains("##["), "{text}");
            assert!(text.lines().all(|line| !line.trim_start().starts_with("::")), "{text}");
        }
    }
}

/// Neither is what a failure repeats of what it was given.
#[tokio::test]
async fn no_failure_is_a_command_of_the_workflow() {
    let scene = GateScene::set().await;
    scene.keep_to("    offline: '##[group]'\n");
    for format in ["table", "json", "yaml"] {
        let words = ["--wait", "--project", SOURCE, "--environment", "dev", "-o", format];
        let ended = scene.run(NO_CLUSTER, &words, &[("GITHUB_ACTIONS", "true")], async |_| ()).await;
        ended.assert_exit(2);
        assert!(ended.err.contains("group") && !ended.err.contains("##["), "{}", ended.err);
    }
}

#[tokio::test]
async fn readiness_that_nobody_awaited_is_unknown_where_no_cluster_is_at_hand() {
    let scene = GateScene::set().await;
    for cluster in ["edge-1", "lab-2"] {
        scene
            .change(cluster, json!({"kustomizations": {"hello-dev": {"path": "./hello/", "wait": false}}}))
            .await;
    }
    scene.deploy("0.0.1-13");
    let ended = scene.gate(&["-o", "json", "--timeout", "30m"]).await;
    let document = ended.assert_exit(3).document();
    assert_eq!(document["configurations"][0]["state"], "ReadinessUnknown", "{document:#}");
    scene.gate(&["--for", "synced"]).await.assert_exit(0);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_an_error_with_its_line() {
    let scene = GateScene::set().await;
    scene.keep_to("    offline: maybe\n");
    let ended = scene.gate(&[]).await;
    ended.assert_exit(2);
    let why = ".gitops/pipeline.yaml: line 6, offline: ";
    assert!(ended.err.contains(why) && ended.out.is_empty(), "{}", ended.err);
}

#[tokio::test]
async fn whoever_may_not_ask_azure_is_told_at_once() {
    let scene = GateScene::set().await;
    let wrong = [("AZURE_CLIENT_SECRET", "hunter2")];
    let words = ["--wait", "--project", SOURCE, "--environment", "dev"];
    let ended = scene.run(NO_CLUSTER, &words, &wrong, async |_| ()).await;
    ended.assert_exit(4);
    assert!(!ended.err.contains("hunter2") && ended.out.is_empty(), "{}", ended.err);
}

#[tokio::test]
async fn a_source_commit_names_the_deployment_of_it() {
    let scene = GateScene::set().await;
    let source = scene.commit(SOURCE, "main", "Say more", &[("README.md", "more")]);
    let commit = scene.deploy_of(&source, "0.0.1-13");
    for revision in [&source[..], &source[..8], &commit[..9]] {
        let ended = scene.gate(&["-o", "json", "--revision", revision]).await;
        assert_eq!(ended.assert_exit(0).document()["commit"], json!(commit), "{revision}");
    }
    // Not merged yet.
    let source = scene.commit(SOURCE, "main", "Say even more", &[("README.md", "even more")]);
    let ended = scene.gate(&["-o", "json", "--revision", &source, "--timeout", "20s"]).await;
    let document = ended.assert_exit(8).document();
    assert_eq!(document["commit"], json!(null));
    assert_eq!(document["message"], json!(format!("no commit of dev deploys {} yet", &source[..7])));
    // A mistake: nothing would come of waiting.
    for revision in [&"0".repeat(40)[..], "abcdef12"] {
        let ended = scene.gate(&["--revision", revision]).await;
        let what = "is neither in contoso/hello nor on a branch of contoso/hello-gitops";
        assert!(ended.assert_exit(5).err.contains(what), "{}", ended.err);
    }
}
