//! What the reference's gate gets wrong, each by its number. Each of these fails on the reference's behaviour.

use std::time::Duration;

use kubectl_gitops_lab::{Effect, Fault, FaultStatus, Host};
use serde_json::{Value, json};

use super::scene::{GITOPS, GateScene, SOURCE};

/// Where Resource Graph is asked.
const GRAPH: &str = "/providers/Microsoft.ResourceGraph/resources";

#[tokio::test]
async fn d1_no_configuration_is_no_success() {
    let scene = GateScene::set().await;
    let commit = scene.commit(GITOPS, "staging", "first", &[("a", "b")]);
    assert_eq!(commit.len(), 40);
    let words = ["--wait", "--project", SOURCE, "--environment", "staging", "-o", "json"];
    let ended = scene.run("apiVersion: v1\nkind: Config\n", &words, &[], async |_| ()).await;
    let document = ended.assert_exit(3).document();
    assert_eq!(document["outcome"], "NoConfiguration");
    assert_eq!(document["message"], "no Flux configuration that can be seen follows staging");
    let words = [&words[..], &["--allow-none"]].concat();
    let ended = scene.run("apiVersion: v1\nkind: Config\n", &words, &[], async |_| ()).await;
    ended.assert_exit(0);
}

#[tokio::test]
async fn d1_a_cluster_that_is_listed_and_cannot_be_seen_is_named() {
    let scene = GateScene::set().await;
    scene.keep_to("    clusters: [edge-1, lab-2, edge-9]\n");
    let ended = scene.gate(&["-o", "json"]).await;
    let document = ended.assert_exit(3).document();
    assert_eq!(document["outcome"], "ClusterMissing");
    let message = "edge-9 must have the environment, and no configuration of it can be seen";
    assert_eq!(document["message"], message);
}

#[tokio::test]
async fn d2_a_repository_is_itself_however_its_address_is_spelt() {
    let scene = GateScene::set().await;
    let url = scene.lab.git_url().to_owned();
    scene.respell("edge-1", &format!("{url}/Contoso/Hello-GitOps.git")).await;
    scene.respell("lab-2", &format!("{url}/contoso/hello-gitops/")).await;
    scene.deploy("0.0.1-13");
    let document = scene.gate(&["-o", "json"]).await.assert_exit(0).document();
    assert_eq!(document["scope"]["configurations"], 2, "{document:#}");
}

#[tokio::test]
async fn d3_a_query_that_fails_is_asked_again() {
    let status = |code| Effect::Status(FaultStatus { code, ..FaultStatus::default() });
    for effect in [status(429), status(503), Effect::Cut(0)] {
        let scene = GateScene::set().await;
        scene.deploy("0.0.1-13");
        scene.lab.inject(Fault { times: Some(6), ..Fault::on(Host::Azure, GRAPH, effect.clone()) });
        scene.gate(&["--timeout", "20m"]).await.assert_exit(0);
    }
}

#[tokio::test]
async fn d4_a_commit_that_another_version_replaced_ends_it_at_once() {
    let scene = GateScene::set().await;
    let first = scene.deploy("0.0.1-13");
    let second = scene.deploy("0.0.1-14");
    let ended = scene.gate(&["--revision", &first, "-o", "json"]).await;
    let document = ended.assert_exit(3).document();
    assert_eq!(document["outcome"], "Superseded");
    let message = format!("0.0.1-14 ({}) was pushed to dev after 0.0.1-13 ({})", &second[..7], &first[..7]);
    assert_eq!(document["message"], json!(message));
}

#[tokio::test]
async fn d4_a_later_commit_that_deploys_the_same_counts() {
    let scene = GateScene::set().await;
    let first = scene.deploy("0.0.1-13");
    let configured = scene.commit(GITOPS, "dev", "Configure", &[("hello/notes.txt", "more memory\n")]);
    let ended = scene.gate(&["--revision", &first, "-o", "json"]).await;
    let document = ended.assert_exit(0).document();
    assert_eq!(document["equals"], json!([configured]), "{document:#}");
}

#[tokio::test]
async fn d5_a_failure_has_its_grace_and_keeps_its_details() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-66");
    let ended = scene.gate(&["--timeout", "1h", "-o", "json"]).await;
    let document = ended.assert_exit(3).document();
    assert_eq!(document["outcome"], "Failed", "{document:#}");
    let row = &document["configurations"][0];
    assert_eq!((&row["state"], &row["reason"]), (&json!("Failed"), &json!("HealthCheckFailed")));
    let message = row["message"].as_str().expect("a message");
    assert!(message.contains("Deployment/dev-hello/hello"), "{message}");
}

#[tokio::test]
async fn d6_the_budget_is_a_time_that_can_be_set() {
    let scene = GateScene::set().await;
    scene.lab.cut_from_azure("lab-2", true);
    scene.deploy("0.0.1-13");
    let ended = scene.gate(&["--timeout", "25s", "-o", "json"]).await;
    let document = ended.assert_exit(8).document();
    assert_eq!((&document["outcome"], &document["limitSeconds"]), (&json!("Pending"), &json!(25)));
    let (began, ended) = (&document["began"], &document["ended"]);
    let time =
        |text: &Value| text.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok()).expect("a time");
    assert_eq!(time(ended).duration_since(time(began)).as_secs(), 25);
}

#[tokio::test]
async fn d7_suspended_and_offline_clusters_are_told_apart() {
    let scene = GateScene::set().await;
    scene.change("lab-2", json!({"suspend": true})).await;
    scene.deploy("0.0.1-13");
    let document = scene.gate(&["-o", "json", "--timeout", "1h"]).await.assert_exit(3).document();
    let row = &document["configurations"][0];
    assert_eq!((&row["cluster"], &row["state"]), (&json!("lab-2"), &json!("Suspended")), "{document:#}");
    let next = document["next"][0]["command"].as_str().expect("a command");
    assert!(next.contains("flux update") && next.ends_with("--suspend false"), "{next}");

    let scene = GateScene::set().await;
    scene.lab.cut_from_azure("lab-2", true);
    scene.lab.step(Duration::from_secs(1800));
    scene.deploy("0.0.1-13");
    let document = scene.gate(&["-o", "json", "--timeout", "1h"]).await.assert_exit(3).document();
    let row = &document["configurations"][0];
    assert_eq!((&row["cluster"], &row["state"]), (&json!("lab-2"), &json!("Offline")), "{document:#}");
    let document =
        scene.gate(&["-o", "json", "--timeout", "1h", "--offline", "defer"]).await.assert_exit(0).document();
    assert_eq!(document["configurations"][0]["outcome"], "Deferred");
}

#[tokio::test]
async fn d8_the_scope_is_said_and_every_subscription_is_asked() {
    let scene = GateScene::set().await;
    let ended = scene.gate(&[]).await;
    ended.assert_exit(0);
    let scope = "2 configurations in 1 subscription visible to AZURE_CLIENT_SECRET";
    assert!(ended.out.contains(scope) && ended.err.contains(scope), "{}{}", ended.out, ended.err);
    let journal = scene.lab.journal();
    let bodies = journal["requests"].as_array().into_iter().flatten();
    let targets: Vec<&str> = bodies.filter_map(|entry| entry["target"].as_str()).collect();
    assert!(targets.iter().any(|target| target.starts_with("/subscriptions?")), "{targets:#?}");
}

#[tokio::test]
async fn d35_what_is_fetched_and_compliant_is_not_deployed() {
    let scene = GateScene::set().await;
    // Kustomizations stay Ready, and the configuration Compliant, while the source goes on.
    scene.stop_controller("lab-2").await;
    scene.deploy("0.0.1-13");
    let document = scene.gate(&["-o", "json", "--timeout", "10m"]).await.assert_exit(8).document();
    let row = &document["configurations"][0];
    assert_eq!((&row["cluster"], &row["state"]), (&json!("lab-2"), &json!("Fetched")), "{document:#}");
}

#[tokio::test]
async fn d36_a_restored_older_version_is_not_the_commit() {
    let scene = GateScene::set().await;
    let newer = scene.deploy("0.0.1-13");
    let restored = scene.deploy("0.0.1-12");
    scene.lab.step(Duration::from_secs(300));
    let document = scene.gate(&["--revision", &newer, "-o", "json"]).await.assert_exit(3).document();
    assert_eq!(document["outcome"], "Superseded");
    let message = document["message"].as_str().expect("a message");
    assert!(message.contains(&format!("0.0.1-12 ({})", &restored[..7])), "{message}");
    assert!(message.contains(&format!("0.0.1-13 ({})", &newer[..7])), "{message}");
}
