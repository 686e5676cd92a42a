//! The same line, broken at each joint: where it stops, that nothing after it moves, and what Azure says of it.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::scene::{DEPLOYMENT, STAGES, Scene, applied};

const NEXT: &[(&str, &str)] = &[("hello:0.0.1-12", "hello:0.0.1-13")];
/// Longer than Flux tries, agents report and Resource Graph lags, when nothing is wrong.
const LONG: u64 = 180;

/// Merges, waits, and says how far that came; the last joint is `last`.
async fn stops_after(scene: &Scene, edits: &[(&str, &str)], last: &str) -> (String, Value) {
    let commit = scene.merge(edits).await;
    let length = STAGES.iter().position(|joint| *joint == last).unwrap() + 1;
    let mut longest = 0;
    for _ in 0..6 {
        scene.step(LONG / 6);
        longest = longest.max(scene.passed(&commit).await.len());
    }
    assert_eq!(scene.passed(&commit).await, STAGES[..length]);
    assert_eq!(longest, length, "it never was further");
    let properties = scene.properties("hello-dev").await;
    (commit, properties)
}

/// What breaks in Azure or in what is merged, and at which joint.
#[tokio::test]
async fn it_stops_where_flux_cannot_go_on_and_azure_says_why() {
    let nothing = Value::Null;
    for (change, edits, last, why) in [
        (
            json!({"configurationProtectedSettings": {"httpsKey": "ZXhwaXJlZA=="}}),
            NEXT,
            "merged",
            "authentication",
        ),
        (
            json!({"gitRepository": {"repositoryRef": {"branch": "development"}}}),
            NEXT,
            "merged",
            "couldn't find remote ref",
        ),
        (
            json!({"kustomizations": {"hello-dev": {"path": "./hello/west"}}}),
            NEXT,
            "fetched",
            "path not found",
        ),
        (nothing.clone(), &[("kind: Service", "kind: [Service")], "attempted", "kustomize build failed"),
        (
            nothing.clone(),
            &[("kind: ConfigMap\nmetadata:\n  name: hello", "kind: ConfigMap\nmetadata:\n  name: Hello")],
            "attempted",
            "dry-run failed",
        ),
        (nothing, &[("hello:0.0.1-12", "hello:0.0.1-14")], "applied", "health check failed"),
    ] {
        let scene = Scene::set().await;
        if !change.is_null() {
            scene.change("hello-dev", change).await;
        }
        let (_, mut properties) = stops_after(&scene, edits, last).await;
        // While Flux tries once more it is pending.
        for _ in 0..60 {
            if properties["complianceState"] == "Pending" {
                scene.step(1);
                properties = scene.properties("hello-dev").await;
            }
        }
        assert_eq!(properties["complianceState"], "Non-Compliant", "{why}: {properties}");
        assert!(properties["statuses"].to_string().contains(why), "{why}: {properties}");
    }
}

#[tokio::test]
async fn a_controller_that_stands_still_leaves_azure_saying_what_was() {
    let scene = Scene::set().await;
    let controller = "/apis/apps/v1/namespaces/flux-system/deployments/kustomize-controller";
    scene.patch(controller, &json!({"spec": {"replicas": 0}})).await;
    scene.step(10);
    let before = applied(&scene.properties("hello-dev").await);
    let (commit, properties) = stops_after(&scene, NEXT, "fetched").await;
    // The source is at the commit, and all that is left says that it is well: only what was applied tells the truth.
    assert_eq!(properties["complianceState"], "Compliant");
    assert_eq!(properties["sourceSyncedCommitId"], format!("dev@sha1:{commit}"));
    assert_eq!(applied(&properties), before);
}

#[tokio::test]
async fn an_agent_that_is_offline_leaves_azure_behind_until_it_returns() {
    let scene = Scene::set().await;
    scene.lab.cut_from_azure("lab", true);
    let before = scene.properties("hello-dev").await;
    let (commit, properties) = stops_after(&scene, NEXT, "healthy").await;
    assert_eq!(properties, before);
    scene.step(15 * 60);
    let cluster = format!("{}?api-version=2024-01-01", super::scene::CLUSTER);
    let (_, told) = scene.azure("GET", &cluster, &Value::Null).await;
    assert_eq!(told["properties"]["connectivityStatus"], "Offline", "{told}");
    assert_eq!(scene.passed(&commit).await, STAGES[..6]);
    scene.lab.cut_from_azure("lab", false);
    scene.step(LONG);
    let (_, told) = scene.azure("GET", &cluster, &Value::Null).await;
    assert_eq!(told["properties"]["connectivityStatus"], "Connected", "{told}");
    assert_eq!(scene.passed(&commit).await, STAGES);
}

#[tokio::test]
async fn what_resource_manager_says_is_older_than_the_merge_as_long_as_agents_are_slow() {
    let scene = Scene::set().await;
    scene.lab.set_report_lag("lab", SignedDuration::from_mins(10));
    let before = scene.properties("hello-dev").await["sourceSyncedCommitId"].clone();
    let (commit, properties) = stops_after(&scene, NEXT, "healthy").await;
    assert_eq!(
        (&properties["complianceState"], &properties["sourceSyncedCommitId"]),
        (&json!("Compliant"), &before)
    );
    scene.step(10 * 60 + LONG);
    assert_eq!(scene.passed(&commit).await, STAGES);
}

#[tokio::test]
async fn what_resource_graph_finds_is_older_than_what_resource_manager_says() {
    let scene = Scene::set().await;
    scene.lab.with_azure(|azure, _| azure.set_graph_lag(SignedDuration::from_hours(1)));
    let (commit, properties) = stops_after(&scene, NEXT, "told to Azure").await;
    let row = scene.row().await;
    assert_eq!(properties["sourceSyncedCommitId"], format!("dev@sha1:{commit}"));
    assert_ne!(row["properties"]["sourceSyncedCommitId"], properties["sourceSyncedCommitId"]);
    assert!(row["properties"]["statusUpdatedAt"].as_str() < properties["statusUpdatedAt"].as_str(), "{row}");
    assert_eq!(scene.found_by_reference(&commit, "Compliant").await, 0);
    scene.step(3700);
    assert_eq!(scene.passed(&commit).await, STAGES);
    assert!(scene.lab.get(DEPLOYMENT).is_some());
}
