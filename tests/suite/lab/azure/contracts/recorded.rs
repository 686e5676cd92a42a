//! What was recorded of Azure, asked of the lab: the same statuses, headers and shapes.

use serde_json::Value;

use super::super::scene::{Scene, extension};
use crate::support::contracts;

/// Words of the recordings, and what they are here.
const WORDS: [(&str, &str); 3] = [
    ("00000000-0000-0000-0000-000000000000", "11111111-1111-4111-8111-111111111111"),
    ("edge-rg", "rg-contoso-edge"),
    ("arc-cluster", "edge-9"),
];

/// Headers whose values are the same everywhere.
const SAME: [&str; 6] = [
    "cache-control",
    "content-type",
    "expires",
    "pragma",
    "strict-transport-security",
    "x-content-type-options",
];

fn here(text: &str) -> String {
    WORDS.iter().fold(text.to_owned(), |text, (there, here)| text.replace(there, here))
}

/// Where two documents are not of one shape.
fn parting(recorded: &Value, told: &Value, path: &str) -> Option<String> {
    match (recorded, told) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys());
            let mut parted = names.map(|name| match (one.get(name), other.get(name)) {
                (Some(one), Some(other)) => parting(one, other, &format!("{path}.{name}")),
                _ => Some(format!("{path}.{name} is on one side alone")),
            });
            parted.find_map(|parted| parted)
        }
        (Value::Array(one), Value::Array(other)) => match (one.first(), other.first()) {
            (Some(one), Some(other)) => parting(one, other, &format!("{path}[0]")),
            (None, None) => None,
            _ => Some(format!("{path} is empty on one side alone")),
        },
        _ => {
            let is_same = std::mem::discriminant(recorded) == std::mem::discriminant(told);
            (!is_same).then(|| format!("{path}: {recorded} was recorded, {told} is told"))
        }
    }
}

#[tokio::test]
async fn resource_manager_answers_as_it_was_recorded() {
    let Some(recorded) = contracts::json("azure/recorded/resource-manager.json") else { return };
    let scene = Scene::set().await;
    scene.done(200, "DELETE", &format!("{}&forceDelete=true", extension("flux")), &Value::Null).await;
    for entry in recorded.as_array().unwrap() {
        let (request, response) = (&entry["request"], &entry["response"]);
        let (method, target) = (request["method"].as_str().unwrap(), here(request["path"].as_str().unwrap()));
        let answer = scene.ask(method, &target, &request["body"]).await;
        let named = format!("{method} {target}");
        assert_eq!(answer.status, response["status"], "{named}: {}", answer.text);
        for (name, value) in response["headers"].as_object().unwrap() {
            // The older source control configurations are not told from the others.
            let told = answer.headers.get(name).unwrap_or_else(|| panic!("{named}: no {name}"));
            let value = here(value.as_str().unwrap());
            if SAME.contains(&name.as_str()) {
                assert_eq!(*told, value, "{named}: {name}");
            }
            if name == "azure-asyncoperation" {
                let path = |address: &str| {
                    let words: Vec<String> = address.split('/').skip(3).map(str::to_owned).collect();
                    words[..words.len() - 1].to_vec()
                };
                assert_eq!(path(told), path(&value), "{named}");
                assert_eq!(told.split_once('?').unwrap().1, value.split_once('?').unwrap().1, "{named}");
            }
        }
        let parting = parting(&response["body"], &answer.json(), "body");
        assert_eq!(parting, None, "{named}: {}", answer.text);
        if answer.status >= 400 {
            assert_eq!(answer.json()["error"], response["body"]["error"], "{named}");
        }
    }
    assert_eq!(recorded.as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn a_provider_answers_as_it_was_recorded() {
    let Some(recorded) = contracts::json("azure/recorded/provider.json") else { return };
    let scene = Scene::set().await;
    let entry = &recorded[0];
    let target = here(entry["request"]["path"].as_str().unwrap());
    let (told, recorded) = (scene.get(&target).await, &entry["response"]["body"]);
    for field in ["registrationState", "registrationPolicy", "namespace"] {
        assert_eq!(told[field], recorded[field], "{field}");
    }
    let (mut bare, mut wanted) = (told.clone(), recorded.clone());
    bare["resourceTypes"].take();
    wanted["resourceTypes"].take();
    assert_eq!(parting(&wanted, &bare, "body"), None);
    for kind in recorded["resourceTypes"].as_array().unwrap() {
        let kinds = told["resourceTypes"].as_array().unwrap();
        let own =
            kinds.iter().find(|own| own["resourceType"] == kind["resourceType"]).expect("the same types");
        assert_eq!(
            own["locations"].as_array().unwrap().is_empty(),
            kind["locations"].as_array().unwrap().is_empty()
        );
        assert!(!own["apiVersions"].as_array().unwrap().is_empty(), "{own}");
    }
}

#[test]
fn shapes_that_part_are_told_apart() {
    let recorded = serde_json::json!({"a": [{"b": "x"}], "c": null});
    for (told, parted) in [
        (serde_json::json!({"a": [{"b": "y"}], "c": null}), None),
        (serde_json::json!({"a": [], "c": null}), Some("body.a is empty on one side alone")),
        (serde_json::json!({"a": [{"b": "y"}]}), Some("body.c is on one side alone")),
        (serde_json::json!({"a": [{"b": 1}], "c": null}), Some("body.a[0].b: \"x\" was recorded, 1 is told")),
    ] {
        assert_eq!(parting(&recorded, &told, "body").as_deref(), parted);
    }
}
