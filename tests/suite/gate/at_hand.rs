//! A gate beside clusters whose API is at hand.

use kubectl_gitops_lab::{Effect, Fault, FaultStatus, Host};
use serde_json::{Value, json};

use super::scene::{GITOPS, GateScene};

fn rows(document: &Value) -> Vec<(&str, &str)> {
    let rows = document["configurations"].as_array().into_iter().flatten();
    rows.filter_map(|row| Some((row["cluster"].as_str()?, row["state"].as_str()?))).collect()
}

/// A cluster that was named is never left out, whether nobody can sign in there or it refuses.
#[tokio::test]
async fn a_cluster_that_was_named_and_does_not_answer_keeps_the_gate_closed() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    let refused = FaultStatus { code: 403, ..FaultStatus::default() };
    let fault = Fault::on(Host::Kubernetes, "/**", Effect::Status(refused));
    scene.lab.inject(Fault { site: Some("lab-2".to_owned()), ..fault });
    let words = [
        "--wait",
        "-n",
        "dev-hello",
        "--context",
        "lab",
        "--context",
        "lab-2",
        "-o",
        "json",
        "--timeout",
        "2m",
    ];
    let ended = scene.run(&scene.lab.kubeconfig(), &words, &[], async |_| ()).await;
    let document = ended.assert_exit(8).document();
    assert!(rows(&document).contains(&("lab-2", "Unknown")), "{document:#}");
    let silent =
        document["configurations"].as_array().into_iter().flatten().find(|row| row["state"] == "Unknown");
    let message = silent.and_then(|row| row["message"].as_str()).unwrap_or_default();
    assert!(message.starts_with("the cluster does not answer: "), "{message}");
}

/// The namespace tells the pipeline, and the environment that is named is waited for, wherever it is.
#[tokio::test]
async fn an_environment_that_is_named_beside_a_namespace_is_the_one() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    let staging = scene.commit(GITOPS, "staging", "first", &[("a", "b")]);
    let words = ["--environment", "staging", "-o", "json", "--timeout", "1m"];
    let document = scene.gate_at_hand(&words).await.assert_exit(3).document();
    assert_eq!((&document["environment"], &document["branch"]), (&json!("staging"), &json!("staging")));
    assert_eq!((&document["commit"], &document["outcome"]), (&json!(staging), &json!("NoConfiguration")));
    let document =
        scene.gate_at_hand(&["--environment", "dev", "-o", "json"]).await.assert_exit(0).document();
    assert_eq!(document["branch"], "dev");
}
