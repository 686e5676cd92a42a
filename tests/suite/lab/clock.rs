//! Time in a lab passes as the test says, for what happens by itself and for those who watch.

use std::time::Duration;

use jiff::Timestamp;
use kubectl_gitops_lab::{Clock, Effect, Fault, Host, Lab, Settings};
use serde_json::{Value, json};

use super::client::Client;
use super::recordings::by_hand;

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
async fn every_answer_is_dated_by_the_clock_of_its_server() {
    const FIRST: &str = "Fri, 02 Jan 2026 03:04:05 GMT";
    const NEXT: &str = "Fri, 02 Jan 2026 04:04:05 GMT";
    let (lab, kubernetes) = stepped().await;
    let git = Client::new(lab.authority(), lab.git_url(), lab.git_token("admin").unwrap());
    let watch = format!("{MAPS}?watch=true&resourceVersion=1");
    for date in [FIRST, NEXT] {
        for (client, target, status) in [
            (&kubernetes, MAPS, 200),
            (&kubernetes, "/api/v1/namespaces/none", 404),
            (&kubernetes, watch.as_str(), 200),
            (&kubernetes, "/_lab/requests", 200),
            (&git, "/api/v3/rate_limit", 200),
            (&git, "/api/v3/repos/contoso/none", 404),
            (&git, "/contoso/none/info/refs?service=git-upload-pack", 401),
        ] {
            let stream = client.send_with("GET", target, &[("User-Agent", "test")], b"").await;
            assert_eq!((stream.status, stream.headers["date"].as_str()), (status, date), "{target}");
        }
        lab.step(Duration::from_secs(3600));
    }
    lab.inject(Fault::on(
        Host::Kubernetes,
        "**",
        Effect::Status(kubectl_gitops_lab::FaultStatus { code: 503, ..Default::default() }),
    ));
    let failed = kubernetes.get(MAPS).await;
    assert_eq!((failed.status, failed.headers["date"].as_str()), (503, "Fri, 02 Jan 2026 05:04:05 GMT"));
}

#[tokio::test]
async fn a_replay_dates_its_answers_by_the_time_that_it_plays() {
    let replay = by_hand("first-sync", 0.0).await;
    let client = Client::of(&replay);
    for (second, date) in [(0.0, "Tue, 01 Jan 2030 00:00:00 GMT"), (7.0, "Tue, 01 Jan 2030 00:00:07 GMT")] {
        replay.advance_to(second);
        for target in ["/version", "/api/v1/namespaces/none"] {
            assert_eq!(client.get(target).await.headers["date"], date, "{target}");
        }
    }
    replay.advance_to(1.0);
    let date = &client.get("/version").await.headers["date"];
    assert_eq!(date, "Tue, 01 Jan 2030 00:00:07 GMT", "it never goes back");
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
