//! Who sees which rows, and where a query looks.

use kubectl_gitops_lab::AzureRole;
use serde_json::{Value, json};

use super::super::scene::{CLUSTER, GROUP, SUBSCRIPTION, Scene};
use super::scene::{FLEET, TARGET, refusal};

const OWN: &str = "11111111-1111-4111-8111-111111111111";
const OTHER: &str = "44444444-4444-4444-8444-444444444444";

#[tokio::test]
async fn whoever_asks_sees_what_their_roles_let_them_read() {
    let scene = Scene::set().await;
    scene.lab.with_azure(|azure, now| azure.add_synthetic_configurations(1500, FLEET, now));
    scene.step(120);
    let query = json!({"query": "kubernetesconfigurationresources | summarize count() by resourceGroup | order by resourceGroup asc"});
    let fleet = format!("{SUBSCRIPTION}/resourceGroups/rg-fleet-001");
    for (client, scope, groups) in [
        ("everything", "/", vec![("rg-contoso-edge", 2), ("rg-fleet-000", 1000), ("rg-fleet-001", 500)]),
        ("group", GROUP, vec![("rg-contoso-edge", 2)]),
        ("cluster", CLUSTER, vec![("rg-contoso-edge", 1)]),
        ("fleet", &fleet, vec![("rg-fleet-001", 500)]),
    ] {
        let token = scene.lab.with_azure(|azure, now| {
            azure.add_principal(client, "s3cret", AzureRole::Reader, scope);
            azure.token(client, now)
        });
        let told = scene.ask_with(&token, "POST", TARGET, &query).await.json();
        let groups: Vec<Value> =
            groups.iter().map(|(group, count)| json!({"resourceGroup": group, "count_": count})).collect();
        assert_eq!(told["data"], json!(groups), "{client}");
    }
    let token = scene.lab.with_azure(|azure, now| azure.token("nobody", now));
    let answer = scene.ask_with(&token, "POST", TARGET, &query).await;
    assert_eq!(refusal(&answer), (400, vec!["NoValidSubscriptionsInQueryRequest".to_owned()]));
    assert_eq!(scene.ask_with("", "POST", TARGET, &query).await.status, 401);
}

#[tokio::test]
async fn a_query_looks_where_it_is_told_to() {
    let scene = Scene::set().await;
    scene.step(120);
    scene.lab.with_azure(|azure, _| azure.add_subscription(OTHER, "Other"));
    let ask = async |scope: Value| {
        let mut body = json!({"query": "resources | count"});
        body.as_object_mut().unwrap().extend(scope.as_object().unwrap().clone());
        let answer = scene.ask("POST", TARGET, &body).await;
        match answer.status {
            200 => answer.json()["data"][0]["Count"].to_string(),
            _ => refusal(&answer).1.join(" "),
        }
    };
    let nothing = "NoValidSubscriptionsInQueryRequest";
    for (scope, told) in [
        (json!({}), "2"),
        (json!({"subscriptions": [], "managementGroups": []}), "2"),
        (json!({"subscriptions": [OWN]}), "2"),
        (json!({"subscriptions": [OWN.to_uppercase()]}), "2"),
        (json!({"subscriptions": [OTHER]}), "0"),
        (json!({"subscriptions": [OTHER, OWN]}), "2"),
        (json!({"subscriptions": [OWN, "55555555-5555-4555-8555-555555555555"]}), "2"),
        (json!({"subscriptions": ["55555555-5555-4555-8555-555555555555"]}), nothing),
        (json!({"subscriptions": ["contoso"]}), "SubscriptionsContainInvalidGuids"),
        (json!({"managementGroups": ["22222222-2222-4222-8222-222222222222"]}), "2"),
        (json!({"managementGroups": ["edge"]}), nothing),
        (json!({"subscriptions": "all"}), "InvalidRequest"),
    ] {
        assert_eq!(ask(scope.clone()).await, told, "{scope}");
    }
}

#[tokio::test]
async fn what_is_no_query_is_refused_as_it_is() {
    let scene = Scene::set().await;
    for (query, status, codes) in [
        ("resources | where", 400, ["InvalidQuery", "ParserFailure"].as_slice()),
        ("resources | where frob(name) == 1", 400, &["InvalidQuery", "UnknownFunction"]),
        ("resources | where missing == 1", 400, &["InvalidQuery", "SemanticFailure"]),
        ("advisorresources | count", 400, &["DisallowedLogicalTableName"]),
        ("resources | join (resources) on id", 501, &["NotImplemented"]),
    ] {
        let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
        assert_eq!(scene.query_refused(&json!({"query": query})).await, (status, codes), "{query}");
    }
    for (target, code) in [
        ("/providers/Microsoft.ResourceGraph/resources", "MissingApiVersionParameter"),
        ("/providers/Microsoft.ResourceGraph/resources?api-version=2020-01-01", "InvalidResourceType"),
    ] {
        let (status, told, _) = scene.refused("POST", target, &json!({"query": "resources"})).await;
        assert_eq!((status, told.as_str()), (400, code), "{target}");
    }
}
