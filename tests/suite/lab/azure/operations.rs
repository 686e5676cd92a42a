//! Operations: what goes on after an answer, how it ends, and who hears of it.

use serde_json::{Value, json};

use super::scene::{CLUSTER, Scene, VERSION, configuration, extension, following};

#[tokio::test]
async fn a_configuration_is_there_at_once_and_is_done_later() {
    let scene = Scene::set().await;
    let answer = scene.ask("PUT", &configuration("hello"), &following("dev")).await;
    assert_eq!((answer.status, answer.headers["retry-after"].as_str()), (201, "5"));
    let told = answer.json();
    assert_eq!(told["properties"]["provisioningState"], "Creating");
    assert_eq!(told["properties"]["complianceState"], "Pending");
    let running = scene.operation(&answer).await;
    assert_eq!((&running["status"], &running["error"]), (&json!("InProgress"), &Value::Null));
    scene.step(9);
    assert_eq!(scene.operation(&answer).await["status"], "InProgress");
    scene.step(1);
    let done = scene.operation(&answer).await;
    assert_eq!((&done["status"], &done["properties"]), (&json!("Succeeded"), &json!({})));
    assert_eq!(scene.properties("hello").await["provisioningState"], "Succeeded");
}

#[tokio::test]
async fn an_operation_may_fail_late_or_never_end() {
    let scene = Scene::set().await;
    scene.lab.with_azure(|azure, _| {
        azure.fail_next_operation("ErrorCode", "the agent could not be reached");
        azure.hang_next_operation();
    });
    let fails = scene.ask("PUT", &configuration("fails"), &following("dev")).await;
    let hangs = scene.ask("PUT", &configuration("hangs"), &following("dev")).await;
    assert_eq!((fails.status, hangs.status), (201, 201));
    scene.step(10);
    let failed = scene.operation(&fails).await;
    let error = json!({"code": "ErrorCode", "message": "the agent could not be reached"});
    assert_eq!((&failed["status"], &failed["error"]), (&json!("Failed"), &error));
    let properties = scene.properties("fails").await;
    assert_eq!(properties["provisioningState"], "Failed");
    assert_eq!(properties["errorMessage"], "the agent could not be reached");
    scene.step(24 * 3600);
    // A token is good for an hour.
    let scene = scene.signed_in_again();
    assert_eq!(scene.operation(&hangs).await["status"], "InProgress");
    let again = scene.ask("PUT", &configuration("fails"), &following("dev")).await;
    assert_eq!(again.status, 200, "what failed is put again, though nothing is different");
    scene.step(10);
    assert_eq!(scene.operation(&again).await["status"], "Succeeded");
    assert_eq!(scene.properties("fails").await["errorMessage"], "");
}

#[tokio::test]
async fn an_operation_that_something_else_overtook_is_given_up() {
    let scene = Scene::set().await;
    let first = scene.ask("PUT", &configuration("hello"), &following("dev")).await;
    let second = scene.ask("PUT", &configuration("hello"), &following("qa")).await;
    assert_eq!(second.status, 200);
    scene.step(10);
    assert_eq!(scene.operation(&first).await["status"], "Canceled");
    assert_eq!(scene.operation(&second).await["status"], "Succeeded");
    let branch = &scene.properties("hello").await["gitRepository"]["repositoryRef"]["branch"];
    assert_eq!(branch, "qa");
}

#[tokio::test]
async fn what_no_agent_has_goes_by_itself_and_by_force_at_once() {
    let scene = Scene::set().await;
    scene.lab.with_azure(|azure, _| azure.hang_next_operation());
    for name in ["one", "other"] {
        scene.done(201, "PUT", &configuration(name), &following("dev")).await;
    }
    let answer = scene.ask("DELETE", &configuration("one"), &Value::Null).await;
    assert_eq!((answer.status, answer.text.as_str()), (202, ""));
    assert!(answer.headers["azure-asyncoperation"].contains("/extensions/one/operations/"));
    assert_eq!(scene.properties("one").await["provisioningState"], "Deleting");
    let (status, code, _) = scene.refused("PUT", &configuration("one"), &following("qa")).await;
    assert_eq!((status, code.as_str()), (409, "Conflict"));
    let by_force = format!("{}&forceDelete=true", configuration("other"));
    scene.done(200, "DELETE", &by_force, &Value::Null).await;
    scene.done(404, "GET", &configuration("other"), &Value::Null).await;
    scene.step(10);
    assert_eq!(scene.operation(&answer).await["status"], "Succeeded");
    scene.done(404, "GET", &configuration("one"), &Value::Null).await;
    scene.done(204, "DELETE", &configuration("one"), &Value::Null).await;
}

#[tokio::test]
async fn an_operation_is_found_under_its_cluster_in_any_case_and_nowhere_else() {
    let scene = Scene::set().await;
    let answer = scene.ask("PUT", &configuration("hello"), &following("dev")).await;
    let address = &answer.headers["azure-asyncoperation"];
    assert!(address.contains("/ConnectedClusters/") && address.contains("api-Version="), "{address}");
    let target = address.strip_prefix(scene.lab.azure_url()).unwrap();
    scene.get(&target.to_lowercase().replace("api-version=2025-04-01", VERSION)).await;
    let elsewhere = target.replace("/edge-9/", "/edge-1/");
    let (status, code, _) = scene.refused("GET", &elsewhere, &Value::Null).await;
    assert_eq!((status, code.as_str()), (404, "ResourceNotFound"));
    let unknown = format!("{CLUSTER}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/hello");
    let unknown = format!("{unknown}/operations/99999999-9999-9999-9999-999999999999?{VERSION}");
    assert_eq!(scene.refused("GET", &unknown, &Value::Null).await.0, 404);
    scene.done(200, "GET", &extension("flux"), &Value::Null).await;
}
