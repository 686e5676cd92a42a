//! Watches miss nothing, repeat nothing, and end.

use kubectl_gitops_lab::Replay;
use serde_json::{Value, json};

use super::client::{Client, Stream};
use super::recordings::{by_hand, golden, of_text, path, set_aside};

const FLUX: &str = "kustomize.toolkit.fluxcd.io/v1";

fn kustomizations(replay: &Replay) -> String {
    path(FLUX, "kustomizations", &replay.timeline().namespace)
}

fn version(document: &Value) -> u64 {
    document["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap()
}

/// What is left of a watch when its server stops.
async fn rest(mut stream: Stream, replay: Replay) -> Vec<Value> {
    drop(replay);
    let mut events = Vec::new();
    while let Some(event) = stream.next().await {
        events.push(event);
    }
    events
}

#[tokio::test]
async fn a_watch_from_a_list_misses_nothing_and_repeats_nothing() {
    let file: Value = serde_json::from_str(&golden("flux/broken-manifest.json")).unwrap();
    let begin = 2.5;
    let expected: Vec<Value> = file["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["t"].as_f64().unwrap() > begin && entry["object"]["kind"] == "Kustomization")
        .map(|entry| json!([entry["type"], set_aside(entry["object"].clone())]))
        .collect();

    let replay = by_hand("broken-manifest", begin).await;
    let client = Client::of(&replay);
    let listed = version(&client.document(&kustomizations(&replay)).await);
    // Between the list and the watch something happens.
    replay.advance_to(5.0);
    let target = format!("{}?watch=true&resourceVersion={listed}", kustomizations(&replay));
    let (mut one, mut other) = (client.watch(&target).await, client.watch(&target).await);
    let mut seen = one.take(1).await;
    for second in [7.9, 8.0, 20.0, 30.0] {
        replay.advance_to(second);
    }
    seen.extend(one.take(expected.len() - 1).await);
    assert_eq!(other.take(expected.len()).await, seen, "every watcher sees the same");
    let versions: Vec<u64> = seen.iter().map(|event| version(&event["object"])).collect();
    assert!(versions.is_sorted_by(|a, b| a < b) && versions[0] > listed, "{listed}: {versions:?}");
    let seen: Vec<Value> =
        seen.into_iter().map(|event| json!([event["type"], set_aside(event["object"].clone())])).collect();
    assert_eq!(seen, expected);
    assert_eq!(rest(one, replay).await, [Value::Null; 0]);
}

#[tokio::test]
async fn a_watch_without_a_version_begins_with_what_is_there() {
    let replay = by_hand("first-sync", 9.0).await;
    let client = Client::of(&replay);
    let target = format!("{}?watch=1", kustomizations(&replay));
    let there = client.watch(&target).await.take(1).await.remove(0);
    assert_eq!((&there["type"], &there["object"]["kind"]), (&json!("ADDED"), &json!("Kustomization")));
    let all = format!("{target}&resourceVersion=1");
    let first = client.watch(&all).await.take(2).await;
    assert_eq!((&first[0]["type"], &first[1]["type"]), (&json!("ADDED"), &json!("MODIFIED")));
}

#[tokio::test]
async fn a_streaming_list_ends_with_its_bookmark() {
    let replay = by_hand("first-sync", 9.0).await;
    let client = Client::of(&replay);
    let pods = path("v1", "pods", &replay.timeline().namespace);
    let streaming = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
    for (target, kind, objects) in [(kustomizations(&replay), "Kustomization", 1), (pods, "Pod", 1)] {
        let now = version(&client.document(&target).await);
        let mut stream = client.watch(&format!("{target}?{streaming}&allowWatchBookmarks=true")).await;
        for event in stream.take(objects).await {
            assert_eq!((&event["type"], &event["object"]["kind"]), (&json!("ADDED"), &json!(kind)));
        }
        let bookmark = stream.next().await.unwrap();
        assert_eq!(bookmark["type"], "BOOKMARK");
        assert_eq!(bookmark["object"]["kind"], kind);
        assert_eq!(version(&bookmark["object"]), now);
        assert_eq!(bookmark["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"], "true");
    }
    let nobody = format!("{}?{streaming}&labelSelector=nobody", kustomizations(&replay));
    let bookmark = client.watch(&format!("{nobody}&allowWatchBookmarks=true")).await.take(1).await;
    assert_eq!(bookmark[0]["type"], "BOOKMARK", "of nothing as well");
}

#[tokio::test]
async fn leaving_a_selector_reads_as_deleted() {
    let map = |t: u8, change: &str, w: &str| {
        let metadata = json!({"name": "b", "namespace": "n", "labels": {"w": w}});
        json!({"t": t, "type": change, "object":
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "1"}}})
    };
    let text = json!({"scenario": "s", "namespace": "n", "timeline": [
        map(1, "ADDED", "x"), map(2, "MODIFIED", "y"), map(3, "DELETED", "y")]});
    let replay = of_text(&text.to_string(), 0.0).await;
    let client = Client::of(&replay);
    let target = "/api/v1/namespaces/n/configmaps?watch=true&resourceVersion=1&labelSelector=w%3Dx";
    let mut stream = client.watch(target).await;
    replay.advance_to(3.0);
    let seen = stream.take(2).await;
    let told: Vec<_> = seen
        .iter()
        .map(|event| (event["type"].as_str().unwrap(), event["object"]["metadata"]["labels"]["w"].as_str()))
        .collect();
    assert_eq!(told, [("ADDED", Some("x")), ("DELETED", Some("x"))], "as in golden/kubernetes/watch.json");
    assert_eq!(rest(stream, replay).await, [Value::Null; 0]);
}

#[tokio::test]
async fn a_watch_ends_at_its_own_limit() {
    let replay = by_hand("first-sync", 9.0).await;
    let client = Client::of(&replay);
    let target = format!("{}?watch=true&resourceVersion=9&timeoutSeconds=1", kustomizations(&replay));
    let mut stream = client.watch(&target).await;
    let mut count = 0;
    while stream.next().await.is_some() {
        count += 1;
    }
    assert!(count > 0, "what had happened was told before the end");
}
