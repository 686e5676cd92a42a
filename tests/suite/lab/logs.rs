//! What containers write, over the wire: as it is written, and to a stock kubectl.

use std::time::Duration;

use jiff::Timestamp;
use kubectl_gitops_lab::{Clock, Lab, Settings};
use serde_json::json;

use super::client::Client;

const PODS: &str = "/api/v1/namespaces/default/pods";

#[tokio::test]
async fn a_log_is_followed_as_it_is_written_until_the_pod_is_gone() {
    let clock = Clock::Stepped(Timestamp::now());
    let lab = Lab::start(Settings { clock, ..Settings::default() }).await.unwrap();
    lab.write_logs("one\ntwo\nthree\n");
    let client = Client::of_lab(&lab);
    let pod = json!({
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {"name": "p"},
        "spec": {"containers": [{"name": "app", "image": "app:1"}]},
    });
    let headers = [("Content-Type", "application/json")];
    let made = client.send_with("POST", PODS, &headers, pod.to_string().as_bytes()).await.whole().await;
    assert_eq!(made.status, 201, "{}", made.text);
    lab.step(Duration::from_millis(150));
    let following = client.send_with("GET", &format!("{PODS}/p/log?follow=true"), &[], b"").await;
    assert_eq!(following.status, 200);
    lab.step(Duration::from_millis(100));
    let end = async {
        client.send_with("DELETE", &format!("{PODS}/p"), &[], b"").await.whole().await;
        lab.step(Duration::from_secs(1));
    };
    let (all, ()) = tokio::join!(following.whole(), end);
    assert_eq!(all.text, "one\ntwo\nthree\n");
}
