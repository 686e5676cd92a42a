//! Refusals have the status and the words of a real server.

use serde_json::Value;

use super::client::Client;
use super::recordings::{by_hand, golden};

#[tokio::test]
async fn refusals_are_word_for_word_those_of_a_real_server() {
    let replay = by_hand("first-sync", 9.0).await;
    let mut client = Client::of(&replay);
    let own = client.token.clone();
    let (errors, discovery) = (golden("kubernetes/errors.json"), golden("kubernetes/discovery.json"));
    let (errors, discovery): (Value, Value) =
        (serde_json::from_str(&errors).unwrap(), serde_json::from_str(&discovery).unwrap());
    let exchanges = [&errors, &discovery].map(|file| file["exchanges"].as_array().unwrap());
    let mut compared = 0;
    for exchange in exchanges.into_iter().flatten() {
        let (request, response) = (&exchange["request"], &exchange["response"]);
        let path = request["path"].as_str().unwrap();
        let plain_read = request["method"] == "GET" && request["headers"].is_null();
        // Other people's rights are not played, and a token to continue with never fits.
        let played =
            ["admin", "bad"].map(Value::from).contains(&request["as"]) && !path.contains("continue=");
        if response["status"].as_u64().unwrap() < 400 || !plain_read || !played {
            continue;
        }
        client.token = if request["as"] == "bad" { Some("nobody's".to_owned()) } else { own.clone() };
        let answer = client.get(path).await;
        assert_eq!(u64::from(answer.status), response["status"], "{path}");
        assert_eq!(answer.media, response["headers"]["content-type"], "{path}");
        match response["text"].as_str() {
            Some(text) => assert_eq!(answer.text, text, "{path}"),
            None => assert_eq!(answer.json(), response["body"], "{path}"),
        }
        compared += 1;
    }
    assert!(compared >= 13, "only {compared} exchanges were compared");
}

#[tokio::test]
async fn nobody_reads_without_the_token() {
    let replay = by_hand("first-sync", 0.0).await;
    let mut client = Client::of(&replay);
    for token in [None, Some(String::new()), Some(replay.token()[1..].to_owned())] {
        client.token = token;
        for path in ["/version", "/apis", "/api/v1/pods", "/api/v1/pods?watch=true", "/no/such/path"] {
            let answer = client.get(path).await;
            assert_eq!((answer.status, &answer.json()["message"]), (401, &"Unauthorized".into()), "{path}");
        }
    }
}

#[tokio::test]
async fn nothing_can_be_written() {
    let replay = by_hand("first-sync", 9.0).await;
    let client = Client::of(&replay);
    let pods = format!("/api/v1/namespaces/{}/pods", replay.timeline().namespace);
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let answer = client.ask(method, &pods, "application/json").await;
        let status = answer.json();
        assert_eq!((answer.status, &status["reason"]), (405, &"MethodNotAllowed".into()), "{method}");
        let told =
            "the server does not allow this method on the requested resource: a recording is read-only";
        assert_eq!(status["message"], told, "{method}");
    }
}

#[tokio::test]
async fn logs_and_what_is_not_json_are_refused() {
    let replay = by_hand("first-sync", 9.0).await;
    let client = Client::of(&replay);
    let pods = format!("/api/v1/namespaces/{}/pods", replay.timeline().namespace);
    let list = client.document(&pods).await;
    let name = list["items"][0]["metadata"]["name"].as_str().unwrap();
    for (path, told) in [
        (format!("{pods}/{name}/log"), format!("logs of pod \"{name}\" not found: they were not recorded")),
        (format!("{pods}/nobody/log?follow=true"), "pods \"nobody\" not found".to_owned()),
    ] {
        let answer = client.get(&path).await;
        assert_eq!((answer.status, &answer.json()["message"]), (404, &told.into()), "{path}");
    }
    assert_eq!(client.ask("GET", &pods, "application/xml").await.status, 406);
}
