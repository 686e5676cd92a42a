//! What agents make of configurations, what they undo and what they remove.

use base64::Engine;
use serde_json::{Value, json};

use super::super::client::Client;
use super::scene::{DEPLOYMENT, KUSTOMIZATION, SOURCE, Scene, configuration};

const FLUX_CONFIG: &str =
    "/apis/clusterconfig.azure.com/v1alpha1/namespaces/flux-system/fluxconfigs/hello-dev";
const SECRET: &str = "/api/v1/namespaces/flux-system/secrets/hello-dev-auth";

#[tokio::test]
async fn what_azure_made_bears_its_labels() {
    let scene = Scene::set().await;
    for path in [FLUX_CONFIG, SECRET, SOURCE, KUSTOMIZATION] {
        let object = scene.lab.get(path).expect(path);
        let labels = &object["metadata"]["labels"];
        let label =
            |name: &str| labels[format!("clusterconfig.azure.com/{name}")].as_str().unwrap_or_default();
        let told = (label("is-managed"), label("name"), label("namespace"));
        assert_eq!(told, ("true", "hello-dev", "flux-system"), "{path}");
        assert_eq!(label("operation-id").len(), 36, "{path}: {labels}");
    }
    let config = scene.lab.get(FLUX_CONFIG).unwrap();
    assert_eq!(config["spec"]["kustomizations"]["hello-dev"]["path"], "./hello");
    assert!(!config.to_string().contains("httpsKey"), "{config}");
}

#[tokio::test]
async fn an_edit_in_the_cluster_stands_for_five_minutes() {
    let scene = Scene::set().await;
    let is_edited = || {
        let suspended = scene.lab.get(KUSTOMIZATION).unwrap()["spec"]["suspend"] == true;
        (suspended, scene.lab.get(FLUX_CONFIG).is_none())
    };
    scene.patch(KUSTOMIZATION, &json!({"spec": {"suspend": true}})).await;
    let deleted = Client::of_lab(&scene.lab).send_with("DELETE", FLUX_CONFIG, &[], b"").await.whole().await;
    assert_eq!(deleted.status, 200, "{}", deleted.text);
    scene.step(299);
    assert_eq!(is_edited(), (true, true));
    assert_eq!(scene.properties("hello-dev").await["complianceState"], "Suspended", "Azure sees it");
    scene.step(2);
    assert_eq!(is_edited(), (false, false));
    scene.step(60);
    assert_eq!(scene.properties("hello-dev").await["complianceState"], "Compliant");
}

#[tokio::test]
async fn a_deleted_configuration_takes_along_what_it_may_prune() {
    for (prunes, stays) in [(true, false), (false, true)] {
        let scene = Scene::set().await;
        let kustomization = json!({"prune": prunes, "path": "./hello/"});
        scene.change("hello-dev", json!({"kustomizations": {"hello-dev": kustomization}})).await;
        let (status, _) = scene.azure("DELETE", &configuration("hello-dev"), &Value::Null).await;
        assert_eq!(status, 202);
        scene.step(60);
        for path in [FLUX_CONFIG, SECRET, SOURCE, KUSTOMIZATION] {
            assert_eq!(scene.lab.get(path), None, "{path}");
        }
        assert_eq!(scene.lab.get(DEPLOYMENT).is_some(), stays, "prune: {prunes}");
        let (status, told) = scene.azure("GET", &configuration("hello-dev"), &Value::Null).await;
        assert_eq!(status, 404, "{told}");
        assert_eq!(scene.properties("hello-qa").await["complianceState"], "Compliant");
    }
}

#[tokio::test]
async fn a_deletion_waits_for_a_cluster_that_is_offline() {
    let scene = Scene::set().await;
    scene.lab.cut_from_azure("lab", true);
    let (status, _) = scene.azure("DELETE", &configuration("hello-dev"), &Value::Null).await;
    assert_eq!(status, 202);
    scene.step(600);
    assert_eq!(scene.properties("hello-dev").await["provisioningState"], "Deleting");
    assert!(scene.lab.get(KUSTOMIZATION).is_some());
    scene.lab.cut_from_azure("lab", false);
    scene.step(60);
    let (status, _) = scene.azure("GET", &configuration("hello-dev"), &Value::Null).await;
    assert_eq!((status, scene.lab.get(KUSTOMIZATION)), (404, None));
}

#[tokio::test]
async fn what_is_forced_away_in_azure_stays_in_the_cluster() {
    let scene = Scene::set().await;
    let target = format!("{}&forceDelete=true", configuration("hello-dev"));
    let (status, _) = scene.azure("DELETE", &target, &Value::Null).await;
    assert_eq!(status, 200);
    scene.step(600);
    assert!(scene.lab.get(KUSTOMIZATION).is_some() && scene.lab.get(DEPLOYMENT).is_some());
}

#[tokio::test]
async fn agents_whose_pods_are_gone_do_nothing_until_they_return() {
    let agent = "/apis/apps/v1/namespaces/flux-system/deployments/fluxconfig-agent";
    let scene = Scene::set().await;
    scene.patch(agent, &json!({"spec": {"replicas": 0}})).await;
    scene.step(10);
    scene.change("hello-dev", json!({"suspend": true})).await;
    scene.step(600);
    assert_ne!(scene.lab.get(KUSTOMIZATION).unwrap()["spec"]["suspend"], true);
    scene.patch(agent, &json!({"spec": {"replicas": 1}})).await;
    scene.step(60);
    assert_eq!(scene.lab.get(KUSTOMIZATION).unwrap()["spec"]["suspend"], true);
    assert_eq!(scene.properties("hello-dev").await["complianceState"], "Suspended");
}

/// A report that nobody can send any more is not waited for, and is made again.
#[tokio::test]
async fn agents_that_end_with_something_to_tell_tell_it_when_they_return() {
    let agent = "/apis/apps/v1/namespaces/flux-system/deployments/fluxconfig-agent";
    for seconds in [1, 4, 8, 12, 16] {
        let scene = Scene::set().await;
        scene.change("hello-dev", json!({"suspend": true})).await;
        scene.change("hello-dev", json!({"suspend": false})).await;
        scene.step(seconds);
        scene.patch(agent, &json!({"spec": {"replicas": 0}})).await;
        scene.step(100);
        scene.patch(agent, &json!({"spec": {"replicas": 1}})).await;
        scene.step(60);
        assert_eq!(scene.properties("hello-dev").await["complianceState"], "Compliant", "after {seconds} s");
    }
}

/// What is as it should be is left alone, whatever kind of object and field it is.
#[tokio::test]
async fn a_configuration_of_a_namespace_stays_compliant_when_it_is_changed_and_looked_after() {
    let scene = Scene::set().await;
    let target = configuration("hello-own");
    let url = format!("{}/contoso/hello-gitops", scene.lab.git_url());
    let token = base64::engine::general_purpose::STANDARD.encode(scene.lab.git_token("pull").unwrap());
    let body = json!({"properties": {
        "scope": "namespace", "namespace": "hello-own", "sourceKind": "GitRepository",
        "gitRepository": {"url": url, "repositoryRef": {"branch": "dev"}, "httpsUser": "flux", "syncIntervalInSeconds": 60},
        "configurationProtectedSettings": {"httpsKey": token},
        "kustomizations": {"apps": {"path": "./hello", "prune": true}},
    }});
    let (status, told) = scene.azure("PUT", &target, &body).await;
    assert_eq!(status, 201, "{told}");
    scene.step(120);
    assert_eq!(scene.properties("hello-own").await["complianceState"], "Compliant");
    scene.change("hello-own", json!({"gitRepository": {"syncIntervalInSeconds": 20}})).await;
    for _ in 0..4 {
        scene.step(300);
        let told = scene.properties("hello-own").await;
        assert_eq!(
            (&told["complianceState"], &told["errorMessage"]),
            (&json!("Compliant"), &json!("")),
            "{told}"
        );
    }
}
