//! How often a user may ask.

use serde_json::json;

use super::super::scene::Scene;
use super::scene::{TARGET, refusal};

#[tokio::test]
async fn fifteen_queries_in_five_seconds_are_answered_and_the_next_is_not() {
    let scene = Scene::set().await;
    let (good, bad) = (json!({"query": "resources | count"}), json!({"query": "resources |"}));
    for left in (0..15).rev() {
        // What is refused counts too.
        let (body, status) = if left % 2 == 0 { (&good, 200) } else { (&bad, 400) };
        let answer = scene.ask("POST", TARGET, body).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert_eq!(answer.headers["x-ms-user-quota-remaining"], left.to_string());
        assert_eq!(answer.headers["x-ms-user-quota-resets-after"], "00:00:05");
    }
    scene.step(2);
    let answer = scene.ask("POST", TARGET, &good).await;
    assert_eq!(refusal(&answer), (429, vec!["RateLimiting".to_owned()]));
    assert_eq!(answer.json()["error"]["code"], "RateLimiting");
    for (name, value) in [
        ("retry-after", "3"),
        ("x-ms-user-quota-remaining", "0"),
        ("x-ms-user-quota-resets-after", "00:00:03"),
    ] {
        assert_eq!(answer.headers[name], value, "{name}");
    }
    let other = scene.lab.with_azure(|azure, now| {
        azure.add_principal("other", "s3cret", kubectl_gitops_lab::AzureRole::Reader, "/");
        azure.token("other", now)
    });
    assert_eq!(scene.ask_with(&other, "POST", TARGET, &good).await.status, 200, "others have their own");
    scene.step(3);
    let answer = scene.ask("POST", TARGET, &good).await;
    assert_eq!((answer.status, answer.headers["x-ms-user-quota-remaining"].as_str()), (200, "14"));
}
