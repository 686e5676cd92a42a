//! A gate that may see only a part of what it waits for: it says what it saw, and passes nothing unseen.

use kubectl_gitops_lab::AzureRole;
use serde_json::{Value, json};

use super::scene::{GateEnded, GateScene, NO_CLUSTER, SOURCE};

const ROBOT: &str = "5b1f6a0e-8f0e-4a54-9b0c-0a1b2c3d4e5f";
const SECRET: &str = "hunter2hunter2";
const SUBSCRIPTION: &str = "/subscriptions/11111111-1111-4111-8111-111111111111";
const CLUSTER: &str =
    "/resourceGroups/rg-contoso-edge/providers/Microsoft.Kubernetes/connectedClusters/edge-1";

/// Runs the gate as an application that is a reader of this scope alone.
async fn gate_of_reader(scene: &GateScene, scope: &str, words: &[&str]) -> GateEnded {
    scene.lab.with_azure(|azure, _| azure.add_principal(ROBOT, SECRET, AzureRole::Reader, scope));
    let words = [&["--wait", "--project", SOURCE, "--environment", "dev"], words].concat();
    let robot = [("AZURE_CLIENT_ID", ROBOT), ("AZURE_CLIENT_SECRET", SECRET)];
    scene.run(NO_CLUSTER, &words, &robot, async |_| ()).await
}

#[tokio::test]
async fn a_cluster_that_the_pipeline_lists_and_the_reader_cannot_see_is_named() {
    let scene = GateScene::set().await;
    scene.keep_to("    clusters: [edge-1, lab-2]\n");
    scene.deploy("0.0.1-13");
    let scope = format!("{SUBSCRIPTION}{CLUSTER}");
    let document = gate_of_reader(&scene, &scope, &["-o", "json"]).await.assert_exit(3).document();
    assert_eq!(document["outcome"], "ClusterMissing", "{document:#}");
    let rows: Vec<&Value> = document["configurations"].as_array().into_iter().flatten().collect();
    let shown: Vec<(&Value, &Value)> = rows.iter().map(|row| (&row["cluster"], &row["state"])).collect();
    let expected = [(&json!("lab-2"), &json!("Missing")), (&json!("edge-1"), &json!("Applied"))];
    assert_eq!(shown, expected, "{document:#}");
    assert_eq!(document["scope"]["configurations"], 1, "{}", document["scope"]);
    assert_eq!(document["scope"]["subscriptions"], 1, "{}", document["scope"]);
}

#[tokio::test]
async fn what_is_seen_decides_where_nothing_lists_the_clusters_and_the_scope_is_said() {
    let scene = GateScene::set().await;
    scene.lab.with_azure(|azure, _| {
        azure.add_subscription("22222222-2222-4222-8222-222222222222", "hidden");
    });
    scene.deploy("0.0.1-13");
    let ended = gate_of_reader(&scene, SUBSCRIPTION, &[]).await;
    let text = &ended.assert_exit(0).out;
    assert!(text.contains("2 configurations in 1 subscription visible to AZURE_CLIENT_SECRET"), "{text}");
}

#[tokio::test]
async fn a_reader_of_nothing_passes_nothing() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    let other = "/subscriptions/33333333-3333-4333-8333-333333333333";
    let ended = gate_of_reader(&scene, other, &["-o", "json"]).await;
    let document = ended.assert_exit(3).document();
    assert_eq!(document["outcome"], "NoConfiguration", "{document:#}");
    assert_eq!(document["scope"]["configurations"], json!(0), "{document:#}");
}
