//! Roles: what an application may do where, and what it is told where it may not.

use kubectl_gitops_lab::AzureRole;
use serde_json::Value;

use super::scene::{CLUSTER, GROUP, SUBSCRIPTION, Scene, VERSION, configuration, following};

const ROBOT: &str = "44444444-4444-4444-8444-444444444444";

async fn scene(role: AzureRole, scope: &str) -> (Scene, String) {
    let scene = Scene::set().await;
    scene.done(201, "PUT", &configuration("hello"), &following("dev")).await;
    let token = scene.lab.with_azure(|azure, now| {
        azure.add_principal(ROBOT, "secret", role, scope);
        azure.token(ROBOT, now)
    });
    (scene, token)
}

#[tokio::test]
async fn a_role_reaches_as_far_as_its_scope() {
    let list = format!("{CLUSTER}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations?{VERSION}");
    let cluster = format!("{CLUSTER}?api-version=2024-01-01");
    let group = format!("{GROUP}?api-version=2021-04-01");
    let own = configuration("hello");
    for (role, scope, may) in [
        (AzureRole::Reader, "/", [true, true, true, true, false]),
        (AzureRole::Reader, SUBSCRIPTION, [true, true, true, true, false]),
        (AzureRole::Reader, CLUSTER, [false, true, true, true, false]),
        (AzureRole::Contributor, CLUSTER, [false, true, true, true, true]),
        (AzureRole::Contributor, own.split('?').next().unwrap(), [false, false, false, true, true]),
        (AzureRole::Contributor, "/subscriptions/22222222-2222-4222-8222-222222222222", [false; 5]),
    ] {
        let (scene, token) = scene(role, scope).await;
        let asked = [
            ("GET", group.as_str(), Value::Null),
            ("GET", cluster.as_str(), Value::Null),
            ("GET", list.as_str(), Value::Null),
            ("GET", own.as_str(), Value::Null),
            ("PUT", own.as_str(), following("qa")),
        ];
        for ((method, target, body), may) in asked.into_iter().zip(may) {
            let answer = scene.ask_with(&token, method, target, &body).await;
            let expected = if may { 200 } else { 403 };
            assert_eq!(answer.status, expected, "{role:?} at {scope}: {method} {target}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_refusal_names_who_what_and_where() {
    let (scene, token) = scene(AzureRole::Reader, CLUSTER).await;
    let answer = scene.ask_with(&token, "DELETE", &configuration("hello"), &Value::Null).await;
    let told = answer.json();
    assert_eq!((answer.status, told["error"]["code"].as_str()), (403, Some("AuthorizationFailed")));
    let message = told["error"]["message"].as_str().unwrap();
    let begin = format!("The client '{ROBOT}' with object id '");
    let end = format!(
        "does not have authorization to perform action \
         'Microsoft.KubernetesConfiguration/fluxConfigurations/delete' over scope \
         '{CLUSTER}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/hello' or the scope is invalid. If \
         access was recently granted, please refresh your credentials."
    );
    assert!(message.starts_with(&begin) && message.ends_with(&end), "{message}");
}

#[tokio::test]
async fn a_list_of_subscriptions_has_those_that_are_seen() {
    let other = "66666666-6666-4666-8666-666666666666";
    for (scope, count) in [("/", 2), (CLUSTER, 1), ("/subscriptions/66666666-6666-4666-8666-666666666666", 1)]
    {
        let (scene, token) = scene(AzureRole::Reader, scope).await;
        scene.lab.with_azure(|azure, _| azure.add_subscription(other, "Other"));
        let answer =
            scene.ask_with(&token, "GET", "/subscriptions?api-version=2022-12-01", &Value::Null).await;
        let told = answer.json();
        assert_eq!(told["value"].as_array().unwrap().len(), count, "{scope}: {told}");
        assert_eq!(told["count"]["value"], count);
    }
}
