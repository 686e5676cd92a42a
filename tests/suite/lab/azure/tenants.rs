//! What is around clusters: endpoints, tenants, subscriptions, providers, groups, and the clusters themselves.

use serde_json::{Value, json};

use super::scene::{CLUSTER, GROUP, SUBSCRIPTION, Scene};

#[tokio::test]
async fn endpoints_are_told_to_anybody_in_the_form_that_is_asked_for() {
    let scene = Scene::set().await;
    let url = scene.lab.azure_url();
    for version in ["2015-01-01", "2019-05-01", "2022-09-01"] {
        let target = format!("/metadata/endpoints?api-version={version}");
        let answer = scene.ask_with("", "GET", &target, &Value::Null).await;
        assert_eq!(answer.status, 200, "{version}: {}", answer.text);
        let told = answer.json();
        let cloud = told.as_array().map_or(&told, |clouds| &clouds[0]);
        let login = cloud["authentication"]["loginEndpoint"].as_str().unwrap();
        assert_eq!(login.trim_end_matches('/'), url, "{version}");
        // Only the middle one lists clouds.
        assert_eq!(told.is_array(), version == "2019-05-01", "{version}");
        assert!(cloud["authentication"]["audiences"].as_array().unwrap().len() > 1, "{version}");
    }
    let list = scene.ask_with("", "GET", "/metadata/endpoints?api-version=2019-05-01", &Value::Null).await;
    let manager = list.json()[0]["resourceManager"].as_str().unwrap().to_owned();
    assert_eq!(manager.trim_end_matches('/'), url);
}

#[tokio::test]
async fn a_provider_is_registered_after_a_while() {
    let scene = Scene::set().await;
    let provider = format!("{SUBSCRIPTION}/providers/microsoft.containerservice");
    let version = "api-version=2021-04-01";
    let state = async || scene.get(&format!("{provider}?{version}")).await["registrationState"].take();
    assert_eq!(state().await, "NotRegistered");
    let clusters = format!("{provider}/managedClusters?{version}");
    scene.done(200, "GET", &clusters, &Value::Null).await;
    let aks = format!("{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks-1?{version}");
    let (status, code, told) = scene.refused("PUT", &aks, &json!({"location": "westeurope"})).await;
    assert_eq!((status, code.as_str()), (409, "MissingSubscriptionRegistration"), "{told}");
    assert_eq!(told["error"]["details"][0]["target"], "Microsoft.ContainerService");
    let told = scene.done(200, "POST", &format!("{provider}/register?{version}"), &Value::Null).await;
    assert_eq!(told["registrationState"], "Registering");
    scene.step(29);
    assert_eq!(state().await, "Registering");
    scene.step(1);
    assert_eq!(state().await, "Registered");
    scene.done(201, "PUT", &aks, &json!({"location": "westeurope"})).await;
    let configurations =
        "providers/Microsoft.KubernetesConfiguration/fluxConfigurations?api-version=2025-04-01";
    let list = aks.replace(&format!("?{version}"), &format!("/{configurations}"));
    assert_eq!(scene.get(&list).await["value"], json!([]), "its own clusters have configurations, too");
    scene.done(200, "POST", &format!("{provider}/unregister?{version}"), &Value::Null).await;
    assert_eq!(state().await, "NotRegistered");
}

#[tokio::test]
async fn groups_and_clusters_are_found_from_above() {
    let scene = Scene::set().await;
    let groups = scene.get(&format!("{SUBSCRIPTION}/resourcegroups?api-version=2021-04-01")).await;
    assert_eq!(groups["value"][0]["id"], GROUP);
    let clusters = "providers/Microsoft.Kubernetes/connectedClusters?api-version=2024-01-01";
    for parent in [SUBSCRIPTION, GROUP] {
        let list = scene.get(&format!("{parent}/{clusters}")).await;
        let ids: Vec<_> = list["value"].as_array().unwrap().iter().map(|cluster| &cluster["id"]).collect();
        assert!(ids.contains(&&json!(CLUSTER)) && ids.len() == 2, "{parent}: {ids:?}");
    }
    let cluster = scene.get(&format!("{}?api-version=2024-01-01", CLUSTER.to_uppercase())).await;
    assert_eq!((&cluster["name"], &cluster["location"]), (&json!("edge-9"), &json!("westeurope")));
    assert_eq!(cluster["properties"]["provisioningState"], "Succeeded");
    let head = scene.ask("HEAD", &format!("{GROUP}?api-version=2021-04-01"), &Value::Null).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    let tenants = scene.get("/tenants?api-version=2022-12-01").await;
    assert_eq!(tenants["value"][0]["tenantId"], "22222222-2222-4222-8222-222222222222");
    let locations = scene.get(&format!("{SUBSCRIPTION}/locations?api-version=2022-12-01")).await;
    let names: Vec<_> = locations["value"].as_array().unwrap().iter().map(|place| &place["name"]).collect();
    assert!(names.contains(&&json!("westeurope")), "{names:?}");
}

#[tokio::test]
async fn a_group_is_made_once_and_stays_where_it_is() {
    let scene = Scene::set().await;
    let group = format!("{SUBSCRIPTION}/resourceGroups/rg-new?api-version=2021-04-01");
    let body = json!({"location": "westeurope", "tags": {"team": "edge"}});
    scene.done(201, "PUT", &group, &body).await;
    scene.done(200, "PUT", &group.to_uppercase().replace("API-VERSION", "api-version"), &body).await;
    let told = scene.get(&group).await;
    assert_eq!((&told["name"], &told["tags"]), (&json!("rg-new"), &body["tags"]));
    let (status, code, _) = scene.refused("PUT", &group, &json!({"location": "eastus"})).await;
    assert_eq!((status, code.as_str()), (409, "InvalidResourceGroupLocation"));
    let (status, code, _) = scene.refused("PUT", &group, &json!({})).await;
    assert_eq!((status, code.as_str()), (400, "LocationRequired"));
}

#[tokio::test]
async fn a_cluster_that_goes_takes_along_what_it_has() {
    let scene = Scene::set().await;
    let cluster = format!("{CLUSTER}?api-version=2024-01-01");
    let answer = scene.ask("DELETE", &cluster, &Value::Null).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    scene.step(10);
    assert_eq!(scene.operation(&answer).await["status"], "Succeeded");
    scene.done(404, "GET", &cluster, &Value::Null).await;
    let list =
        format!("{CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions?api-version=2025-03-01");
    let (status, code, _) = scene.refused("GET", &list, &Value::Null).await;
    assert_eq!((status, code.as_str()), (404, "ParentResourceNotFound"));
    let again = scene.ask("PUT", &cluster, &json!({"location": "westeurope"})).await;
    assert_eq!(again.status, 201);
    scene.step(10);
    assert_eq!(scene.operation(&again).await["status"], "Succeeded");
    assert_eq!(scene.get(&list).await["value"], json!([]));
}
