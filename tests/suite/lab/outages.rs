//! What `status` makes of workloads whose pods go away: in the lab's cluster, with its controllers.

use std::time::Duration;

use kubectl_gitops_lab::{BuiltIn, Clock, Lab, Settings};
use serde_json::{Value, json};

use super::client::Client;
use crate::support::Program;

const PODS: &str = "/api/v1/namespaces/dev-hello/pods";
const DEPLOYMENT: &str = "/apis/apps/v1/namespaces/dev-hello/deployments/hello";
const KUSTOMIZATION: &str =
    "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/hello-dev-hello-dev";

async fn lab(scenario: &str) -> Lab {
    let clock = Clock::Stepped("2026-01-02T03:04:05Z".parse().expect("a time"));
    let scenario = BuiltIn::named(scenario).expect("a scenario").document();
    Lab::start(Settings { scenario: Some(scenario), clock, ..Settings::default() }).await.expect("a lab")
}

async fn send(lab: &Lab, method: &str, path: &str, body: &Value) -> Value {
    let media = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
    let headers = [("Content-Type", media)];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = Client::of_lab(lab).send_with(method, path, &headers, body.as_bytes()).await.whole().await;
    assert!((200..300).contains(&answer.status), "{method} {path}: {}", answer.text);
    answer.json()
}

/// Standing, reason, cause and READY of dev, and its whole document.
async fn dev(lab: &Lab) -> (String, Value) {
    let program = Program::with_kubeconfig(&lab.kubeconfig()).with("GITOPS_NOW", &lab.now().to_string());
    let words = move || program.status(&["-n", "dev-hello", "-o", "json"]);
    let ended = tokio::task::spawn_blocking(words).await.expect("it ends");
    let document: Value = serde_json::from_str(&ended.stdout).expect(&ended.stderr);
    let dev = document["environments"][0].clone();
    let word = |field: &str| dev[field].as_str().unwrap_or("-").to_owned();
    let (ready, desired) = (&dev["ready"]["ready"], &dev["ready"]["desired"]);
    (format!("{} {} {} {ready}/{desired}", word("standing"), word("reason"), word("cause")), dev)
}

#[tokio::test]
async fn pods_that_do_not_come_back_are_a_failure_after_a_minute() {
    let lab = lab("default").await;
    // Flux does not look at pods: nobody but this suite does.
    send(&lab, "PATCH", KUSTOMIZATION, &json!({ "spec": { "wait": false } })).await;
    lab.step(Duration::from_secs(20));
    let (line, environment) = dev(&lab).await;
    assert_eq!(line, "Deployed Applied - 2/2", "{environment}");
    let quota = json!({ "apiVersion": "v1", "kind": "ResourceQuota", "metadata": { "name": "none" }, "spec": { "hard": { "pods": "0" } } });
    send(&lab, "POST", "/api/v1/namespaces/dev-hello/resourcequotas", &quota).await;
    lab.step(Duration::from_secs(1));
    let pods = send(&lab, "GET", PODS, &Value::Null).await;
    for pod in pods["items"].as_array().expect("pods") {
        let name = pod["metadata"]["name"].as_str().expect("a name");
        send(&lab, "DELETE", &format!("{PODS}/{name}?gracePeriodSeconds=0"), &Value::Null).await;
    }
    lab.step(Duration::from_secs(20));
    let (line, environment) = dev(&lab).await;
    assert_eq!(line, "Deployed Applied - 0/2", "{environment}");
    assert_eq!(environment["remarks"][0]["reason"], "WorkloadNotReady");
    assert_eq!(environment["next"][0]["command"], "kubectl describe resourcequota -n dev-hello");
    lab.step(Duration::from_secs(60));
    let (line, environment) = dev(&lab).await;
    assert_eq!(line, "Failed WorkloadNotReady Quota 0/2", "{environment}");
    assert_eq!(environment["sinceFrom"], "Condition");
}

#[tokio::test]
async fn a_workload_that_is_deleted_while_its_delivery_is_suspended_is_missed() {
    let lab = lab("suspended").await;
    send(&lab, "DELETE", DEPLOYMENT, &Value::Null).await;
    lab.step(Duration::from_secs(60));
    let (line, environment) = dev(&lab).await;
    assert_eq!(line, "Suspended KustomizationSuspended - 0/1", "{environment}");
    let message = environment["message"].as_str().unwrap_or_default();
    assert!(message.ends_with("; Deployment dev-hello/hello is gone"), "{message}");
    let remarks = environment["remarks"].as_array().expect("remarks");
    assert!(remarks.iter().any(|remark| remark["reason"] == "WorkloadMissing"), "{environment}");
}
