//! What goes wrong when a test says so, as a client sees it; and what the journal tells of it.

use std::time::Duration;

use kubectl_gitops_lab::{Clock, Effect, Fault, Host, Lab, Settings};
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
    let statuses = || -> Vec<Value> {
        let journal = lab.journal();
        journal["requests"].as_array().unwrap().iter().map(|request| request["status"].clone()).collect()
    };
    let begun = async {
        while statuses().len() < 3 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        answer = client.get(MAPS) => panic!("nothing is answered: {}", answer.text),
        () = begun => {}
    }
    lab.clear_faults();
    assert_eq!(client.get(MAPS).await.status, 200);
    let statuses = statuses();
    assert_eq!(statuses, [json!(200), json!(200), Value::Null, json!(200)]);
}

/// Lets the lab's time pass once a request has come: not quite long enough, and then long enough.
async fn pass(lab: &Lab, duration: Duration) {
    while lab.journal()["requests"].as_array().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    lab.step(duration - Duration::from_millis(1));
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(lab.journal()["requests"][0]["status"], Value::Null, "not yet");
    lab.step(Duration::from_millis(1));
}

#[tokio::test]
async fn everything_is_late_by_the_latency_and_some_by_more() {
    let latency = Duration::from_millis(80);
    let clock = Clock::Stepped("2026-01-02T03:04:05Z".parse().unwrap());
    let lab = Lab::start(Settings { latency, clock, ..Settings::default() }).await.unwrap();
    let client = Client::of_lab(&lab);
    let (answer, ()) = tokio::join!(client.get("/version"), pass(&lab, latency));
    assert_eq!(answer.status, 200);
    lab.inject(fault(json!({"delay": "1h"})));
    lab.clear_journal();
    let late = latency + Duration::from_secs(3600);
    let (answer, ()) = tokio::join!(client.get(MAPS), pass(&lab, late));
    assert_eq!(answer.status, 200);
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
    for (fault, why) in [
        (r#"{"effect": "half"}"#, "missing field `path`"),
        (r#"{"path": "**", "site": "lab-9", "effect": "half"}"#, "there is no site \"lab-9\", only lab"),
        (r#"{"path": "**", "odds": {"seed": 1, "percent": 150}, "effect": "half"}"#, "more than 100 percent"),
        (r#"{"path": "**", "effect": {"status": {"code": 1}}}"#, "1 is no status of an answer"),
        (r#"{"path": "**", "effect": {"barrier": 0}}"#, "nobody can wait"),
    ] {
        let refused = post(&client, fault).await.json();
        let message = refused["message"].as_str().unwrap();
        assert!(refused["code"] == 400 && message.contains(why), "{fault}: {message}");
    }
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

/// A git server's page, a request of GitHub's API and one of the Kubernetes API, in this order; their statuses, 0 where the
/// connection was cut.
async fn ask_everywhere(lab: &Lab, kubernetes: &Client) -> [u16; 3] {
    let git = Client::new(lab.authority(), lab.git_url(), lab.git_token("admin").unwrap());
    let agent = [("User-Agent", "test")];
    let page = git.try_send("GET", "/contoso/none/info/refs?service=git-upload-pack", &agent, b"").await;
    let api = git.try_send("GET", "/api/v3/rate_limit", &agent, b"").await;
    let objects = kubernetes.try_send("GET", MAPS, &agent, b"").await;
    [page, api, objects].map(|answer| answer.map_or(0, |answer| answer.status))
}

#[tokio::test]
async fn one_numbering_goes_over_all_hosts() {
    let (lab, client) = lab().await;
    for (after, statuses) in [(0, [0, 0, 0]), (1, [401, 0, 0]), (2, [401, 200, 0]), (3, [401, 200, 200])] {
        lab.inject(Fault { after, ..Fault::on(Host::Any, "**", Effect::Cut(0)) });
        assert_eq!(ask_everywhere(&lab, &client).await, statuses, "after {after}");
        lab.clear_faults();
    }
}

#[tokio::test]
async fn what_is_lost_is_the_request_or_its_answer_alone() {
    let (lab, client) = lab().await;
    let json = [("Content-Type", "application/json")];
    let mut number = 0;
    for effect in [json!({"status": {"code": 502}}), json!({"cut": 0}), json!({"cut": 7}), json!("half")] {
        for done in [false, true] {
            number += 1;
            let (name, effect) = (format!("map-{number}"), effect.clone());
            let fault = json!({"method": "POST", "path": MAPS, "done": done, "times": 1, "effect": effect});
            lab.inject(serde_json::from_value(fault).unwrap());
            let body = json!({"metadata": {"name": name}}).to_string();
            let answer = client.try_send("POST", MAPS, &json, body.as_bytes()).await;
            let told = match answer {
                Some(stream) => Some(stream.whole().await),
                None => None,
            };
            assert!(told.as_ref().is_none_or(|told| told.status != 201 || told.text.len() < 200), "cut");
            let is_there = client.get(&format!("{MAPS}/{name}")).await.status == 200;
            // Part of an answer is told of what was done.
            let is_done = done || effect == json!("half") || effect == json!({"cut": 7});
            assert_eq!(is_there, is_done, "{effect}, done: {done}");
            let journal = lab.journal();
            let post =
                journal["requests"].as_array().unwrap().iter().rfind(|one| one["method"] == "POST").unwrap();
            assert_eq!(post["carriedOut"], if is_done { json!(201) } else { Value::Null }, "{post}");
        }
    }
}

#[tokio::test]
async fn an_answer_without_a_body_is_cut_before_it_is_told() {
    let (lab, _) = lab().await;
    lab.git().create("contoso/hello", "main").unwrap();
    let git = Client::new(lab.authority(), lab.git_url(), lab.git_token("admin").unwrap());
    let path = "/api/v3/repos/contoso/hello";
    for effect in [json!("half"), json!({"cut": 1}), json!({"cut": 1000})] {
        let fault = json!({"host": "github", "method": "HEAD", "path": "**", "times": 1, "effect": effect});
        lab.inject(serde_json::from_value(fault).unwrap());
        let answer = git.try_send("HEAD", path, &[("User-Agent", "test")], b"").await;
        assert!(answer.is_none(), "{effect}: the head alone would be all of it");
        let answer = git.try_send("HEAD", path, &[("User-Agent", "test")], b"").await;
        assert_eq!(answer.map(|answer| answer.status), Some(200));
    }
}

#[tokio::test]
async fn more_bytes_than_there_are_are_never_all_told() {
    let (lab, client) = lab().await;
    let whole = client.get(MAPS).await.text;
    for bytes in [whole.len() - 1, whole.len(), whole.len() + 1, usize::MAX] {
        lab.inject(fault(json!({"cut": bytes})));
        assert_eq!(client.get(MAPS).await.text, whole[..whole.len() - 1], "{bytes}");
    }
}

#[tokio::test]
async fn a_seed_gives_the_same_requests_to_those_that_ask_side_by_side() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let (lab, client) = lab().await;
        let fault = json!({
            "path": "**", "odds": {"seed": 7, "percent": 50}, "effect": {"status": {"code": 503}},
        });
        lab.inject(serde_json::from_value(fault).unwrap());
        let paths: Vec<String> = (0..8).map(|number| format!("{MAPS}/map-{number}")).collect();
        let answers = paths.iter().map(async |path| client.get(path).await.status);
        let mut statuses = Vec::new();
        for round in 0..3 {
            statuses.extend(
                futures::future::join_all(answers.clone()).await.into_iter().map(|status| (round, status)),
            );
        }
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    let failed = runs[0].iter().filter(|(_, status)| *status == 503).count();
    assert!((6..18).contains(&failed), "{failed} of 24");
}
