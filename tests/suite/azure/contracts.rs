//! What the client sends is what Azure's published schema describes, and what Azure's examples and recordings hold is
//! read: `GITOPS_CONTRACTS` names the folder of contracts.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gitops_core::azure::{
    BucketSource, ConfigurationScope, ConfigurationSource, FluxConfigurationPatch, FluxConfigurationSpec,
    GitReference, GitSource, GraphQuery, GraphScope, KustomizationSpec, ProtectedSettings,
};
use gitops_core::model::Failure;
use gitops_core::model::azure::{ArcCluster, ComplianceState, ProvisioningState};
use gitops_core::wire::Secret;
use serde_json::{Value, json};

use super::changes::specification;
use super::client::{cluster, count, ok, refusal, service, with_client};
use crate::lab::azure::contracts::schema::Description;
use crate::support::{Call, Reply, contracts};

const EXAMPLES: &str = "azure/fluxConfigurations/2025-04-01/examples";

fn references() -> [GitReference; 4] {
    let commit = "0ba6f0d30760d567de0bac86c8c4eec13ce1a590".to_owned();
    [
        GitReference::Branch("release/1.0".to_owned()),
        GitReference::Tag("v1".to_owned()),
        GitReference::Semver(">=1.0.0 <2.0.0".to_owned()),
        GitReference::Commit(commit),
    ]
}

fn kustomization() -> KustomizationSpec {
    KustomizationSpec {
        path: Some("./apps".to_owned()),
        depends_on: Some(vec!["edge".to_owned()]),
        timeout_seconds: Some(60),
        sync_interval_seconds: Some(120),
        retry_interval_seconds: Some(30),
        prune: Some(true),
        force: Some(false),
        wait: Some(true),
        ..KustomizationSpec::default()
    }
}

/// Configurations with every field in one of them.
fn specifications() -> Vec<FluxConfigurationSpec> {
    let mut full: Vec<FluxConfigurationSpec> = references().into_iter().map(specification).collect();
    full[0].kustomizations.insert("apps".to_owned(), kustomization());
    if let ConfigurationSource::Git(git) = &mut full[1].source {
        git.sync_interval_seconds = Some(60);
        git.timeout_seconds = Some(60);
        git.local_auth_ref = Some("local".to_owned());
    }
    let secret = || Some(Secret::new("hunter2"));
    let ssh = GitSource {
        ssh_known_hosts: Some("aG9zdA==".to_owned()),
        ..GitSource::new("git@github.com:contoso/hello", GitReference::Branch("dev".to_owned()))
    };
    let bucket = BucketSource {
        url: "https://s3.example".to_owned(),
        bucket_name: "manifests".to_owned(),
        access_key: Some("access".to_owned()),
        sync_interval_seconds: Some(60),
        local_auth_ref: Some("local".to_owned()),
    };
    for (source, protected) in [
        (
            ConfigurationSource::Git(ssh),
            ProtectedSettings { ssh_private_key: secret(), ..ProtectedSettings::default() },
        ),
        (
            ConfigurationSource::Bucket(bucket),
            ProtectedSettings { bucket_secret_key: secret(), ..ProtectedSettings::default() },
        ),
    ] {
        let first = full[0].clone();
        full.push(FluxConfigurationSpec {
            source,
            protected,
            scope: ConfigurationScope::Namespace,
            is_suspended: true,
            ..first
        });
    }
    full
}

fn patches() -> Vec<FluxConfigurationPatch> {
    let mut all: Vec<FluxConfigurationPatch> = references()
        .into_iter()
        .map(|reference| FluxConfigurationPatch {
            reference: Some(reference),
            ..FluxConfigurationPatch::default()
        })
        .collect();
    all.push(FluxConfigurationPatch::suspension(true));
    all.push(FluxConfigurationPatch::deletion_of("edge"));
    all.push(FluxConfigurationPatch {
        kustomizations: BTreeMap::from([
            ("apps".to_owned(), Some(kustomization())),
            ("edge".to_owned(), None),
        ]),
        protected: ProtectedSettings {
            https_key: Some(Secret::new("hunter2")),
            ..ProtectedSettings::default()
        },
        ..FluxConfigurationPatch::default()
    });
    all
}

#[test]
fn what_is_sent_is_what_the_schema_describes() {
    let Some(description) = Description::read() else { return };
    let server = service(3600, |call| match (call.method.as_str(), call.path.as_str()) {
        ("GET", path) if path.ends_with("/sourceControlConfigurations") => ok(json!({"value": []})),
        ("GET", path) if path.ends_with("/extensions") => ok(json!({"value": [
            {"name": "flux", "properties": {"extensionType": "microsoft.flux", "provisioningState": "Succeeded"}},
        ]})),
        ("GET", path) if path.ends_with("/extensions/flux") => ok(json!({"name": "flux", "properties": {}})),
        ("GET", path) if path.ends_with("Configuration") => ok(json!({"registrationState": "Registered"})),
        _ => refusal(404, &[], "ResourceNotFound", "nothing"),
    });
    with_client(&server, async |azure| {
        for specification in specifications() {
            let refused = azure.create_flux_configuration(&cluster(), "hello", &specification).await;
            assert_eq!(refused.expect_err("nothing there").code(), "AzureNotFound");
        }
        for patch in patches() {
            azure.update_flux_configuration(&cluster(), "hello", &patch).await.expect_err("nothing there");
        }
    });
    let calls = server.calls();
    let sent =
        |method: &str| calls.iter().filter(|call| call.method == method).cloned().collect::<Vec<Call>>();
    for (method, definition, count) in [
        ("PUT", "FluxConfiguration", specifications().len()),
        ("PATCH", "FluxConfigurationPatch", patches().len()),
    ] {
        assert_eq!(sent(method).len(), count);
        for call in sent(method) {
            let document: Value = serde_json::from_str(&call.body).expect("JSON");
            // Swagger has no word for a null that deletes an entry of a map: the example has one.
            let mut described = document.clone();
            let kustomizations = described.pointer_mut("/properties/kustomizations");
            if let Some(kustomizations) = kustomizations.and_then(Value::as_object_mut) {
                kustomizations.retain(|_, kustomization| !kustomization.is_null());
            }
            assert_eq!(description.problems(definition, &described), Vec::<String>::new(), "{document}");
        }
    }
}

#[test]
fn the_examples_of_the_specification_are_read() {
    let example = |name: &str| contracts::json(&format!("{EXAMPLES}/{name}.json"));
    let Some(list) = example("ListFluxConfigurations") else { return };
    let get = example("GetFluxConfiguration").expect("an example");
    let (list, get) = (list["responses"]["200"]["body"].clone(), get["responses"]["200"]["body"].clone());
    let expected = list["value"].as_array().map(Vec::len);
    let id = get["id"].as_str().expect("an id").to_owned();
    let server = service(3600, move |call| match call.path.ends_with("/fluxConfigurations") {
        true => ok(list.clone()),
        false => ok(get.clone()),
    });
    with_client(&server, async |azure| {
        let listed = azure.flux_configurations(&cluster()).await.expect("a list");
        assert_eq!(Some(listed.len()), expected);
        let meant = ArcCluster::from_id(&id).expect("the example's cluster");
        let one = azure.flux_configuration(&meant, "srs-fluxconfig").await.expect("an answer").expect("one");
        assert_eq!(one.provisioning, Some(ProvisioningState::Succeeded));
        assert!(one.compliance != ComplianceState::Unknown && one.revision.is_some(), "{one:?}");
        assert!(one.statuses.iter().any(|status| status.message.is_some()), "{:?}", one.statuses);
    });
}

fn recorded(file: &str) -> Option<Vec<Value>> {
    let recorded = contracts::json(&format!("azure/recorded/{file}.json"))?;
    let recorded = recorded.as_array().expect("exchanges").clone();
    assert!(!recorded.is_empty());
    Some(recorded)
}

fn reply(exchange: &Value) -> Reply {
    const HEADERS: [&str; 3] = ["retry-after", "x-ms-user-quota-remaining", "x-ms-user-quota-resets-after"];
    let response = &exchange["response"];
    let status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status");
    let header = |name: &'static str| Some((name, response["headers"][name].as_str()?.to_owned()));
    let body = match &response["body"] {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    Reply::Whole(status, HEADERS.into_iter().filter_map(header).collect(), body)
}

/// The first exchange of this kind, which is taken out.
fn take(exchanges: &mut Vec<Value>, method: &str, end: &str) -> Value {
    let is_meant = |exchange: &Value| {
        let path = exchange["request"]["path"].as_str().and_then(|path| path.split('?').next());
        exchange["request"]["method"] == method && path.is_some_and(|path| path.ends_with(end))
    };
    let place = exchanges.iter().position(is_meant);
    exchanges.remove(place.unwrap_or_else(|| panic!("{method} {end} was recorded")))
}

/// Each exchange answers the call whose request is of its kind.
#[test]
fn recorded_answers_of_resource_manager_are_read() {
    let Some(mut exchanges) = recorded("resource-manager") else { return };
    let installed = take(&mut exchanges, "PUT", "/extensions/dapr");
    let listed = take(&mut exchanges, "GET", "/extensions");
    let shown = take(&mut exchanges, "GET", "/extensions/dapr");
    let deleted = take(&mut exchanges, "DELETE", "/extensions/dapr");
    let none_listed = take(&mut exchanges, "GET", "/extensions");
    let missing = take(&mut exchanges, "GET", "/sourceControlConfigurations/test-config");
    assert_eq!(exchanges, Vec::<Value>::new(), "every exchange answers something");
    let lists = AtomicUsize::new(0);
    let server = service(3600, move |call| {
        let last = call.path.rsplit('/').next().unwrap_or_default();
        reply(match (call.method.as_str(), last) {
            ("PUT", _) => &installed,
            ("DELETE", _) => &deleted,
            (_, "extensions") if lists.fetch_add(1, Ordering::SeqCst) == 0 => &listed,
            (_, "extensions") => &none_listed,
            (_, "test-config") => &missing,
            _ => &shown,
        })
    });
    with_client(&server, async |azure| {
        let cluster = cluster();
        let listed = azure.extensions(&cluster).await.expect("a list");
        let found: Vec<(&str, bool)> =
            listed.iter().map(|extension| (extension.name.as_str(), extension.is_flux())).collect();
        assert_eq!(found, [("dapr", false)]);
        // None of the second list is Flux, so that one is put. It was recorded while it was created.
        let patient = azure.clone().with_operation_limit(Duration::from_secs(60));
        let unfinished = patient.ensure_flux_extension(&cluster).await.expect_err("it goes on");
        assert_eq!(unfinished.code(), "AzureOperationUnfinished", "{unfinished}");
        assert!(unfinished.to_string().ends_with("(Creating)"), "{unfinished}");
        azure.delete_flux_configuration(&cluster, "apps", true).await.expect("deleted");
        let absent = azure.flux_configuration(&cluster, "test-config").await.expect("an answer");
        assert_eq!(absent, None);
    });
    let sent = |method, end| count(&server, method, end);
    assert_eq!(
        (sent("PUT", "/extensions/flux"), sent("GET", "/extensions"), sent("DELETE", "/apps")),
        (1, 2, 1)
    );
}

#[test]
fn recorded_answers_of_resource_graph_are_read() {
    let Some(recorded) = recorded("resource-graph") else { return };
    for exchange in recorded {
        let status = exchange["response"]["status"].as_u64().expect("a status");
        let body = exchange["response"]["body"].clone();
        let server = service(3600, move |call| match call.body.contains("$skipToken") {
            true => ok(json!({"totalRecords": 0, "data": []})),
            false => reply(&exchange),
        });
        let query = GraphQuery::rows("resources | project id", GraphScope::Everything);
        let answer = with_client(&server, async |azure| azure.resource_graph(&query).await);
        match answer {
            Ok(found) => {
                assert_eq!((status, Some(found.rows.len())), (200, body["data"].as_array().map(Vec::len)))
            }
            Err(error) => {
                let details = body["error"]["details"].as_array().is_some_and(|details| !details.is_empty());
                assert!(status >= 400 && details, "{error}");
                assert!(!error.to_string().contains("asking for support"), "{error}");
            }
        }
    }
}
