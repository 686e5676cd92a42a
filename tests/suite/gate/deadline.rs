//! How long the gate waits: by what nobody chose, by `--timeout`, and where nobody answers.

use std::time::{Duration, Instant};

use kubectl_gitops_lab::{Effect, Fault, Host};
use serde_json::{Value, json};

use super::scene::{GateScene, SOURCE};

const NO_CLUSTER: &str = "apiVersion: v1\nkind: Config\n";
const WORDS: [&str; 5] = ["--wait", "--project", SOURCE, "--environment", "dev"];

/// Longer than intervals, timeouts, grace and Azure's lag together, by what Azure tells of the configurations.
#[tokio::test]
async fn the_default_is_longer_than_whatever_may_be_waited_for() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    let before = scene.gate(&["-o", "json"]).await.assert_exit(0).document();
    let slow = json!({"kustomizations": {"hello-dev": {"path": "./hello/", "wait": true, "timeoutInSeconds": 1800, "syncIntervalInSeconds": 700}}});
    scene.change("lab-2", slow).await;
    let after = scene.gate(&["-o", "json"]).await.assert_exit(0).document();
    let limit = |document: &Value| document["limitSeconds"].as_u64().expect("a number");
    assert!(limit(&before) < limit(&after), "{} {}", limit(&before), limit(&after));
    assert!(limit(&after) > 1800 + 1800 + 700 + 60, "{}", limit(&after));
}

#[tokio::test]
async fn a_cluster_at_hand_counts_in_it() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    let slow = json!({"kustomizations": {"hello-dev": {"path": "./hello/", "wait": true, "timeoutInSeconds": 3600}}});
    scene.change("edge-1", slow).await;
    let document = scene.gate_at_hand(&["-o", "json"]).await.assert_exit(0).document();
    assert!(document["limitSeconds"].as_u64().is_some_and(|limit| limit > 7200), "{document:#}");
}

/// A service that accepts and never answers holds nobody longer than was asked for.
#[tokio::test]
async fn silence_does_not_outlast_the_timeout() {
    for (host, path) in [(Host::Github, "/**"), (Host::Azure, "/**")] {
        let scene = GateScene::set().await;
        scene.deploy("0.0.1-13");
        scene.lab.inject(Fault::on(host, path, Effect::Silence));
        let session = scene.session(NO_CLUSTER, &[]);
        let words = [&WORDS[..], &["--timeout", "3s"]].concat();
        let began = Instant::now();
        let running = session.run(&words, kubectl_gitops_status::run);
        let passing = async {
            loop {
                tokio::task::yield_now().await;
                if session.clock.waiting() > 0 {
                    session.clock.advance(Duration::from_secs(1));
                }
            }
        };
        let exit = tokio::select! {
            exit = running => exit,
            () = passing => unreachable!("time passes for ever"),
        };
        assert_eq!(exit.code(), 8, "{host:?}: {}{}", session.out(), session.err());
        assert!(began.elapsed() < Duration::from_secs(20), "{host:?}: {:?}", began.elapsed());
    }
}
