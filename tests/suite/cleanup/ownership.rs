//! D30: what only has a name like the project's is another's, and is left alone unless it is forced.

use serde_json::json;

use super::scene::{CONFIGURATIONS, Scene};

const BESIDE: &str = "  namespaces:
    - name: dev2-hello
    - name: dev-hello-2
    - name: dev-hello
      labels: {gitops.dev/project: hello, gitops.dev/environment: dev}
    - name: qa-hello
      labels: {gitops.dev/project: hello, gitops.dev/environment: qa}
";

/// A configuration of another repository, by a name that begins with that of the project's.
async fn put_configuration(scene: &Scene, name: &str, repository: &str, branch: &str) {
    let body = json!({"properties": {
        "scope": "cluster", "namespace": "flux-system", "sourceKind": "GitRepository",
        "gitRepository": {
            "url": format!("{}/{repository}", scene.lab.git_url()), "repositoryRef": {"branch": branch}, "syncIntervalInSeconds": 10,
        },
        "kustomizations": {name: {"path": "./hello", "prune": true, "syncIntervalInSeconds": 10}},
    }});
    let target = format!("{CONFIGURATIONS}/{name}?api-version=2025-04-01");
    let (status, answer) = scene.azure("PUT", &target, body.to_string().as_bytes()).await;
    assert_eq!(status, 201, "{answer}");
    scene.lab.step(std::time::Duration::from_secs(60));
}

#[tokio::test]
async fn dev2_beside_dev_is_left_alone() {
    let scene = Scene::with(BESIDE, &["lab"]).await;
    put_configuration(&scene, "hello-dev2", "contoso/other-gitops", "dev2").await;
    assert_eq!(
        scene.github("POST", "/orgs/contoso/repos", r#"{"name": "hello-gitops2", "auto_init": true}"#).await,
        201
    );
    scene.lab.clear_journal();
    let ended = scene.cleanup(&[]).await;
    ended.assert_exit(0);
    assert_eq!(scene.configurations().await, ["hello-dev2"]);
    assert_eq!(scene.namespaces(), ["dev-hello-2", "dev2-hello"]);
    assert_eq!(scene.repositories(), ["contoso/hello-gitops2"]);
    assert!(!ended.out.contains("dev2"), "{}", ended.out);
}

#[tokio::test]
async fn a_configuration_of_another_target_is_found_by_what_it_follows_however_that_is_spelt() {
    let scene = Scene::set().await;
    put_configuration(&scene, "hello-dev-east", "Contoso/Hello-GitOps.git", "dev").await;
    let ended = scene.cleanup(&[]).await;
    ended.assert_exit(0);
    assert!(ended.line("FluxConfiguration edge-1/hello-dev-east").starts_with("Done "), "{}", ended.out);
    assert!(scene.configurations().await.is_empty());
}

#[tokio::test]
async fn a_configuration_by_the_projects_name_that_follows_another_repository_is_refused_unless_forced() {
    let scene = Scene::set().await;
    scene.cleanup(&[]).await.assert_exit(0);
    put_configuration(&scene, "hello-dev", "contoso/other-gitops", "dev").await;
    let refused = scene.cleanup(&["--environments", "dev"]).await;
    refused.assert_exit(3);
    let line = refused.line("FluxConfiguration edge-1/hello-dev");
    assert!(
        line.starts_with("Blocked ") && line.contains("contoso/other-gitops, and not contoso/hello-gitops"),
        "{line}"
    );
    assert_eq!(scene.configurations().await, ["hello-dev"]);
    scene.cleanup(&["--environments", "dev", "--force"]).await.assert_exit(0);
    assert!(scene.configurations().await.is_empty());
}

/// As the reference leaves it: no label tells whose a namespace is.
#[tokio::test]
async fn a_namespace_without_labels_is_the_projects_where_flux_deploys_to_it() {
    let scene = Scene::set().await;
    let unlabelled =
        json!({"metadata": {"labels": {"gitops.dev/project": null, "gitops.dev/environment": null}}});
    for namespace in ["dev-hello", "qa-hello"] {
        let path = format!("/api/v1/namespaces/{namespace}");
        assert_eq!(scene.kubernetes("PATCH", &path, &unlabelled).await, 200);
    }
    // Killed after the configurations were gone: nothing of Flux tells any more whose they are.
    let kept = scene.cleanup(&["--keep-repositories", "--environments", "dev"]).await;
    kept.assert_exit(0);
    let target = format!("{CONFIGURATIONS}/hello-qa?api-version=2025-04-01");
    assert_eq!(scene.azure("DELETE", &target, b"").await.0, 202);
    scene.lab.step(std::time::Duration::from_secs(120));
    let ended = scene.cleanup(&[]).await;
    ended.assert_exit(0);
    assert_eq!(scene.left().await, (Vec::new(), Vec::new(), Vec::new()));
}

#[tokio::test]
async fn a_namespace_that_holds_what_is_anothers_is_refused_unless_forced() {
    let scene = Scene::set().await;
    for (namespace, project) in [("dev-hello", json!(null)), ("qa-hello", json!("other"))] {
        let labels = json!({"metadata": {"labels": {"gitops.dev/project": project}}});
        let path = format!("/api/v1/namespaces/{namespace}");
        assert_eq!(scene.kubernetes("PATCH", &path, &labels).await, 200);
    }
    for name in ["hello-dev", "hello-qa"] {
        let target = format!("{CONFIGURATIONS}/{name}?api-version=2025-04-01");
        assert_eq!(scene.azure("DELETE", &target, b"").await.0, 202);
    }
    scene.lab.step(std::time::Duration::from_secs(120));
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "precious", "namespace": "dev-hello"}});
    assert_eq!(scene.kubernetes("POST", "/api/v1/namespaces/dev-hello/configmaps", &map).await, 201);
    let refused = scene.cleanup(&["--keep-repositories"]).await;
    refused.assert_exit(3);
    let line = refused.line("Namespace edge-1/dev-hello");
    assert!(line.contains("holds what is not the project's: ConfigMap precious"), "{line}");
    let line = refused.line("Namespace edge-1/qa-hello");
    assert!(line.contains("its label gitops.dev/project names other"), "{line}");
    assert_eq!(scene.namespaces(), ["dev-hello", "qa-hello"]);
    scene.cleanup(&["--keep-repositories", "--force"]).await.assert_exit(0);
    assert!(scene.namespaces().is_empty());
}

#[tokio::test]
async fn a_repository_that_is_not_joined_to_the_others_is_refused_unless_forced() {
    let scene = Scene::set().await;
    let path = "/repos/contoso/hello-gitops/actions/variables/SRC_REPO";
    assert_eq!(scene.github("PATCH", path, r#"{"name": "SRC_REPO", "value": "contoso/other"}"#).await, 204);
    let refused = scene.cleanup(&[]).await;
    refused.assert_exit(3);
    let line = refused.line("Repository contoso/hello-gitops");
    assert!(line.contains("its variable SRC_REPO names contoso/other, and not contoso/hello"), "{line}");
    assert_eq!(scene.repositories(), ["contoso/hello-gitops"]);
    scene.cleanup(&["--force"]).await.assert_exit(0);
    assert!(scene.repositories().is_empty());
}

#[tokio::test]
async fn a_repository_that_was_renamed_is_another_unless_forced() {
    let scene = Scene::set().await;
    assert_eq!(
        scene.github("PATCH", "/repos/contoso/hello-configs", r#"{"name": "settings-hello"}"#).await,
        200
    );
    let refused = scene.cleanup(&[]).await;
    refused.assert_exit(3);
    let line = refused.line("Repository contoso/hello-configs");
    assert!(line.contains("it was renamed: it is contoso/settings-hello today"), "{line}");
    assert_eq!(scene.repositories(), ["contoso/settings-hello"]);
}
