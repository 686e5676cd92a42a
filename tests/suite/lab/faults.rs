//! What goes wrong when a test says so, as a client sees it; and what the journal tells of it.

use std::time::{Duration, Instant};

use kubectl_gitops_lab::{Effect, Fault, Lab, Settings};
use serde_json::{Value, json};

use super::client::Client;

const MAPS: &str = "/api/v1/namespaces/default/configmaps";

async fn lab() -> (Lab, Client) {
    let lab = Lab::start(Settings::default()).await.unwrap();
    let client = Client::of_lab(&lab);
    (lab, client)
}

fn fault(effect: Value) -> Fault {
    serde_json::from_value(json!({"method": "GET", "path": MAPS, "times": 1, "effect": effect})).unwrap()
}

#[tokio::test]
async fn another_answer_is_given_so_many_times() {
    let (lab, client) = lab().await;
    for (effect, code, header, told) in [
        (json!({"status": {"code": 503}}), 503, None, "ServiceUnavailable"),
        (json!({"status": {"code": 429, "retryAfter": 7}}), 429, Some("7"), "TooManyRequests"),
        (json!({"status": {"code": 502, "body": "a proxy"}}), 502, None, "a proxy"),
        (json!({"status": {"code": 422, "body": {"reason": "Odd"}}}), 422, None, "Odd"),
        (json!("expired"), 410, None, "Expired"),
    ] {
        lab.inject(fault(effect));
        let answer = client.get(MAPS).await;
        assert_eq!(answer.status, code);
        assert_eq!(answer.headers.get("retry-after").map(String::as_str), header);
        assert!(answer.text.contains(told), "{}", answer.text);
        assert_eq!(client.get(MAPS).await.status, 200, "once was enough");
    }
}

#[tokio::test]
async fn an_answer_breaks_off_where_the_test_says() {
    let (lab, client) = lab().await;
    let whole = client.get(MAPS).await.text;
    lab.inject(fault(json!("half")));
    assert_eq!(client.get(MAPS).await.text, whole[..whole.len() / 2]);
    lab.inject(fault(json!({"cut": 20})));
    assert_eq!(client.get(MAPS).await.text, whole[..20]);
    lab.inject(Fault { watch: Some(true), ..fault(json!({"cut": 30})) });
    let begin = client.watch(&format!("{MAPS}?watch=true")).await.whole().await;
    assert_eq!(begin.text.len(), 30, "a watch breaks off, too: {}", begin.text);
    assert_eq!(client.get(MAPS).await.text, whole);
}

#[tokio::test]
async fn a_watch_that_is_too_old_is_told_so() {
    let (lab, client) = lab().await;
    lab.inject(fault(json!("expired")));
    let mut stream = client.watch(&format!("{MAPS}?watch=true")).await;
    let event = stream.next().await.unwrap();
    assert_eq!((&event["type"], &event["object"]["code"]), (&json!("ERROR"), &json!(410)));
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn after_so_many_requests_nothing_is_answered_until_all_is_well_again() {
    let (lab, client) = lab().await;
    lab.inject(Fault { after: 2, times: None, ..fault(json!("silence")) });
    for _ in 0..2 {
        assert_eq!(client.get(MAPS).await.status, 200);
    }
    let silent = tokio::time::timeout(Duration::from_millis(200), client.get(MAPS)).await;
    assert!(silent.is_err(), "nothing is answered");
    lab.clear_faults();
    assert_eq!(client.get(MAPS).await.status, 200);
    let requests = lab.journal();
    let statuses: Vec<&Value> =
        requests["requests"].as_array().unwrap().iter().map(|request| &request["status"]).collect();
    assert_eq!(statuses, [&json!(200), &json!(200), &Value::Null, &json!(200)]);
}

#[tokio::test]
async fn everything_is_late_by_the_latency_and_some_by_more() {
    let latency = Duration::from_millis(80);
    let lab = Lab::start(Settings { latency, ..Settings::default() }).await.unwrap();
    let client = Client::of_lab(&lab);
    let begin = Instant::now();
    client.get("/version").await;
    assert!(begin.elapsed() >= latency);
    lab.inject(fault(json!({"delay": "300ms"})));
    let begin = Instant::now();
    client.get(MAPS).await;
    assert!(begin.elapsed() >= Duration::from_millis(380));
}

#[tokio::test]
async fn a_barrier_lets_pass_when_all_are_there_and_the_journal_knows_how_many_there_were() {
    let (lab, client) = lab().await;
    let barrier = Fault { times: None, ..fault(json!({"barrier": 3})) };
    assert_eq!(barrier.effect, Effect::Barrier(3));
    lab.inject(barrier);
    let answers = tokio::join!(client.get(MAPS), client.get(MAPS), client.get(MAPS));
    assert_eq!([answers.0.status, answers.1.status, answers.2.status], [200; 3]);
    let journal = lab.journal();
    assert_eq!(journal["mostAtOnce"], 3);
    for request in journal["requests"].as_array().unwrap() {
        assert!(request["until"].as_str() >= request["at"].as_str(), "{request}");
    }
    lab.clear_journal();
    client.get("/version").await;
    assert_eq!(lab.journal()["requests"].as_array().unwrap().len(), 1);
    assert_eq!(lab.journal()["mostAtOnce"], 1);
}

#[tokio::test]
async fn whoever_runs_the_lab_lets_things_go_wrong_over_http_and_nobody_else_does() {
    let (lab, mut client) = lab().await;
    let post = async |client: &Client, body: &str| {
        client.send_with("POST", "/_lab/faults", &[], body.as_bytes()).await.whole().await
    };
    let answer = post(&client, r#"{"path": "/version", "effect": {"status": {"code": 500}}}"#).await;
    assert_eq!((answer.status, &answer.json()["faults"][0]["met"]), (200, &json!(0)));
    assert_eq!(client.get("/version").await.status, 500);
    let refused = post(&client, r#"{"path": "/version", "effect": "half", "colour": "red"}"#).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("unknown field `colour`"), "{}", refused.text);
    assert_eq!(client.document("/_lab/faults").await["faults"][0]["met"], 1);
    assert_eq!(client.ask("DELETE", "/_lab/faults", "*/*").await.status, 200);
    assert_eq!(client.get("/version").await.status, 200);
    let told: Vec<Value> = lab.journal()["requests"].as_array().unwrap().clone();
    let told: Vec<_> = told.iter().map(|request| request["target"].as_str().unwrap()).collect();
    assert_eq!(told, ["/version", "/version"], "what whoever runs the lab asks is not in the journal");
    assert_eq!(client.ask("DELETE", "/_lab/requests", "*/*").await.status, 200);
    assert_eq!(lab.journal()["requests"], json!([]));

    client.token = Some(lab.viewer_token().to_owned());
    let refused = post(&client, r#"{"path": "**", "effect": "silence"}"#).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert_eq!(client.get("/version").await.status, 200);
}
