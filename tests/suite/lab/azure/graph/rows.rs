//! What rows say, and when.

use std::time::Duration;

use jiff::SignedDuration;
use kubectl_gitops_lab::{Clock, Lab, Scenario, Settings};
use serde_json::{Value, json};

use super::super::scene::{GROUP, Scene, configuration, following};
use super::scene::{FLEET, FLUX};

#[tokio::test]
async fn a_change_is_found_a_while_after_resource_manager_has_it() {
    let scene = Scene::set().await;
    let branch = format!("{FLUX} | project name, branch=properties.gitRepository.repositoryRef.branch");
    scene.done(201, "PUT", &configuration("hello"), &following("dev")).await;
    assert_eq!(scene.properties("hello").await["gitRepository"]["repositoryRef"]["branch"], "dev");
    scene.step(74);
    assert_eq!(scene.found(&branch).await, json!([]), "seventy-five seconds are not over");
    scene.step(1);
    assert_eq!(scene.found(&branch).await, json!([{"name": "hello", "branch": "dev"}]));
    scene.lab.with_azure(|azure, _| azure.set_graph_lag(SignedDuration::from_secs(20)));
    scene.done(200, "PUT", &configuration("hello"), &following("qa")).await;
    scene.step(19);
    assert_eq!(scene.found(&branch).await, json!([{"name": "hello", "branch": "dev"}]));
    scene.step(1);
    assert_eq!(scene.found(&branch).await, json!([{"name": "hello", "branch": "qa"}]));
    let target = format!("{}&forceDelete=true", configuration("hello"));
    let answer = scene.ask("DELETE", &target, &Value::Null).await;
    assert!([200, 202].contains(&answer.status), "{}", answer.text);
    scene.step(10);
    assert_eq!(scene.found(&branch).await, json!([{"name": "hello", "branch": "qa"}]), "deletions lag too");
    scene.lab.step(Duration::from_secs(60));
    assert_eq!(scene.found(&branch).await, json!([]));
}

/// One of the queries that pipelines send, for a branch or for a revision, in other orders and spacings.
fn forms(clauses: &[String]) -> Vec<String> {
    let (table, kind) = (
        "kubernetesconfigurationresources",
        "where type == 'microsoft.kubernetesconfiguration/fluxconfigurations'",
    );
    let mut parts = vec![table.to_owned(), kind.to_owned()];
    parts.extend(clauses.iter().cloned());
    let backwards: Vec<String> =
        [table.to_owned()].into_iter().chain(parts[1..].iter().rev().cloned()).collect();
    vec![
        parts.join(" | "),
        parts.join("|"),
        parts.join("\n| "),
        parts.join("\r\n  |  "),
        backwards.join(" | "),
        parts.join(" | ").replace('\'', "\""),
        parts.join(" | ").replace("==", "  ==  "),
        parts.join(" | ").replace("kubernetesconfigurationresources", "KubernetesConfigurationResources"),
    ]
}

#[tokio::test]
async fn the_queries_of_pipelines_find_what_they_ask_for() {
    let scene = Scene::set().await;
    scene.lab.with_azure(|azure, _| azure.set_graph_quota(1000));
    for (name, branch) in [("hello", "dev"), ("other", "qa")] {
        scene.done(201, "PUT", &configuration(name), &following(branch)).await;
    }
    scene.step(120);
    let clause = |path: &str, value: &str| format!("where properties.{path} == '{value}'");
    let url = clause("gitRepository.url", "https://git.example/contoso/hello-gitops");
    let revision = clause("sourceSyncedCommitId", "dev@sha1:0ba6f0d30760d567de0bac86c8c4eec13ce1a590");
    for (clauses, total) in [
        (vec![url.clone(), clause("gitRepository.repositoryRef.branch", "dev")], 1),
        (vec![url.clone(), clause("gitRepository.repositoryRef.branch", "Dev")], 0),
        (vec![url.clone()], 2),
        (vec![url.clone(), clause("complianceState", "Pending")], 2),
        (vec![url, revision, clause("complianceState", "Compliant")], 0),
        (vec![clause("gitRepository.url", "https://git.example/contoso/Hello-GitOps")], 0),
    ] {
        for query in forms(&clauses) {
            let told = scene.query_with(&query, Value::Null).await.json();
            assert_eq!(told["totalRecords"], total, "{query}: {told}");
        }
    }
}

#[tokio::test]
async fn every_table_has_its_rows() {
    let scene = Scene::set().await;
    scene.step(120);
    for (query, rows) in [
        (
            "where type =~ 'Microsoft.Kubernetes/connectedClusters' | project name, location, resourceGroup, subscriptionId | order by name asc",
            json!([
                {"name": "edge-1", "location": "westeurope", "resourceGroup": "rg-contoso-edge", "subscriptionId": "11111111-1111-4111-8111-111111111111"},
                {"name": "edge-9", "location": "westeurope", "resourceGroup": "rg-contoso-edge", "subscriptionId": "11111111-1111-4111-8111-111111111111"},
            ]),
        ),
        (
            "kubernetesconfigurationresources | where type == 'microsoft.kubernetesconfiguration/extensions' | distinct tostring(properties.ExtensionType), tostring(properties.extensionType)",
            json!([{"properties_ExtensionType": "microsoft.flux", "properties_extensionType": ""}]),
        ),
        (
            "resourcecontainers | project name, type | order by type asc",
            json!([
                {"name": "Contoso", "type": "microsoft.resources/subscriptions"},
                {"name": "rg-contoso-edge", "type": "microsoft.resources/subscriptions/resourcegroups"},
            ]),
        ),
    ] {
        assert_eq!(scene.found(query).await, rows, "{query}");
    }
    let all = scene.found("kubernetesconfigurationresources | take 1").await;
    let columns = all[0].as_object().unwrap().keys().count();
    assert_eq!(columns, 16, "{all}");
}

#[tokio::test]
async fn a_scenario_says_how_resource_graph_is() {
    let text = format!(
        "apiVersion: lab.gitops.dev/v1\nkind: Scenario\nmetadata: {{name: fleet}}\nspec:\n  base: arc\n  \
         resourceGraph: {{lag: 5s, quota: 3, synthetic: {{configurations: 7, url: {FLEET}}}}}\n"
    );
    let clock = Clock::Stepped("2026-01-01T00:00:00Z".parse().unwrap());
    let scenario = Some(Scenario::parse(&text).unwrap());
    let lab = Lab::start(Settings { scenario, clock, ..Settings::default() }).await.unwrap();
    let scene = Scene::beside(lab);
    let query = format!("{FLUX} | where properties.gitRepository.url == '{FLEET}' | count");
    assert_eq!(scene.found(&query).await, json!([{"Count": 7}]));
    scene
        .done(201, "PUT", &format!("{GROUP}-2?api-version=2021-04-01"), &json!({"location": "eastus"}))
        .await;
    scene.step(5);
    let groups = "resourcecontainers | where name == 'rg-contoso-edge-2' | count";
    assert_eq!(scene.found(groups).await, json!([{"Count": 1}]));
    assert_eq!(scene.query_with(groups, Value::Null).await.headers["x-ms-user-quota-remaining"], "1");
}

#[tokio::test]
async fn what_was_protected_is_in_no_row() {
    let scene = Scene::set().await;
    scene.done(201, "PUT", &configuration("hello"), &following("dev")).await;
    scene.step(120);
    let told = scene.query_with("kubernetesconfigurationresources", Value::Null).await.text;
    assert!(told.contains("hello-gitops") && !told.contains("aHVudGVyMg"), "{told}");
}
