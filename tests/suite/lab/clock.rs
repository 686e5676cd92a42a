//! Time in a lab passes as the test says, for what happens by itself and for those who watch.

use std::time::Duration;

use jiff::Timestamp;
use kubectl_gitops_lab::{Clock, Lab, Settings};
use serde_json::{Value, json};

use super::client::Client;

const MAPS: &str = "/api/v1/namespaces/default/configmaps";

async fn stepped() -> (Lab, Client) {
    let at = "2026-01-02T03:04:05Z".parse().unwrap();
    let lab = Lab::start(Settings { clock: Clock::Stepped(at), ..Settings::default() }).await.unwrap();
    let client = Client::of_lab(&lab);
    (lab, client)
}

async fn create(client: &Client, name: &str) -> Value {
    let map = json!({"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": name}});
    let headers = [("Content-Type", "application/json")];
    let answer = client.send_with("POST", MAPS, &headers, map.to_string().as_bytes()).await.whole().await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn objects_are_as_old_as_the_test_says() {
    let (lab, client) = stepped().await;
    assert_eq!(create(&client, "a").await["metadata"]["creationTimestamp"], "2026-01-02T03:04:05Z");
    lab.step(Duration::from_secs(90));
    assert_eq!(create(&client, "b").await["metadata"]["creationTimestamp"], "2026-01-02T03:05:35Z");
    assert_eq!(lab.now(), "2026-01-02T03:05:35Z".parse::<Timestamp>().unwrap());
}

#[tokio::test]
async fn a_watch_of_an_hour_loses_nothing_and_is_told_that_nothing_was_lost() {
    let (lab, client) = stepped().await;
    let target = format!(
        "{MAPS}?watch=true&allowWatchBookmarks=true&timeoutSeconds=3600&fieldSelector=metadata.name%21%3Dkube-root-ca.crt"
    );
    let mut stream = client.watch(&target).await;
    let mut last = 0;
    for minute in 0..59 {
        let object = create(&client, &format!("map-{minute}")).await;
        lab.step(Duration::from_secs(60));
        let [added, bookmark] = <[Value; 2]>::try_from(stream.take(2).await).unwrap();
        assert_eq!((&added["type"], &added["object"]), (&json!("ADDED"), &object), "minute {minute}");
        assert_eq!(bookmark["type"], "BOOKMARK", "minute {minute}");
        let version = bookmark["object"]["metadata"]["resourceVersion"].as_str().unwrap();
        let version: u64 = version.parse().unwrap();
        assert!(version > last, "minute {minute}");
        last = version;
    }
    create(&client, "the-last").await;
    assert_eq!(stream.next().await.unwrap()["object"]["metadata"]["name"], "the-last");
    lab.step(Duration::from_secs(60));
    assert_eq!(stream.next().await, None, "the hour is over");
}

#[tokio::test]
async fn a_fast_clock_is_a_real_one() {
    let clock = Clock::Real { speed: 1000.0 };
    let lab = Lab::start(Settings { clock, ..Settings::default() }).await.unwrap();
    let client = Client::of_lab(&lab);
    let target = format!("{MAPS}?watch=true&timeoutSeconds=600&resourceVersion=1000");
    let (begin, first) = (std::time::Instant::now(), lab.now());
    assert_eq!(client.watch(&target).await.next().await, None);
    assert!(lab.now().duration_since(first).as_secs() >= 600);
    assert!(begin.elapsed() < Duration::from_secs(300));
}
