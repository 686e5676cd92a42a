//! Stock kubectl takes a replay for a cluster.

use std::path::PathBuf;
use std::process::Output;

use jiff::Timestamp;
use kubectl_gitops_lab::{Options, Pace, Replay, Timeline};
use tempfile::TempDir;
use tokio::process::Command;

use super::recordings::{by_hand, golden};

/// kubectl on PATH, or a word on why the test does not run.
fn kubectl() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("kubectl")).find(|file| file.is_file());
    if found.is_none() {
        let required = std::env::var_os("GITOPS_REQUIRE_TOOLS").is_some_and(|value| value == "1");
        assert!(!required, "kubectl is required and not on PATH");
        say("not run: needs kubectl");
    }
    found
}

#[expect(clippy::print_stderr, reason = "a test that does not run has to say so")]
fn say(text: &str) {
    eprintln!("{text}");
}

async fn run(kubectl: &PathBuf, replay: &Replay, line: &str) -> Output {
    let home = TempDir::new().unwrap();
    let kubeconfig = home.path().join("config");
    std::fs::write(&kubeconfig, replay.kubeconfig()).unwrap();
    Command::new(kubectl)
        .args(line.split(' '))
        .env_clear()
        .env("HOME", home.path())
        .env("KUBECONFIG", kubeconfig)
        .kill_on_drop(true)
        .output()
        .await
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn kubectl_lists_describes_and_explains_what_is_missing() {
    let Some(kubectl) = kubectl() else { return };
    let replay = by_hand("first-sync", 9.0).await;
    let namespace = &replay.timeline().namespace;
    for (line, code, told) in [
        ("get pods -o name", 0, "pod/hello-"),
        (
            "get gitrepositories,kustomizations -o name",
            0,
            "kustomization.kustomize.toolkit.fluxcd.io/hello-dev",
        ),
        ("get ks,gitrepo", 0, "gitrepository.source.toolkit.fluxcd.io/hello"),
        ("get all -A -o name", 0, "deployment.apps/hello"),
        ("get pods -l app=hello -o jsonpath={.items[*].status.phase}", 0, "Running"),
        ("get namespaces -o name", 0, namespace),
        ("describe deployment hello", 0, "Scaled up replica set hello-"),
        ("get pods nobody", 1, "Error from server (NotFound): pods \"nobody\" not found"),
        ("get helmreleases", 1, "the server doesn't have a resource type \"helmreleases\""),
        ("delete configmap settings", 1, "a recording is read-only"),
    ] {
        let output = run(&kubectl, &replay, line).await;
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "kubectl {line}: {stdout}{stderr}");
        let all = if code == 0 { stdout } else { stderr };
        assert!(all.contains(told), "kubectl {line}: {stdout}{stderr}");
    }
}

#[tokio::test]
async fn kubectl_waits_for_what_the_recording_does_next() {
    let Some(kubectl) = kubectl() else { return };
    // Created at 0.53 s, ready at 5 s: a second from now.
    let options = Options { at: 0.6, start: Timestamp::now(), pace: Pace::Clock { speed: 5.0 } };
    let timeline = Timeline::parse(&golden("flux/first-sync.json")).unwrap();
    let replay = Replay::start(timeline, options).await.unwrap();
    let line = "wait --for=condition=Ready kustomization/hello-dev --timeout=30s";
    let output = run(&kubectl, &replay, line).await;
    assert_eq!(
        text(&output.stdout),
        "kustomization.kustomize.toolkit.fluxcd.io/hello-dev condition met\n",
        "{}",
        text(&output.stderr)
    );
}
