//! What is refused, and in whose words: what a request needs before it is looked at, and configurations that cannot be.

use serde_json::{Value, json};

use super::scene::{CLUSTER, GROUP, SUBSCRIPTION, Scene, VERSION, configuration, following};

#[tokio::test]
async fn a_request_that_leads_nowhere_is_told_why() {
    let scene = Scene::set().await;
    let other = "/subscriptions/22222222-2222-4222-8222-222222222222";
    let providers = "providers/Microsoft.KubernetesConfiguration";
    let absent = |id: &str| format!("{id}/{providers}/fluxConfigurations?{VERSION}");
    for (target, status, code) in [
        (format!("{CLUSTER}/{providers}/fluxConfigurations"), 400, "MissingApiVersionParameter"),
        (format!("{CLUSTER}/{providers}/fluxConfigurations?api-version="), 400, "MissingApiVersionParameter"),
        (
            format!("{CLUSTER}/{providers}/fluxConfigurations?api-version=2019-01-01"),
            400,
            "InvalidResourceType",
        ),
        (format!("{CLUSTER}/{providers}/extensions?api-version=2025-04-01"), 400, "InvalidResourceType"),
        (format!("{CLUSTER}?api-version=2019-01-01"), 400, "NoRegisteredProviderFound"),
        ("/subscriptions?api-version=latest".to_owned(), 400, "InvalidApiVersionParameter"),
        (format!("{other}?api-version=2022-12-01"), 404, "SubscriptionNotFound"),
        ("/subscriptions/s?api-version=2022-12-01".to_owned(), 400, "InvalidSubscriptionId"),
        (format!("{SUBSCRIPTION}/resourceGroups/none?api-version=2021-04-01"), 404, "ResourceGroupNotFound"),
        (absent(&CLUSTER.replace("rg-contoso-edge", "none")), 404, "ResourceGroupNotFound"),
        (absent(&CLUSTER.replace("edge-9", "none")), 404, "ParentResourceNotFound"),
        (absent(&CLUSTER.replace("connectedClusters", "others")), 404, "InvalidResourceType"),
        (
            absent(&CLUSTER.replace("Microsoft.Kubernetes/", "Contoso.Kubernetes/")),
            404,
            "InvalidResourceNamespace",
        ),
        (
            absent(&format!("{GROUP}/providers/Microsoft.ContainerService/managedClusters/a")),
            409,
            "MissingSubscriptionRegistration",
        ),
        (
            format!("{SUBSCRIPTION}/providers/Contoso.Other?api-version=2021-04-01"),
            404,
            "InvalidResourceNamespace",
        ),
        (format!("{CLUSTER}?api-version=2024-01-01").replace("edge-9", "none"), 404, "ResourceNotFound"),
        (configuration("none"), 404, "ResourceNotFound"),
        (format!("{SUBSCRIPTION}/other?api-version=2021-04-01"), 501, "NotImplemented"),
    ] {
        let (told_status, told_code, told) = scene.refused("GET", &target, &Value::Null).await;
        assert_eq!((told_status, told_code.as_str()), (status, code), "{target}: {told}");
        assert!(!told["error"]["message"].as_str().unwrap().is_empty(), "{target}");
    }
    let (status, code, told) = scene.refused("POST", &configuration("x"), &Value::Null).await;
    let message = told["error"]["message"].as_str().unwrap();
    assert_eq!((status, code.as_str()), (501, "NotImplemented"));
    assert!(message.contains("POST") && message.contains("/fluxConfigurations/x"), "{message}");
}

#[tokio::test]
async fn an_hour_has_so_many_requests() {
    let scene = Scene::set().await;
    scene.lab.with_azure(|azure, _| azure.set_request_limits(12_000, 3, 15_000));
    let target = configuration("hello");
    let answer = scene.ask("PUT", &target, &following("dev")).await;
    assert_eq!(answer.headers["x-ms-ratelimit-remaining-subscription-writes"], "0");
    let refused = scene.ask("PUT", &target, &following("qa")).await;
    let code = refused.json()["error"]["code"].clone();
    assert_eq!((refused.status, &code), (429, &json!("SubscriptionRequestsThrottled")));
    let seconds: u64 = refused.headers["retry-after"].parse().unwrap();
    assert!((1..=3600).contains(&seconds), "{seconds}");
    let read = scene.ask("GET", &target, &Value::Null).await;
    assert_eq!(read.status, 200, "reads are counted apart");
    assert!(read.headers.contains_key("x-ms-ratelimit-remaining-subscription-reads"));
    scene.step(seconds);
    let scene = scene.signed_in_again();
    assert_eq!(scene.ask("PUT", &target, &following("qa")).await.status, 200);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused() {
    let scene = Scene::set().await;
    for body in [
        json!([]),
        json!("text"),
        json!({}),
        json!({"properties": []}),
        json!({"properties": {"suspend": "yes"}}),
    ] {
        let (status, code, told) = scene.refused("PUT", &configuration("hello"), &body).await;
        assert_eq!((status, code.as_str()), (400, "InvalidRequestContent"), "{told}");
    }
    let (status, code, _) = scene.refused("PUT", &configuration("hello"), &Value::Null).await;
    assert_eq!((status, code.as_str()), (400, "InvalidRequestContent"));
    scene.done(404, "GET", &configuration("hello"), &Value::Null).await;
}

/// The body of [`following`] with another value at a path of its properties.
fn with(path: &str, value: Value) -> Value {
    let mut body = following("dev");
    let pointer = format!("/properties/{path}");
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).expect(parent)[field] = value;
    body
}

#[tokio::test]
async fn a_configuration_that_cannot_be_is_refused_by_the_name_of_what_is_wrong() {
    let scene = Scene::set().await;
    let long = "a".repeat(64);
    let git = "properties.gitRepository";
    let source =
        |kind: &str, field: &str, source: Value| json!({"properties": {"sourceKind": kind, field: source}});
    for (body, target) in [
        (with("scope", json!("everywhere")), "properties.scope"),
        (with("namespace", json!("a.b")), "properties.namespace"),
        (with("namespace", json!(long)), "properties.namespace"),
        (with("sourceKind", json!("Helm")), "properties.sourceKind"),
        (with("sourceKind", json!("Bucket")), "properties.gitRepository"),
        (with("bucket", json!({"url": "https://a", "bucketName": "b"})), "properties.bucket"),
        (with("gitRepository", Value::Null), "properties.gitRepository"),
        (with("gitRepository/url", json!("ftp://a/b")), "properties.gitRepository.url"),
        (with("gitRepository/url", json!("https://")), "properties.gitRepository.url"),
        (with("gitRepository/url", Value::Null), "properties.gitRepository.url"),
        (with("gitRepository/repositoryRef", json!({})), "properties.gitRepository.repositoryRef"),
        (
            with("gitRepository/repositoryRef", json!({"branch": "a", "tag": "b"})),
            "properties.gitRepository.repositoryRef",
        ),
        (
            with("gitRepository/syncIntervalInSeconds", json!(0)),
            "properties.gitRepository.syncIntervalInSeconds",
        ),
        (
            with("gitRepository/syncIntervalInSeconds", json!(-1)),
            "properties.gitRepository.syncIntervalInSeconds",
        ),
        (with("gitRepository/timeoutInSeconds", json!("10m")), "properties.gitRepository.timeoutInSeconds"),
        (with("gitRepository/httpsCACert", json!("no base64!")), "properties.gitRepository.httpsCACert"),
        (with("gitRepository/provider", json!("Gitea")), "properties.gitRepository.provider"),
        (with("gitRepository/httpsUser", Value::Null), git),
        (with("configurationProtectedSettings", json!({})), git),
        (with("configurationProtectedSettings/sshPrivateKey", json!("YQ==")), git),
        (with("gitRepository/localAuthRef", json!("secret")), git),
        (with("gitRepository/url", json!("ssh://git@git.example/a")), git),
        (
            with("configurationProtectedSettings/httpsKey", json!("hunter2!")),
            "properties.configurationProtectedSettings.httpsKey",
        ),
        (with("reconciliationWaitDuration", json!("30m")), "properties.reconciliationWaitDuration"),
        (with("kustomizations/App", json!({})), "properties.kustomizations.App"),
        (
            with(&format!("kustomizations/{}", "a".repeat(57)), json!({})),
            &format!("properties.kustomizations.{}", "a".repeat(57)),
        ),
        (with("kustomizations/app/prune", json!("yes")), "properties.kustomizations.app.prune"),
        (with("kustomizations/app/dependsOn", json!(["none"])), "properties.kustomizations.app.dependsOn"),
        (with("kustomizations/app/dependsOn", json!(["app"])), "properties.kustomizations.app.dependsOn"),
        (
            with("kustomizations/app/postBuild", json!({"substituteFrom": [{"kind": "Pod", "name": "a"}]})),
            "properties.kustomizations.app.postBuild.substituteFrom",
        ),
        (source("Bucket", "bucket", json!({"url": "https://a"})), "properties.bucket.bucketName"),
        (
            source("Bucket", "bucket", json!({"url": "https://a", "bucketName": "b", "accessKey": "k"})),
            "properties.bucket",
        ),
        (source("AzureBlob", "azureBlob", json!({"url": "https://a"})), "properties.azureBlob.containerName"),
        (
            source(
                "AzureBlob",
                "azureBlob",
                json!({"url": "https://a", "containerName": "c", "accountKey": "k", "sasToken": "s"}),
            ),
            "properties.azureBlob",
        ),
        (
            source(
                "AzureBlob",
                "azureBlob",
                json!({"url": "https://a", "containerName": "c", "servicePrincipal": {"clientId": "a", "tenantId": "t"}}),
            ),
            "properties.azureBlob.servicePrincipal",
        ),
        (
            source("OCIRepository", "ociRepository", json!({"url": "https://a"})),
            "properties.ociRepository.url",
        ),
        (
            source(
                "OCIRepository",
                "ociRepository",
                json!({"url": "oci://a", "repositoryRef": {"tag": "a", "digest": "b"}}),
            ),
            "properties.ociRepository.repositoryRef",
        ),
        (
            source(
                "OCIRepository",
                "ociRepository",
                json!({"url": "oci://a", "tlsConfig": {"privateKey": "hunter2"}}),
            ),
            "properties.ociRepository.tlsConfig",
        ),
    ] {
        let (status, code, told) = scene.refused("PUT", &configuration("hello"), &body).await;
        assert_eq!((status, code.as_str()), (400, "InvalidRequestContent"), "{target}: {told}");
        assert_eq!(told["error"]["target"], target, "{told}");
        assert!(!told.to_string().contains("hunter2"), "{told}");
    }
    for name in ["Hello", "-hello", "hello-", "he_llo", &long] {
        let (status, _, told) = scene.refused("PUT", &configuration(name), &following("dev")).await;
        assert_eq!(
            (status, told["error"]["target"].as_str()),
            (400, Some("fluxConfigurationName")),
            "{name}"
        );
    }
    scene.done(404, "GET", &configuration("hello"), &Value::Null).await;
    let circle = with("kustomizations", json!({"a": {"dependsOn": ["b"]}, "b": {"dependsOn": ["a"]}}));
    assert_eq!(scene.refused("PUT", &configuration("hello"), &circle).await.0, 400);
}

#[tokio::test]
async fn what_can_be_is_taken_in_every_form() {
    let scene = Scene::set().await;
    let source =
        |kind: &str, field: &str, source: Value| json!({"properties": {"sourceKind": kind, field: source}});
    let mut bucket =
        source("Bucket", "bucket", json!({"url": "http://a", "bucketName": "b", "accessKey": "k"}));
    bucket["properties"]["configurationProtectedSettings"] = json!({"bucketSecretKey": "YQ=="});
    let ssh = json!({"properties": {"gitRepository": {"url": "ssh://git@a/b", "repositoryRef": {"semver": ">=1"}}}});
    for (name, body) in [
        ("hello.world", following("feature/a")),
        ("longest", with(&format!("kustomizations/{}", "a".repeat(54)), json!({}))),
        ("duration", with("reconciliationWaitDuration", json!("PT30M"))),
        ("word", with("scope", json!("Namespace"))),
        (
            "names",
            json!({"properties": {"GitRepository": {"URL": "https://a/b", "repositoryref": {"Branch": "main"}}}}),
        ),
        ("ssh", ssh),
        ("bucket", bucket),
        (
            "blob",
            source(
                "azureblob",
                "azureBlob",
                json!({"url": "https://a", "containerName": "c", "managedIdentity": {}}),
            ),
        ),
        ("oci", source("OCIRepository", "ociRepository", json!({"url": "oci://a/b"}))),
        ("unknown", with("somethingNew", json!({"a": 1}))),
    ] {
        let answer = scene.ask("PUT", &configuration(name), &body).await;
        assert_eq!(answer.status, 201, "{name}: {}", answer.text);
    }
}
