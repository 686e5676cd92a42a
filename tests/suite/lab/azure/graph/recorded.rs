//! What was recorded of Resource Graph, asked of the lab.

use regex::Regex;
use serde_json::{Value, json};

use super::super::scene::Scene;
use crate::support::contracts;

/// Headers that tell of this moment.
const OF_THE_MOMENT: [&str; 2] =
    ["x-ms-user-quota-remaining", "x-ms-ratelimit-remaining-tenant-resource-requests"];

#[tokio::test]
async fn resource_graph_answers_as_it_was_recorded() {
    let Some(recorded) = contracts::json("azure/recorded/resource-graph.json") else { return };
    let scene = Scene::set().await;
    scene.lab.with_azure(|azure, now| azure.add_synthetic_configurations(9, super::scene::FLEET, now));
    let here = |text: &Value| {
        let text = text.to_string();
        text.replace("00000000-0000-0000-0000-000000000000", "11111111-1111-4111-8111-111111111111")
    };
    for (entry, remaining) in recorded.as_array().unwrap().iter().zip(["14", "12"]) {
        let (request, response) = (&entry["request"], &entry["response"]);
        let mut body: Value = serde_json::from_str(&here(&request["body"])).unwrap();
        if body["options"]["$skipToken"].is_string() {
            // A token is the service's own: the one that this service gives for a first page of as many rows.
            body["query"] = json!("kubernetesconfigurationresources | project id");
            body["options"] = json!({"$top": 3, "resultFormat": "objectArray", "allowPartialScopes": false});
            let first = scene.ask("POST", request["path"].as_str().unwrap(), &body).await.json();
            body["options"] = json!({"$skipToken": first["$skipToken"], "resultFormat": "objectArray"});
        }
        let answer = scene.ask("POST", request["path"].as_str().unwrap(), &body).await;
        assert_eq!(answer.status, response["status"], "{body}: {}", answer.text);
        for (name, value) in response["headers"].as_object().unwrap() {
            let told = answer.headers.get(name).unwrap_or_else(|| panic!("no {name}"));
            let value =
                if OF_THE_MOMENT.contains(&name.as_str()) { remaining } else { value.as_str().unwrap() };
            assert_eq!(told, value, "{name}");
        }
        let (told, recorded) = (answer.json(), &response["body"]);
        let names = |document: &Value| document.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&told), names(recorded), "{told}");
        if answer.status == 200 {
            for name in ["count", "facets", "resultTruncated"] {
                assert_eq!(told[name], recorded[name], "{name}");
            }
            assert_eq!(
                (names(&told["data"][0]), told["data"].as_array().unwrap().len()),
                (vec!["id".to_owned()], 3)
            );
            assert!(told["$skipToken"].is_string() && told["totalRecords"].is_u64(), "{told}");
        } else {
            assert_eq!(told["error"]["details"], recorded["error"]["details"]);
            assert_eq!(told["error"]["code"], recorded["error"]["code"]);
            let form = r"^Please provide below info when asking for support: timestamp = \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z, correlationId = [0-9a-f-]{36}\.$";
            let form = Regex::new(form).unwrap();
            for error in [&told["error"], &recorded["error"]] {
                assert!(form.is_match(error["message"].as_str().unwrap()), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn a_table_has_the_form_of_the_example() {
    let path = "azure/resourcegraph/examples/ResourcesFirstPageQuery.2019-04-01.json";
    let Some(example) = contracts::json(path) else { return };
    let scene = Scene::set().await;
    scene.step(120);
    let query = "where name contains 'edge' | project id, name, type, location";
    let answer = scene.query_with(query, json!({"$skip": 0, "$top": 1, "resultFormat": "table"})).await;
    let (told, example) = (answer.json(), &example["responses"]["200"]["body"]);
    assert_eq!(told["data"]["columns"], example["data"]["columns"]);
    let row = told["data"]["rows"][0].as_array().unwrap();
    assert_eq!(row.len(), 4);
    assert_eq!((&row[1], &row[2]), (&json!("edge-1"), &json!("microsoft.kubernetes/connectedclusters")));
    assert_eq!((&told["count"], &told["totalRecords"]), (&json!(1), &json!(2)));
    let mut kinds = vec![("n", "integer"), ("p", "object"), ("b", "boolean"), ("d", "datetime")];
    let query = "take 1 | project n=strlen(name), p=properties, b=name == 'x', d=now()";
    let told = scene.query_with(query, json!({"resultFormat": "table"})).await.json();
    assert!(told["data"].is_object(), "{told}");
    for column in told["data"]["columns"].as_array().unwrap() {
        let (name, kind) = kinds.remove(0);
        assert_eq!(*column, json!({"name": name, "type": kind}), "{told}");
    }
}
