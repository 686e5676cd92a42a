//! Extensions: Flux is there, others come and go.

use serde_json::{Value, json};

use super::scene::{CLUSTER, Scene, extension};

#[tokio::test]
async fn flux_is_installed_and_known_by_its_type() {
    let scene = Scene::set().await;
    let list =
        format!("{CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions?api-version=2025-03-01");
    let list = scene.get(&list).await;
    let [flux] = list["value"].as_array().unwrap().as_slice() else { panic!("{list}") };
    let properties = &flux["properties"];
    assert_eq!(properties["extensionType"], "microsoft.flux");
    assert_eq!(properties["provisioningState"], "Succeeded");
    assert_eq!(properties["scope"], json!({"cluster": {"releaseNamespace": "flux-system"}}));
    assert_eq!(flux["identity"]["type"], "SystemAssigned");
    assert_eq!(list["nextLink"], Value::Null);
}

#[tokio::test]
async fn an_extension_comes_changes_and_goes() {
    let scene = Scene::set().await;
    let body = |version: &str| {
        json!({"properties": {
            "extensionType": "microsoft.dapr",
            "version": version,
            "configurationProtectedSettings": {"key": "hunter2"},
        }})
    };
    let created = scene.ask("PUT", &extension("dapr"), &body("1.6.0")).await;
    assert_eq!(created.status, 201, "{}", created.text);
    assert!(!created.text.contains("hunter2"), "{}", created.text);
    let elsewhere = &created.headers["location"];
    assert!(!elsewhere.starts_with(scene.lab.azure_url()), "{elsewhere}");
    assert_eq!(created.json()["properties"]["installState"], "Unknown");
    scene.step(10);
    assert_eq!(scene.operation(&created).await["status"], "Succeeded");
    let id = extension("dapr");
    let id = id.split('?').next().unwrap();
    let kept = scene.lab.with_azure(|azure, _| azure.protected_setting(id, "key"));
    assert_eq!(kept.as_deref(), Some("hunter2"));
    let same = scene.done(200, "PUT", &extension("dapr"), &body("1.6.0")).await;
    assert_eq!(same["properties"]["provisioningState"], "Succeeded", "nothing is different");
    let changed = scene.done(200, "PUT", &extension("dapr"), &body("1.7.0")).await;
    assert_eq!(changed["properties"]["provisioningState"], "Updating");
    let other = json!({"properties": {"extensionType": "microsoft.flux"}});
    let (status, _, told) = scene.refused("PUT", &extension("dapr"), &other).await;
    assert_eq!((status, told["error"]["target"].as_str()), (400, Some("properties.extensionType")));
    let none = json!({"properties": {}});
    assert_eq!(scene.refused("PUT", &extension("new"), &none).await.0, 400);
    let gone = scene.ask("DELETE", &extension("dapr"), &Value::Null).await;
    assert_eq!(gone.status, 202);
    scene.step(10);
    scene.done(404, "GET", &extension("dapr"), &Value::Null).await;
    scene.done(204, "DELETE", &extension("dapr"), &Value::Null).await;
}
