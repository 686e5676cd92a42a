//! Recorded objects as kubectl asks for them: short names, and the columns of their kinds.

use serde_json::{Value, json};

use super::client::Client;
use super::recordings::of_text;

const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/// A recording of one moment that says when it was.
fn recording() -> String {
    let ready = json!([{"type": "Ready", "status": "False", "reason": "UpgradeFailed", "message": "no"}]);
    let object = |api: &str, kind: &str| {
        json!({"t": 0, "type": "ADDED", "object": {
            "apiVersion": api, "kind": kind,
            "metadata": {"name": "shop", "namespace": "prod", "creationTimestamp": "2026-11-28T10:00:00Z"},
            "spec": {"url": "oci://registry.example/shop"},
            "status": {"conditions": ready},
        }})
    };
    json!({"scenario": "s", "namespace": "prod", "recordedAt": "2026-11-28T11:00:00Z", "timeline": [
        object("helm.toolkit.fluxcd.io/v2beta2", "HelmRelease"),
        object("source.toolkit.fluxcd.io/v1", "OCIRepository"),
        object("policy/v1", "PodDisruptionBudget"),
        object("example.com/v1", "Widget"),
    ]})
    .to_string()
}

#[tokio::test]
async fn recorded_kinds_have_their_short_names_and_columns() {
    let replay = of_text(&recording(), 0.0).await;
    let client = Client::of(&replay);
    for (path, plural, short, columns, cells) in [
        (
            "/apis/helm.toolkit.fluxcd.io/v2beta2",
            "helmreleases",
            json!(["hr"]),
            json!(["Name", "Age", "Ready", "Status"]),
            json!(["shop", "60m", "False", "no"]),
        ),
        (
            "/apis/source.toolkit.fluxcd.io/v1",
            "ocirepositories",
            json!(["ocirepo"]),
            json!(["Name", "URL", "Ready", "Status", "Age"]),
            json!(["shop", "oci://registry.example/shop", "False", "no", "60m"]),
        ),
        ("/apis/example.com/v1", "widgets", Value::Null, json!(["Name", "Age"]), json!(["shop", "60m"])),
    ] {
        let served = client.get(path).await.json();
        let resources = served["resources"].as_array().expect("resources");
        let resource = resources.iter().find(|resource| resource["name"] == plural).expect(plural);
        assert_eq!(resource["shortNames"], short, "{plural}");
        let list = format!("{path}/namespaces/prod/{plural}");
        let table = client.ask("GET", &list, TABLE).await.json();
        let names: Vec<&Value> = table["columnDefinitions"]
            .as_array()
            .expect("columns")
            .iter()
            .map(|column| &column["name"])
            .collect();
        assert_eq!(json!(names), columns, "{plural}");
        assert_eq!(table["rows"][0]["cells"], cells, "{plural}");
    }
    let budgets = client.get("/apis/policy/v1").await.json();
    assert_eq!(budgets["resources"][0]["shortNames"], json!(["pdb"]));
}
