//! What whoever runs the gate chooses: how many clusters, how long a failure may mend, what is waited for, which folder.

use std::time::Duration;

use serde_json::json;

use super::scene::{GITOPS, GateScene};

/// A text that kustomize cannot build.
const BROKEN: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [}\n";
const MANIFESTS: &str = "hello/gen_manifests.yaml";

#[tokio::test]
async fn fewer_clusters_than_expected_is_not_so() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    let document = scene.gate(&["--expect", "3", "-o", "json"]).await.assert_exit(3).document();
    assert_eq!(document["outcome"], "ClusterMissing", "{document:#}");
    let message = "2 of the 3 clusters that must have the environment can be seen to have it";
    assert_eq!(document["message"], message);
    assert_eq!(document["next"][0]["command"], "kubectl gitops-status --fleet");
    scene.gate(&["--expect", "2"]).await.assert_exit(0);
}

#[tokio::test]
async fn a_share_of_the_clusters_may_be_enough() {
    let scene = GateScene::set().await;
    scene.change("lab-2", json!({"suspend": true})).await;
    scene.deploy("0.0.1-13");
    for share in ["50%", "1"] {
        let document = scene.gate(&["--require", share, "-o", "json"]).await.assert_exit(0).document();
        let counts = (&document["succeeded"], &document["counted"], &document["required"]);
        assert_eq!(counts, (&json!(1), &json!(2), &json!(1)), "{document:#}");
    }
    let document = scene.gate(&["--require", "5", "-o", "json"]).await.assert_exit(3).document();
    let message = "require is 5, and 2 clusters can be seen to have the environment";
    assert_eq!(document["message"], message);
    for wrong in ["0", "101%", "some"] {
        let ended = scene.gate(&["--require", wrong]).await;
        assert!(ended.assert_exit(2).err.contains("--require"), "{}", ended.err);
    }
}

/// A failure that another attempt may mend has its grace, and is one as soon as that is over.
#[tokio::test]
async fn d5_a_failure_that_mends_within_its_grace_is_none() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    let deployed = scene.lab.git().tip(GITOPS, "dev").expect("asked").expect("a branch");
    let manifests = scene.lab.git().files(GITOPS, &deployed).expect("files")[MANIFESTS].clone();
    let manifests = String::from_utf8(manifests).expect("a text");
    let broken = scene.commit(GITOPS, "dev", "Break it", &[(MANIFESTS, BROKEN)]);
    let ended = scene
        .gate_while(&["-o", "json", "--timeout", "30m", "--grace", "10m"], async |step| {
            if step == 30 {
                scene.commit(GITOPS, "dev", "Mend it", &[(MANIFESTS, &manifests)]);
            }
        })
        .await;
    let document = ended.assert_exit(0).document();
    assert_eq!(document["commit"], json!(broken), "{document:#}");
    assert!(ended.err.contains("BuildFailed"), "it was seen: {}", ended.err);

    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    scene.commit(GITOPS, "dev", "Break it", &[(MANIFESTS, BROKEN)]);
    let ended = scene.gate(&["-o", "json", "--timeout", "30m", "--grace", "90s"]).await;
    let document = ended.assert_exit(3).document();
    let row = &document["configurations"][0];
    assert_eq!(row["reason"], "BuildFailed", "{document:#}");
    let time =
        |value: &serde_json::Value| value.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    let lasted = time(&document["ended"]).zip(time(&row["failingSince"]));
    let lasted = lasted.map(|(ended, since)| ended.duration_since(since).as_secs());
    assert!(lasted.is_some_and(|lasted| (90..600).contains(&lasted)), "{lasted:?}");
}

#[tokio::test]
async fn what_was_compliant_before_the_merge_proves_nothing() {
    let scene = GateScene::set().await;
    // What is applied is not reported any more.
    scene.lab.cut_from_azure("lab-2", true);
    scene.lab.cut_from_azure("lab", true);
    scene.deploy("0.0.1-13");
    let words = ["--for", "compliant", "--timeout", "2m", "-o", "json"];
    let document = scene.gate_at_hand(&words).await.assert_exit(8).document();
    assert_eq!(document["succeeded"], 0, "{document:#}");

    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    let document = scene.gate(&["--for", "compliant", "-o", "json"]).await.assert_exit(0).document();
    assert!(
        document["message"].as_str().is_some_and(|text| text.contains("applied and compliant on 2 of 2"))
    );
}

#[tokio::test]
async fn a_target_is_one_folder_and_an_unknown_one_is_named_with_those_there_are() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    scene.gate(&["--target", "hello"]).await.assert_exit(0);
    scene.gate(&["--target", "./hello/"]).await.assert_exit(0);
    for at_hand in [false, true] {
        let words = ["--target", "nowhere", "-o", "json"];
        let ended = if at_hand { scene.gate_at_hand(&words).await } else { scene.gate(&words).await };
        let document = ended.assert_exit(3).document();
        assert_eq!(document["outcome"], "NoConfiguration", "{document:#}");
        let message = document["message"].as_str().expect("a message");
        assert!(message.contains("dev in folder nowhere; its folders that are applied: hello"), "{message}");
    }
}

#[tokio::test]
async fn a_commit_of_another_branch_is_said_to_be_one() {
    let scene = GateScene::set().await;
    scene.deploy("0.0.1-13");
    scene.lab.step(Duration::from_secs(60));
    let other = scene.commit(GITOPS, "staging", "Elsewhere", &[("a", "b")]);
    let document = scene.gate(&["--revision", &other, "-o", "json"]).await.assert_exit(3).document();
    assert_eq!(document["outcome"], "Superseded", "{document:#}");
    let message = document["message"].as_str().expect("a message");
    assert!(message.contains("is not on branch dev, which is at 0.0.1-13"), "{message}");
}
