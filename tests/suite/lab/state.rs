//! Lists and single objects are the recorded state, at every moment.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::client::Client;
use super::recordings::{by_hand, golden, of_text, path, set_aside};

const KINDS: [(&str, &str, &str); 8] = [
    ("v1", "ConfigMap", "configmaps"),
    ("v1", "Event", "events"),
    ("v1", "Pod", "pods"),
    ("apps/v1", "Deployment", "deployments"),
    ("apps/v1", "ReplicaSet", "replicasets"),
    ("batch/v1", "Job", "jobs"),
    ("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "kustomizations"),
    ("source.toolkit.fluxcd.io/v1", "GitRepository", "gitrepositories"),
];

/// What a reader of the file makes of it: the objects of `kind` after second `second`, by name.
fn recorded(file: &Value, kind: &str, second: f64) -> Vec<Value> {
    let mut living = BTreeMap::new();
    for entry in file["timeline"].as_array().unwrap() {
        let object = &entry["object"];
        if entry["t"].as_f64().unwrap() <= second && object["kind"] == kind {
            let name = object["metadata"]["name"].as_str().unwrap();
            match entry["type"].as_str().unwrap() {
                "DELETED" => living.remove(name),
                _ => living.insert(name, object.clone()),
            };
        }
    }
    living.into_values().map(set_aside).collect()
}

#[tokio::test]
async fn lists_are_the_recorded_state_at_every_moment() {
    for name in ["broken-manifest", "deleting", "job-completes"] {
        let file: Value = serde_json::from_str(&golden(&format!("flux/{name}.json"))).unwrap();
        let namespace = file["namespace"].as_str().unwrap();
        let replay = by_hand(name, 0.0).await;
        let client = Client::of(&replay);
        let length = replay.timeline().seconds();
        let moments = [0.0, 0.5, 1.4, 2.3, 4.95, 5.15, 8.0, length].into_iter().filter(|t| *t <= length);
        for second in moments {
            replay.advance_to(second);
            for (api_version, kind, plural) in KINDS {
                let list = client.document(&path(api_version, plural, namespace)).await;
                assert_eq!(list["kind"], format!("{kind}List"));
                assert_eq!(list["apiVersion"], api_version);
                let items = list["items"].as_array().unwrap().iter().cloned().map(|mut item| {
                    item["apiVersion"] = json!(api_version);
                    item["kind"] = json!(kind);
                    set_aside(item)
                });
                let expected = recorded(&file, kind, second);
                assert_eq!(items.collect::<Vec<_>>(), expected, "{kind} of {name} at {second}");
            }
        }
    }
}

#[tokio::test]
async fn one_object_is_had_by_its_name_and_seen_across_namespaces() {
    let replay = by_hand("first-sync", 9.0).await;
    let client = Client::of(&replay);
    let namespace = &replay.timeline().namespace;
    let kustomizations = path("kustomize.toolkit.fluxcd.io/v1", "kustomizations", namespace);
    let one = client.document(&format!("{kustomizations}/hello-dev")).await;
    let everywhere = client.document("/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations").await;
    assert_eq!(everywhere["items"], json!([one]), "custom resources say in lists what they are");
    let status = client.document(&format!("{kustomizations}/hello-dev/status")).await;
    assert_eq!(status, one);
    let own = client.document(&format!("/api/v1/namespaces/{namespace}")).await;
    assert_eq!((&own["kind"], &own["status"]["phase"]), (&json!("Namespace"), &json!("Active")));
    let nowhere = client.document("/api/v1/namespaces/nowhere/pods").await;
    assert_eq!(nowhere["items"], json!([]), "a namespace that is not there has no objects");
    assert_eq!(client.document("/api/v1/secrets").await["items"], json!([]));
}

#[tokio::test]
async fn times_are_moved_to_the_start_and_to_when_they_are_seen() {
    let replay = by_hand("first-sync", 0.0).await;
    replay.advance_to(0.6);
    let client = Client::of(&replay);
    let kustomizations =
        path("kustomize.toolkit.fluxcd.io/v1", "kustomizations", &replay.timeline().namespace);
    let list = client.document(&kustomizations).await;
    let created = list["items"][0]["metadata"]["creationTimestamp"].as_str().unwrap();
    let age = replay.time_at(0.6).duration_since(created.parse().unwrap());
    assert!((0.0..2.0).contains(&age.as_secs_f64()), "created {created}, {age:?} ago");
}

#[tokio::test]
async fn a_list_at_a_past_version_is_the_past() {
    let replay = by_hand("first-sync", 0.0).await;
    let client = Client::of(&replay);
    let pods = path("v1", "pods", &replay.timeline().namespace);
    let before = client.document(&pods).await;
    replay.advance_to(9.0);
    let version = before["metadata"]["resourceVersion"].as_str().unwrap();
    let exact = format!("{pods}?resourceVersion={version}&resourceVersionMatch=Exact");
    assert_eq!(client.document(&exact).await, before);
    assert_ne!(client.document(&pods).await, before);
}

#[tokio::test]
async fn selectors_choose_among_what_is_there() {
    let replay = by_hand("first-sync", 9.0).await;
    let client = Client::of(&replay);
    let namespace = &replay.timeline().namespace;
    for (plural, query, some) in [
        ("pods", "labelSelector=app%3Dhello", true),
        ("pods", "labelSelector=app%21%3Dhello", false),
        ("pods", "labelSelector=app+in+%28hello%2Cother%29%2Cpod-template-hash", true),
        ("pods", "labelSelector=app+notin+%28hello%29", false),
        ("pods", "labelSelector=%21app", false),
        ("pods", "fieldSelector=status.phase%3DRunning", true),
        ("pods", "fieldSelector=metadata.name%3Dnobody", false),
        ("events", "fieldSelector=involvedObject.kind%3DDeployment%2CinvolvedObject.name%3Dhello", true),
        ("events", "fieldSelector=involvedObject.kind%3DJob", false),
        ("events", &format!("fieldSelector=metadata.namespace%3D{namespace}&limit=500"), true),
    ] {
        let list = client.document(&format!("{}?{query}", path("v1", plural, namespace))).await;
        assert_eq!(!list["items"].as_array().unwrap().is_empty(), some, "{plural} {query}");
    }
}

#[tokio::test]
async fn kinds_that_nobody_foresaw_are_served_and_discovered() {
    let object = json!({"apiVersion": "example.com/v1alpha1", "kind": "Proxy",
        "metadata": {"name": "a", "namespace": "n"}});
    let text = json!({"scenario": "s", "namespace": "n", "unknown": true,
        "timeline": [{"t": 0, "type": "ADDED", "object": object}]});
    let replay = of_text(&text.to_string(), 1.0).await;
    let client = Client::of(&replay);
    let groups = client.document("/apis").await;
    let names: Vec<_> = groups["groups"].as_array().unwrap().iter().map(|group| &group["name"]).collect();
    assert!(names.contains(&&json!("example.com")), "{names:?}");
    let resources = client.document("/apis/example.com/v1alpha1").await;
    let described = json!({"name": "proxies", "singularName": "proxy", "namespaced": true, "kind": "Proxy",
        "verbs": ["get", "list", "watch"]});
    assert_eq!(resources["resources"], json!([described]));
    let list = client.document("/apis/example.com/v1alpha1/proxies").await;
    assert_eq!(list["items"][0]["metadata"]["name"], "a");
}
