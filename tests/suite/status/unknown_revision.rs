//! `--revision` where GitHub does not say which commit that is, and what GitHub says that makes no sense.

use std::time::Duration;

use kubectl_gitops_lab::{Effect, Fault, FaultStatus, Host, Lab};
use serde_json::{Value, json};

use super::renamed::{Asked, lab, status};
use crate::support::{Ended, Program};

const REVISION: &str = "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";

/// The standings of the environments of a cluster, with their reasons and messages.
fn rows(ended: &Ended) -> Vec<(String, String, String)> {
    let document: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}", ended.stderr));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let environments = document["environments"].as_array().into_iter().flatten();
    environments.map(|one| (text(&one["standing"]), text(&one["reason"]), text(&one["message"]))).collect()
}

#[tokio::test]
async fn without_a_token_nobody_knows_where_a_commit_stands() {
    let lab = lab(&[], Duration::ZERO).await;
    let words = ["-n", "dev-hello", "--revision", REVISION, "-o", "json", "--exit-code"];
    let ended = status(&lab, &[Asked::Cluster], &words).await;
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    for (standing, reason, message) in rows(&ended) {
        assert_eq!((standing.as_str(), reason.as_str()), ("Unknown", "NoAnswer"), "{message}");
        assert!(message.starts_with("where deadbee stands is not known: GitHub: no token"), "{message}");
    }
    // What the cluster itself applied it knows.
    let applied = lab.git().tip("contoso/hello-gitops", "dev").expect("asked").expect("a branch");
    let words = ["-n", "dev-hello", "--revision", &applied, "-o", "json"];
    let ended = status(&lab, &[Asked::Cluster], &words).await;
    assert_eq!(rows(&ended)[0].0, "Deployed", "{}", ended.stdout);
}

#[tokio::test]
async fn a_repository_that_is_hidden_proves_no_commit_absent() {
    let lab = lab(&[], Duration::ZERO).await;
    let hidden = FaultStatus { code: 404, ..FaultStatus::default() };
    lab.inject(Fault::on(Host::Github, "/api/v3/repos/contoso/hello/**", Effect::Status(hidden.clone())));
    lab.inject(Fault::on(Host::Github, "/api/v3/repos/contoso/hello", Effect::Status(hidden)));
    let words = ["-n", "dev-hello", "--revision", REVISION, "-o", "json"];
    let ended = status(&lab, &[Asked::Cluster, Asked::Github], &words).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(rows(&ended).iter().all(|(standing, ..)| standing == "Unknown"), "{}", ended.stdout);
}

/// Answers of GitHub that a proxy may have made.
async fn asked_with(lab: &Lab, path: &str, body: Value) -> Ended {
    let status_fault = FaultStatus { code: 200, body: Some(body), ..FaultStatus::default() };
    lab.inject(Fault::on(Host::Github, path, Effect::Status(status_fault)));
    let ended = status(lab, &[Asked::Cluster, Asked::Github], &["-n", "dev-hello", "-o", "json"]).await;
    lab.clear_faults();
    ended
}

#[tokio::test]
async fn what_makes_no_sense_is_a_row_and_no_word_on_the_repository() {
    let lab = lab(&[], Duration::ZERO).await;
    let variables = "/api/v3/repos/contoso/hello/actions/variables";
    let head = "/api/v3/repos/contoso/hello-gitops/git/ref/**";
    for (path, body) in [
        (variables, json!([])),
        (variables, json!("")),
        (variables, json!([null])),
        (head, json!({})),
        (head, json!({"message": "x"})),
        (head, json!(null)),
    ] {
        let ended = asked_with(&lab, path, body.clone()).await;
        assert_eq!(ended.code, Some(0), "{body}: {}", ended.stderr);
        let document: Value = serde_json::from_str(&ended.stdout).expect("JSON");
        let missing = document["worlds"][1]["missing"].to_string();
        assert!(missing.contains("malformed"), "{path} {body}: {}", document["worlds"]);
        assert!(!ended.stdout.contains("BranchNotFound"), "{path} {body}: {}", ended.stdout);
    }
}

#[test]
fn half_a_character_of_a_kubeconfig_is_no_crash() {
    let program = Program::new();
    let file = program.file("kubeconfig", "");
    std::fs::write(&file, b"\xff\xfe\x00").expect("a file");
    let ended = program.status(&["-A", "--kubeconfig", &file]);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(ended.stderr.contains("it ends within a character of UTF-16"), "{}", ended.stderr);
}
