//! Flux configurations: what stands for what was not given, what never comes back, and how they change.

use serde_json::{Value, json};

use super::scene::{CLUSTER, Scene, VERSION, configuration, following};

fn id(name: &str) -> String {
    format!("{CLUSTER}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{name}")
}

#[tokio::test]
async fn defaults_stand_for_what_was_not_given() {
    let scene = Scene::set().await;
    let body = json!({"properties": {
        "gitRepository": {"url": "https://git.example/a/b", "repositoryRef": {"branch": "main"}},
        "kustomizations": {"app": {}},
    }});
    let told = scene.done(201, "PUT", &configuration("plain"), &body).await;
    assert_eq!((&told["id"], &told["name"]), (&json!(id("plain")), &json!("plain")));
    assert_eq!(told["type"], "Microsoft.KubernetesConfiguration/fluxConfigurations");
    let properties = &told["properties"];
    for (field, value) in [
        ("scope", json!("cluster")),
        ("namespace", json!("default")),
        ("sourceKind", json!("GitRepository")),
        ("suspend", json!(false)),
        ("statuses", json!([])),
        ("sourceSyncedCommitId", Value::Null),
        ("statusUpdatedAt", json!("0001-01-01T00:00:00+00:00")),
        ("errorMessage", json!("")),
    ] {
        assert_eq!(properties[field], value, "{field}");
    }
    let reference = json!({"branch": "main", "tag": null, "semver": null, "commit": null});
    assert_eq!(properties["gitRepository"]["repositoryRef"], reference);
    assert_eq!(properties["gitRepository"]["syncIntervalInSeconds"], 600);
    let kustomization = json!({
        "name": "app", "path": "", "dependsOn": [], "timeoutInSeconds": 600, "syncIntervalInSeconds": 600,
        "retryIntervalInSeconds": null, "prune": false, "force": false, "wait": true, "postBuild": null,
    });
    assert_eq!(properties["kustomizations"], json!({"app": kustomization}));
}

#[tokio::test]
async fn what_is_protected_is_kept_and_never_comes_back() {
    let scene = Scene::set().await;
    let blob = json!({"properties": {
        "sourceKind": "AzureBlob",
        "azureBlob": {"url": "https://x.blob.core.windows.net", "containerName": "c", "servicePrincipal": {
            "clientId": "c", "tenantId": "t", "clientSecret": "hunter2-principal",
        }},
    }});
    let key = json!({"properties": {
        "sourceKind": "AzureBlob",
        "azureBlob": {"url": "https://x.blob.core.windows.net", "containerName": "c", "accountKey": "hunter2-account"},
    }});
    let oci = json!({"properties": {
        "sourceKind": "OCIRepository",
        "ociRepository": {"url": "oci://registry.example/a", "tlsConfig": {
            "clientCertificate": "hunter2-certificate", "privateKey": "hunter2-key", "caCertificate": "hunter2-ca",
        }},
    }});
    let ssh = json!({"properties": {
        "gitRepository": {"url": "git@git.example:a/b", "repositoryRef": {"tag": "v1"}},
        "configurationProtectedSettings": {"sshPrivateKey": "aHVudGVyMi1zc2g="},
    }});
    for (name, body, protected) in [
        ("https", following("dev"), vec![("httpsKey", "aHVudGVyMg==")]),
        ("ssh", ssh, vec![("sshPrivateKey", "aHVudGVyMi1zc2g=")]),
        ("blob", blob, vec![("servicePrincipal.clientSecret", "hunter2-principal")]),
        ("key", key, vec![("accountKey", "hunter2-account")]),
        (
            "oci",
            oci,
            vec![("tlsConfig.privateKey", "hunter2-key"), ("tlsConfig.caCertificate", "hunter2-ca")],
        ),
    ] {
        let answer = scene.ask("PUT", &configuration(name), &body).await;
        assert_eq!(answer.status, 201, "{name}: {}", answer.text);
        let seen = scene.ask("GET", &configuration(name), &Value::Null).await;
        for text in [&answer.text, &seen.text] {
            let is_secret = text.contains("hunter2") || text.contains("aHVudGVy");
            assert!(!is_secret, "{name}: {text}");
        }
        for (setting, value) in protected {
            let kept = scene.lab.with_azure(|azure, _| azure.protected_setting(&id(name), setting));
            assert_eq!(kept.as_deref(), Some(value), "{name}: {setting}");
        }
    }
    let list = scene.ask("GET", &configuration("").replace("/?", "?"), &Value::Null).await;
    assert_eq!(list.json()["value"].as_array().unwrap().len(), 5);
    assert!(!list.text.contains("hunter2") && !list.text.contains("aHVudGVy"), "{}", list.text);
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_null_takes_away() {
    let scene = Scene::set().await;
    let mut body = following("dev");
    body["properties"]["kustomizations"]["jobs"] = json!({"path": "./jobs", "dependsOn": ["app"]});
    scene.done(201, "PUT", &configuration("hello"), &body).await;
    scene.step(10);
    let suspend = json!({"properties": {"suspend": true}});
    let answer = scene.ask("PATCH", &configuration("hello"), &suspend).await;
    assert_eq!((answer.status, answer.headers["retry-after"].as_str()), (202, "5"), "{}", answer.text);
    assert_eq!(answer.json()["properties"]["provisioningState"], "Updating");
    scene.step(10);
    assert_eq!(scene.operation(&answer).await["status"], "Succeeded");
    scene.done(200, "PATCH", &configuration("hello"), &suspend).await;
    let patch = json!({"properties": {
        "suspend": false,
        "gitRepository": {"repositoryRef": {"commit": "0ba6f0d30760d567de0bac86c8c4eec13ce1a590"}},
        "kustomizations": {"jobs": null, "app": {"path": "./other", "prune": null}, "new": {"path": "./new"}},
    }});
    scene.done(202, "PATCH", &configuration("hello"), &patch).await;
    let told = scene.properties("hello").await;
    assert_eq!(told["suspend"], false);
    let git = &told["gitRepository"];
    assert_eq!(git["repositoryRef"]["branch"], Value::Null, "another kind of reference takes its place");
    assert_eq!((&git["httpsUser"], &git["syncIntervalInSeconds"]), (&json!("git"), &json!(600)));
    let kustomizations = told["kustomizations"].as_object().unwrap();
    assert_eq!(kustomizations.keys().collect::<Vec<_>>(), ["app", "new"]);
    assert_eq!(
        (&kustomizations["app"]["path"], &kustomizations["app"]["prune"]),
        (&json!("./other"), &json!(false))
    );
    let key = scene.lab.with_azure(|azure, _| azure.protected_setting(&id("hello"), "httpsKey"));
    assert_eq!(key.as_deref(), Some("aHVudGVyMg=="), "what a patch does not name stays");
    let bucket = json!({"properties": {
        "sourceKind": "Bucket",
        "bucket": {"url": "https://s3.example", "bucketName": "b"},
    }});
    scene.done(202, "PATCH", &configuration("hello"), &bucket).await;
    let told = scene.properties("hello").await;
    assert_eq!((&told["sourceKind"], told.get("gitRepository")), (&json!("Bucket"), None));
    scene.done(404, "PATCH", &configuration("absent"), &suspend).await;
}

#[tokio::test]
async fn a_patch_takes_away_what_is_protected_by_null_or_with_its_object() {
    let scene = Scene::set().await;
    let git = |fields: Value, settings: Value| json!({"properties": {"gitRepository": fields, "configurationProtectedSettings": settings}});
    let blob = |fields: Value| json!({"properties": {"azureBlob": fields}});
    let mut keyed = json!({"properties": {
        "sourceKind": "AzureBlob",
        "azureBlob": {"url": "https://x.blob.core.windows.net", "containerName": "c", "sasToken": "sas"},
    }});
    let by_sas = keyed.clone();
    keyed["properties"]["azureBlob"]["sasToken"].take();
    keyed["properties"]["azureBlob"]["servicePrincipal"] =
        json!({"clientId": "c", "tenantId": "t", "clientSecret": "s"});
    let no_user = json!({"httpsUser": null});
    let mut other_kind = following("dev");
    other_kind["properties"]["namespace"] = json!("default");
    let principal = "servicePrincipal.clientSecret";
    for (number, (put, patch, setting, is_kept)) in [
        (following("dev"), git(no_user.clone(), json!({"httpsKey": null})), "httpsKey", false),
        (following("dev"), git(no_user, Value::Null), "httpsKey", false),
        (following("dev"), git(json!({}), json!({"other": null})), "httpsKey", true),
        (by_sas.clone(), blob(json!({"sasToken": null, "localAuthRef": "key"})), "sasToken", false),
        (by_sas.clone(), blob(json!({"syncIntervalInSeconds": 60})), "sasToken", true),
        (by_sas, other_kind, "sasToken", false),
        (keyed.clone(), blob(json!({"servicePrincipal": null, "accountKey": "a"})), principal, false),
        (keyed, blob(json!({"servicePrincipal": {"clientId": "d"}})), principal, true),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("c{number}");
        scene.done(201, "PUT", &configuration(&name), &put).await;
        let kept = || scene.lab.with_azure(|azure, _| azure.protected_setting(&id(&name), setting)).is_some();
        assert!(kept(), "{name}: {setting}");
        let answer = scene.ask("PATCH", &configuration(&name), &patch).await;
        assert!([200, 202].contains(&answer.status), "{name}: {}", answer.text);
        assert_eq!(kept(), is_kept, "{name}: {setting}");
    }
    let refused = git(json!({}), json!({"httpsKey": null}));
    scene.done(201, "PUT", &configuration("user"), &following("dev")).await;
    let (status, _, told) = scene.refused("PATCH", &configuration("user"), &refused).await;
    assert_eq!((status, told["error"]["target"].as_str()), (400, Some("properties.gitRepository")));
}

#[tokio::test]
async fn putting_the_same_again_changes_nothing_and_other_secrets_do() {
    let scene = Scene::set().await;
    scene.done(201, "PUT", &configuration("hello"), &following("dev")).await;
    scene.step(10);
    let same = scene.ask("PUT", &configuration("hello"), &following("dev")).await;
    assert_eq!((same.status, same.headers.get("azure-asyncoperation")), (200, None));
    assert_eq!(same.json()["properties"]["provisioningState"], "Succeeded");
    let mut body = following("dev");
    body["properties"]["configurationProtectedSettings"]["httpsKey"] = json!("b3RoZXI=");
    let other = scene.ask("PUT", &configuration("hello"), &body).await;
    assert_eq!(other.json()["properties"]["provisioningState"], "Updating");
    assert!(other.headers.contains_key("azure-asyncoperation"));
    for (field, value) in [("scope", "namespace"), ("namespace", "other")] {
        let mut body = following("dev");
        body["properties"][field] = json!(value);
        let (status, _, told) = scene.refused("PUT", &configuration("hello"), &body).await;
        let target = told["error"]["target"].as_str();
        assert_eq!((status, target), (400, Some(format!("properties.{field}").as_str())));
        let (status, ..) = scene.refused("PATCH", &configuration("hello"), &body).await;
        assert_eq!(status, 400, "{field}");
    }
    let upper = configuration("HELLO");
    assert_eq!(scene.get(&upper).await["name"], "hello", "a name keeps the case of its first day");
}

#[tokio::test]
async fn pages_lead_through_all_of_a_list() {
    let scene = Scene::set().await;
    let list = format!("{CLUSTER}/providers/microsoft.kubernetesconfiguration/fluxconfigurations?{VERSION}");
    for (count, size, lengths) in
        [(0, 2, vec![0]), (2, 2, vec![2]), (5, 2, vec![2, 2, 1]), (5, 0, vec![1, 1, 1, 1, 1])]
    {
        for number in 0..count {
            let target = configuration(&format!("c{number}"));
            let answer = scene.ask("PUT", &target, &following("dev")).await;
            assert!(answer.status < 300, "{}", answer.text);
        }
        scene.lab.with_azure(|azure, _| azure.set_page_size(size));
        let (mut names, mut seen, mut next) = (Vec::new(), Vec::new(), Some(list.clone()));
        while let Some(target) = next {
            let page = scene.get(&target).await;
            let items = page["value"].as_array().unwrap();
            seen.push(items.len());
            names.extend(items.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
            next = page["nextLink"].as_str().map(|link| {
                link.strip_prefix(scene.lab.azure_url()).expect("a link to the same host").to_owned()
            });
        }
        assert_eq!(seen, lengths, "{count} in pages of {size}");
        names.dedup();
        assert_eq!(names.len(), count);
    }
    let (status, code, _) = scene.refused("GET", &format!("{list}&$skipToken=x"), &Value::Null).await;
    assert_eq!((status, code.as_str()), (400, "InvalidSkipToken"));
}
