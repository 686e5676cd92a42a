//! Whose word counts for what: clusters at hand, Azure, GitHub, and what is concluded where one of them is silent.

use kubectl_gitops_lab::{BuiltIn, Clock, Effect, Fault, FaultStatus, Host, Lab, Settings};
use serde_json::{Value, json};

use super::scene::{GITOPS, GateScene, SOURCE};

fn status(code: u16) -> Effect {
    Effect::Status(FaultStatus { code, ..FaultStatus::default() })
}

fn row<'a>(document: &'a Value, configuration: &str) -> &'a Value {
    let mut rows = document["configurations"].as_array().into_iter().flatten();
    rows.find(|row| row["configuration"] == configuration).unwrap_or(&Value::Null)
}

/// What is applied stays, whether anything newer can be fetched or not.
#[tokio::test]
async fn a_token_that_expired_after_the_commit_was_applied_closes_no_gate() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    scene.gate_at_hand(&[]).await.assert_exit(0);
    let expired = json!({"configurationProtectedSettings": {"httpsKey": "ZXhwaXJlZA=="}});
    scene.change("edge-1", expired).await;
    scene.lab.step(std::time::Duration::from_secs(180));
    let document = scene.gate_at_hand(&["-o", "json"]).await.assert_exit(0).document();
    let rows: Vec<&Value> = document["configurations"].as_array().into_iter().flatten().collect();
    let own = rows.iter().find(|row| row["cluster"] == "edge-1").expect("a row");
    let message = own["message"].as_str().expect("a message");
    assert!(message.ends_with("; nothing newer can be fetched (TokenRejected)"), "{message}");
}

/// Who may not read which of Azure's clusters this is counts none of them twice.
#[tokio::test]
async fn a_cluster_that_nobody_can_identify_is_not_counted_beside_those_that_azure_lists() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    let fault = Fault::on(Host::Kubernetes, "/api/v1/namespaces/azure-arc/**", status(403));
    scene.lab.inject(Fault { site: Some("lab".to_owned()), ..fault });
    let document = scene.gate_at_hand(&["--expect", "3", "-o", "json"]).await.assert_exit(3).document();
    assert_eq!(document["outcome"], "ClusterMissing", "{document:#}");
    let unanswered = document["unanswered"][0].as_str().unwrap_or_default();
    assert!(unanswered.starts_with("lab: which of Azure's clusters it is"), "{document:#}");
    let document = scene.gate_at_hand(&["--expect", "2", "-o", "json"]).await.assert_exit(0).document();
    assert_eq!(document["succeeded"], 2, "{document:#}");
}

#[tokio::test]
async fn what_a_namespace_follows_is_asked_until_it_is_answered_or_refused() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    for (code, exit) in [(500, 8), (403, 4)] {
        let fault = Fault::on(Host::Kubernetes, "/apis/kustomize.toolkit.fluxcd.io/**", status(code));
        scene.lab.inject(fault);
        let ended = scene.gate_at_hand(&["--timeout", "20s"]).await;
        ended.assert_exit(exit);
        assert!(ended.err.contains("list kustomizations.kustomize.toolkit.fluxcd.io"), "{}", ended.err);
        scene.lab.clear_faults();
    }
    let fault = Fault::on(Host::Kubernetes, "/apis/kustomize.toolkit.fluxcd.io/**", status(500));
    scene.lab.inject(fault);
    let words = ["--wait", "-n", "dev-hello", "--timeout", "5m"];
    let mended = async |step| {
        if step == 2 {
            scene.lab.clear_faults();
        }
    };
    scene.run(&scene.lab.kubeconfig(), &words, &[], mended).await.assert_exit(0);
}

/// A list that was answered once is not certain, at the deadline either.
#[tokio::test]
async fn nothing_is_concluded_at_the_deadline_from_one_list() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    scene.gate(&[]).await.assert_exit(0);
    let document = scene.gate(&["--timeout", "0s", "-o", "json"]).await.assert_exit(8).document();
    assert_eq!(document["outcome"], "Pending", "{document:#}");
}

#[tokio::test]
async fn a_commit_of_another_branch_is_said_to_be_one() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    let other = scene.lab.git().tip(GITOPS, "qa").expect("asked").expect("a branch");
    let document = scene.gate(&["--revision", &other, "-o", "json"]).await.assert_exit(3).document();
    let message = document["message"].as_str().expect("a message");
    assert!(message.contains("is not on branch dev, which is at 0.0.1-13 ("), "{message}");
}

#[tokio::test]
async fn a_github_that_cannot_be_reached_is_waited_for_until_the_deadline() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    scene.lab.inject(Fault::on(Host::Github, "/**", Effect::Cut(0)));
    let ended = scene.gate(&["--timeout", "3s"]).await;
    ended.assert_exit(8);
    assert!(ended.err.contains("did not say within 3 s what is to be waited for"), "{}", ended.err);
}

/// The status that says that it deploys is worth some seconds and no more.
#[tokio::test]
async fn a_status_that_github_does_not_take_holds_nobody_up() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    let path = format!("/api/v3/repos/{SOURCE}/statuses/**");
    let fault = Fault::on(Host::Github, &path, Effect::Silence);
    let fault = Fault { method: Some("POST".to_owned()), times: Some(1), ..fault };
    scene.lab.inject(fault);
    let ended = scene.gate(&["--record"]).await;
    ended.assert_exit(1);
    let told = ended.err.matches("the commit status was not written: GitHub did not answer in time").count();
    assert_eq!(told, 1, "{}", ended.err);
    assert!(ended.out.contains("Passed: "), "{}", ended.out);
}

/// Azure knows less than the cluster of what other namespaces follow the same branch.
#[tokio::test]
async fn a_cluster_at_hand_counts_for_everything_that_it_carries() {
    let settings = Settings {
        scenario: Some(BuiltIn::named("factory").expect("the factory").document()),
        clock: Clock::Stepped("2026-01-02T03:04:05Z".parse().expect("a time")),
        ..Settings::default()
    };
    let scene = GateScene { lab: Lab::start(settings).await.expect("a lab") };
    let words = ["--wait", "-n", "qa-welding", "--timeout", "1m", "-o", "json"];
    let ended = scene.run(&scene.lab.kubeconfig(), &words, &[], async |_| ()).await;
    let document = ended.document();
    assert_ne!(document["outcome"], "Passed", "{document:#}");
    let painting = row(&document, "painting-qa");
    assert_eq!((&painting["state"], &painting["toldBy"]), (&json!("Suspended"), &json!("Cluster")));
    let next: Vec<&str> = document["next"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|next| next["command"].as_str())
        .collect();
    assert!(next.iter().any(|command| command.contains("painting")), "{next:?}");
}
