//! Pages: as many rows as are asked for, all of them once, and tokens that are of one query.

use serde_json::{Value, json};

use super::super::scene::Scene;
use super::scene::{FLEET, FLUX, TARGET};

const QUERY: &str = "kubernetesconfigurationresources | project id, name | order by id asc";

/// How many rows each page has, and how many ids were told in all.
async fn pages(scene: &Scene, query: &str, top: Option<u64>) -> (Vec<u64>, usize) {
    let (mut counts, mut ids) = (Vec::new(), Vec::new());
    let mut options = top.map_or(json!({}), |top| json!({"$top": top}));
    loop {
        let told = scene.query_with(query, options.clone()).await.json();
        assert_eq!(told["resultTruncated"], "false", "{told}");
        counts.push(told["count"].as_u64().unwrap());
        ids.extend(told["data"].as_array().unwrap().iter().map(|row| row["id"].to_string()));
        match &told["$skipToken"] {
            Value::Null => break,
            token => options = json!({"$skipToken": token}),
        }
        assert!(counts.len() < 100, "it ends");
    }
    assert!(ids.is_sorted_by(|one, next| one < next), "in order, and none twice");
    (counts, ids.len())
}

#[tokio::test]
async fn pages_are_full_to_their_boundaries() {
    for (total, top, counts) in [
        (0, None, vec![0]),
        (1, None, vec![1]),
        (999, None, vec![999]),
        (1000, None, vec![1000]),
        (1001, None, vec![1000, 1]),
        (10, Some(4), vec![4, 4, 2]),
        (10, Some(5), vec![5, 5]),
        (3, Some(1), vec![1, 1, 1]),
    ] {
        let scene = Scene::set().await;
        scene.lab.with_azure(|azure, now| azure.add_synthetic_configurations(total, FLEET, now));
        let query = format!("{QUERY} | where name != 'flux'");
        assert_eq!(pages(&scene, &query, top).await, (counts, total as usize), "{total} by {top:?}");
    }
}

#[tokio::test]
async fn a_token_is_of_one_query_in_one_scope() {
    let scene = Scene::set().await;
    scene.lab.with_azure(|azure, now| azure.add_synthetic_configurations(10, FLEET, now));
    let token = scene.query_with(QUERY, json!({"$top": 4})).await.json()["$skipToken"].clone();
    let options = json!({"$skipToken": token});
    let subscriptions = json!(["11111111-1111-4111-8111-111111111111"]);
    for (body, status) in [
        (json!({"query": QUERY, "options": options}), 200),
        (json!({"query": format!("{QUERY} | where name != ''"), "options": options}), 400),
        (json!({"query": QUERY, "options": options, "subscriptions": subscriptions}), 400),
        (json!({"query": QUERY, "options": {"$skipToken": "bm90IGEgdG9rZW4="}}), 400),
        (json!({"query": QUERY, "options": {"$skipToken": format!("{}x", token.as_str().unwrap())}}), 400),
    ] {
        let answer = scene.ask("POST", TARGET, &body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
    }
}

#[tokio::test]
async fn what_cannot_be_paged_says_that_it_was_cut() {
    let scene = Scene::set().await;
    scene.lab.with_azure(|azure, now| azure.add_synthetic_configurations(10, FLEET, now));
    for (query, options, total, count, is_cut) in [
        (format!("{FLUX} | project name"), json!({"$top": 4}), 10, 4, true),
        (format!("{FLUX} | project id | take 6"), json!({"$top": 4}), 6, 4, true),
        (format!("{FLUX} | project id | take 6"), json!({}), 6, 6, false),
        (format!("{FLUX} | summarize count() by name"), json!({"$top": 3}), 4, 3, true),
        (format!("{FLUX} | project id"), json!({"$skip": 8}), 10, 2, false),
        (format!("{FLUX} | project id"), json!({"$skip": 11}), 10, 0, false),
    ] {
        let told = scene.query_with(&query, options).await.json();
        assert_eq!(
            (&told["totalRecords"], &told["count"]),
            (&json!(total), &json!(count)),
            "{query}: {told}"
        );
        assert_eq!(told["resultTruncated"], if is_cut { "true" } else { "false" }, "{query}: {told}");
        assert!(told["$skipToken"].is_null(), "{query}: {told}");
    }
    let told = scene.query_with(&format!("{FLUX} | project id"), json!({"$top": 3, "$skip": 5})).await.json();
    assert!(told["$skipToken"].is_string(), "{told}");
}
