//! The gate from a merge to its end, where all goes well.

use serde_json::json;

use super::scene::GateScene;

#[tokio::test]
async fn a_merge_is_waited_for_on_every_cluster() {
    let scene = GateScene::set().await;
    let commit = scene.deploy("0.0.1-13");
    let ended = scene.gate(&["-o", "json"]).await;
    let document = ended.assert_exit(0).document();
    assert_eq!(document["kind"], "DeploymentGate");
    assert_eq!((&document["commit"], &document["version"]), (&json!(commit), &json!("0.0.1-13")));
    assert_eq!(document["outcome"], "Passed");
    let rows = document["configurations"].as_array().expect("rows");
    let rows: Vec<_> = rows.iter().map(|row| (row["cluster"].as_str(), row["state"].as_str())).collect();
    assert_eq!(rows, [(Some("edge-1"), Some("Applied")), (Some("lab-2"), Some("Applied"))]);
    assert_eq!(document["scope"]["subscriptions"], 1, "{document:#}");
}

#[tokio::test]
async fn a_cluster_at_hand_is_heard_before_azure() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    let ended = scene.gate_at_hand(&["-o", "json"]).await;
    let document = ended.assert_exit(0).document();
    let rows = document["configurations"].as_array().expect("rows");
    let told: Vec<_> = rows.iter().map(|row| (row["cluster"].as_str(), row["toldBy"].as_str())).collect();
    assert_eq!(told[0], (Some("edge-1"), Some("Cluster")), "{document:#}");
    assert_eq!(told.len(), 2, "{document:#}");
}
