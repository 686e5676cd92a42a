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

/// Where another value stands in a configuration that is well, the value as JSON, and what is refused.
const CHANGES: &[(&str, &str, &str)] = &[
    ("scope", r#""everywhere""#, "properties.scope"),
    ("namespace", r#""a.b""#, "properties.namespace"),
    ("sourceKind", r#""Helm""#, "properties.sourceKind"),
    ("sourceKind", r#""Bucket""#, "properties.gitRepository"),
    ("bucket", r#"{"url": "https://a", "bucketName": "b"}"#, "properties.bucket"),
    ("gitRepository", "null", "properties.gitRepository"),
    ("gitRepository/url", r#""ftp://a/b""#, "properties.gitRepository.url"),
    ("gitRepository/url", r#""https://""#, "properties.gitRepository.url"),
    ("gitRepository/url", "null", "properties.gitRepository.url"),
    ("gitRepository/repositoryRef", "{}", "properties.gitRepository.repositoryRef"),
    (
        "gitRepository/repositoryRef",
        r#"{"branch": "a", "tag": "b"}"#,
        "properties.gitRepository.repositoryRef",
    ),
    ("gitRepository/syncIntervalInSeconds", "0", "properties.gitRepository.syncIntervalInSeconds"),
    ("gitRepository/syncIntervalInSeconds", "-1", "properties.gitRepository.syncIntervalInSeconds"),
    ("gitRepository/timeoutInSeconds", r#""10m""#, "properties.gitRepository.timeoutInSeconds"),
    ("gitRepository/httpsCACert", r#""no base64!""#, "properties.gitRepository.httpsCACert"),
    ("gitRepository/provider", r#""Gitea""#, "properties.gitRepository.provider"),
    ("gitRepository/httpsUser", "null", "properties.gitRepository"),
    ("configurationProtectedSettings", "{}", "properties.gitRepository"),
    ("configurationProtectedSettings/sshPrivateKey", r#""YQ==""#, "properties.gitRepository"),
    ("gitRepository/localAuthRef", r#""secret""#, "properties.gitRepository"),
    ("gitRepository/url", r#""ssh://git@git.example/a""#, "properties.gitRepository"),
    (
        "configurationProtectedSettings/httpsKey",
        r#""hunter2!""#,
        "properties.configurationProtectedSettings.httpsKey",
    ),
    ("reconciliationWaitDuration", r#""30m""#, "properties.reconciliationWaitDuration"),
    ("kustomizations/App", "{}", "properties.kustomizations.App"),
    ("kustomizations/app/prune", r#""yes""#, "properties.kustomizations.app.prune"),
    ("kustomizations/app/dependsOn", r#"["none"]"#, "properties.kustomizations.app.dependsOn"),
    ("kustomizations/app/dependsOn", r#"["app"]"#, "properties.kustomizations.app.dependsOn"),
    (
        "kustomizations/app/postBuild",
        r#"{"substituteFrom": [{"kind": "Pod", "name": "a"}]}"#,
        "properties.kustomizations.app.postBuild.substituteFrom",
    ),
];

/// Kinds of sources with their fields, a source as JSON, and what is refused.
const SOURCES: &[(&str, &str, &str, &str)] = &[
    ("Bucket", "bucket", r#"{"url": "https://a"}"#, "properties.bucket.bucketName"),
    ("Bucket", "bucket", r#"{"url": "https://a", "bucketName": "b", "accessKey": "k"}"#, "properties.bucket"),
    ("AzureBlob", "azureBlob", r#"{"url": "https://a"}"#, "properties.azureBlob.containerName"),
    (
        "AzureBlob",
        "azureBlob",
        r#"{"url": "https://a", "containerName": "c", "accountKey": "k", "sasToken": "s"}"#,
        "properties.azureBlob",
    ),
    (
        "AzureBlob",
        "azureBlob",
        r#"{"url": "https://a", "containerName": "c", "servicePrincipal": {"clientId": "a", "tenantId": "t"}}"#,
        "properties.azureBlob.servicePrincipal",
    ),
    ("OCIRepository", "ociRepository", r#"{"url": "https://a"}"#, "properties.ociRepository.url"),
    (
        "OCIRepository",
        "ociRepository",
        r#"{"url": "oci://a", "repositoryRef": {"tag": "a", "digest": "b"}}"#,
        "properties.ociRepository.repositoryRef",
    ),
    (
        "OCIRepository",
        "ociRepository",
        r#"{"url": "oci://a", "tlsConfig": {"privateKey": "hunter2"}}"#,
        "properties.ociRepository.tlsConfig",
    ),
];

#[tokio::test]
async fn a_configuration_that_cannot_be_is_refused_by_the_name_of_what_is_wrong() {
    let scene = Scene::set().await;
    let long = "a".repeat(64);
    let json = |text: &str| -> Value { serde_json::from_str(text).expect(text) };
    let changes = CHANGES.iter().map(|(path, value, target)| (with(path, json(value)), (*target).to_owned()));
    let sources = SOURCES.iter().map(|(kind, field, source, target)| {
        let body = json!({"properties": {"sourceKind": kind, *field: json(source)}});
        (body, (*target).to_owned())
    });
    let joined_too_long = format!("kustomizations/{}", &long[..57]);
    let long_names = [
        (with("namespace", json!(long)), "properties.namespace".to_owned()),
        (with(&joined_too_long, json!({})), format!("properties.{}", joined_too_long.replace('/', "."))),
    ];
    for (body, target) in changes.chain(sources).chain(long_names) {
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
