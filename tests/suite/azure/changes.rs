//! Changes of Flux configurations: checked before anything is sent, and the same however often they are run.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use gitops_core::azure::{
    AzureError, ConfigurationScope, ConfigurationSource, FluxConfigurationPatch, FluxConfigurationSpec,
    GitReference, GitSource, KustomizationSpec, ProtectedSettings,
};
use gitops_core::model::{Exit, Failure};
use gitops_core::wire::Secret;
use serde_json::{Value, json};

use super::client::{cluster, configuration, count, ok, refusal, service, with_client};
use crate::support::{Call, Reply, Server};

/// A configuration of one kustomization, with a key.
pub(super) fn specification(reference: GitReference) -> FluxConfigurationSpec {
    let kustomization =
        KustomizationSpec { path: Some("./".to_owned()), prune: Some(true), ..KustomizationSpec::default() };
    let source = GitSource {
        https_user: Some("git".to_owned()),
        ..GitSource::new("https://github.com/contoso/hello", reference)
    };
    FluxConfigurationSpec {
        scope: ConfigurationScope::Cluster,
        namespace: "dev-hello".to_owned(),
        source: ConfigurationSource::Git(source),
        kustomizations: BTreeMap::from([("edge".to_owned(), kustomization)]),
        protected: ProtectedSettings {
            https_key: Some(Secret::new("hunter2")),
            ..ProtectedSettings::default()
        },
        is_suspended: false,
    }
}

fn dev() -> FluxConfigurationSpec {
    specification(GitReference::Branch("dev".to_owned()))
}

fn flux(name: &str, state: &str) -> Value {
    json!({"name": name, "properties": {"extensionType": "Microsoft.Flux", "provisioningState": state}})
}

/// A cluster that is ready for configurations; what it has is asked of `configurations`.
fn ready(configurations: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> Server {
    service(3600, move |call| match call.path.as_str() {
        path if path.contains("/fluxConfigurations") => configurations(call),
        path if path.ends_with("/extensions") => ok(json!({"value": [flux("gitops", "Succeeded")]})),
        path if path.contains("/extensions/") => ok(flux("gitops", "Succeeded")),
        path if path.ends_with("/sourceControlConfigurations") => ok(json!({"value": []})),
        path if path.ends_with("/providers/Microsoft.KubernetesConfiguration") => {
            ok(json!({"registrationState": "Registered"}))
        }
        _ => refusal(500, &[], "x", "no such route"),
    })
}

#[test]
fn nothing_is_sent_of_what_is_not_valid() {
    let server = ready(|_| refusal(500, &[], "x", "asked"));
    with_client(&server, async |azure| {
        let mut wrong = dev();
        wrong.namespace = "a.b".to_owned();
        for (name, specification) in [("apps", &wrong), ("Apps", &dev()), ("", &dev()), ("a/b", &dev())] {
            let error =
                azure.create_flux_configuration(&cluster(), name, specification).await.expect_err(name);
            assert_eq!((error.code(), error.exit()), ("FluxConfigurationInvalid", Exit::Usage), "{error}");
        }
        let long = "b".repeat(60);
        let patch = FluxConfigurationPatch {
            kustomizations: BTreeMap::from([(long, Some(KustomizationSpec::default()))]),
            ..FluxConfigurationPatch::default()
        };
        let error = azure.update_flux_configuration(&cluster(), "apps", &patch).await.expect_err("too long");
        assert!(error.to_string().contains("65 characters"), "{error}");
    });
    assert!(server.calls().is_empty());
}

#[test]
fn a_configuration_is_put_once_and_then_taken_as_it_is() {
    let made = AtomicUsize::new(0);
    let server = ready(move |call| match (call.method.as_str(), made.load(Ordering::SeqCst)) {
        ("PUT", _) => {
            made.fetch_add(1, Ordering::SeqCst);
            Reply::Json(201, configuration("apps", "Succeeded"))
        }
        (_, 0) => refusal(404, &[], "ResourceNotFound", "nothing"),
        _ => ok(configuration("apps", "Succeeded")),
    });
    with_client(&server, async |azure| {
        for is_new in [true, false] {
            let created = azure.create_flux_configuration(&cluster(), "apps", &dev()).await.expect("created");
            assert_eq!((created.is_new, created.configuration.name.as_str()), (is_new, "apps"));
        }
    });
    let calls = server.calls();
    let put: Vec<&Call> = calls.iter().filter(|call| call.method == "PUT").collect();
    assert_eq!((put.len(), put[0].query.as_str()), (1, "api-version=2025-04-01"));
    let body: Value = serde_json::from_str(&put[0].body).expect("JSON");
    let properties = &body["properties"];
    assert_eq!(properties["gitRepository"]["repositoryRef"], json!({"branch": "dev"}));
    assert_eq!(
        properties["kustomizations"],
        json!({"edge": {"path": "./", "prune": true}}),
        "only what is set"
    );
    assert!(!put[0].body.contains("null"), "{}", put[0].body);
}

#[test]
fn one_that_is_on_its_way_is_waited_for_and_one_that_failed_is_made_again() {
    for (states, puts) in [
        (&["Creating", "Creating", "Succeeded"][..], 0),
        (&["Failed", "Succeeded"], 1),
        (&["Canceled", "Succeeded"], 1),
        (&["Creating", "Failed", "Succeeded"], 1),
    ] {
        let looks = AtomicUsize::new(0);
        let server = ready(move |call| {
            let look = looks.fetch_add(usize::from(call.method == "GET"), Ordering::SeqCst);
            ok(configuration("apps", states[look.min(states.len() - 1)]))
        });
        with_client(&server, async |azure| {
            azure.create_flux_configuration(&cluster(), "apps", &dev()).await.expect("created");
        });
        assert_eq!(count(&server, "PUT", "/apps"), puts, "{states:?}");
    }
}

/// A lost answer is followed by a second `PUT`, which Azure may refuse while it carries out the first.
#[test]
fn a_put_that_conflicts_with_itself_is_waited_for() {
    let puts = AtomicUsize::new(0);
    let looks = AtomicUsize::new(0);
    let server = ready(move |call| match call.method.as_str() {
        "PUT" if puts.fetch_add(1, Ordering::SeqCst) == 0 => Reply::Gone,
        "PUT" => refusal(409, &[], "Conflict", "another operation is in progress"),
        _ => match looks.fetch_add(1, Ordering::SeqCst) {
            0 => refusal(404, &[], "ResourceNotFound", "nothing"),
            1 | 2 => ok(configuration("apps", "Creating")),
            _ => ok(configuration("apps", "Succeeded")),
        },
    });
    with_client(&server, async |azure| {
        azure.create_flux_configuration(&cluster(), "apps", &dev()).await.expect("created");
    });
    assert_eq!(count(&server, "PUT", "/apps"), 2);
}

#[test]
fn a_change_waits_for_what_it_conflicts_with_and_is_sent_once_more() {
    for (state, is_done) in [("Updating", true), ("Succeeded", false)] {
        let sent = AtomicUsize::new(0);
        let looks = AtomicUsize::new(0);
        let server = ready(move |call| match call.method.as_str() {
            "PATCH" if !is_done || sent.fetch_add(1, Ordering::SeqCst) == 0 => {
                refusal(409, &[], "Conflict", "busy")
            }
            "PATCH" => ok(configuration("apps", "Succeeded")),
            _ if looks.fetch_add(1, Ordering::SeqCst) < 2 => ok(configuration("apps", state)),
            _ => ok(configuration("apps", "Succeeded")),
        });
        let changed = with_client(&server, async |azure| {
            let patch = FluxConfigurationPatch::deletion_of("edge");
            azure.update_flux_configuration(&cluster(), "apps", &patch).await
        });
        assert_eq!(changed.err().map(|error| error.code()), (!is_done).then_some("AzureConflict"));
        assert_eq!(count(&server, "PATCH", "/apps"), 2);
        let patch = server.calls().into_iter().find(|call| call.method == "PATCH").expect("a change");
        assert_eq!(patch.body, r#"{"properties":{"kustomizations":{"edge":null}}}"#);
    }
}

#[test]
fn what_is_suspended_already_is_left_alone() {
    for (now, wanted, patches) in [(false, true, 1), (true, true, 0), (true, false, 1), (false, false, 0)] {
        let server = ready(move |_| {
            let mut document = configuration("apps", "Succeeded");
            document["properties"]["suspend"] = json!(now);
            ok(document)
        });
        with_client(&server, async |azure| {
            azure.suspend_flux_configuration(&cluster(), "apps", wanted).await.expect("changed");
        });
        assert_eq!(count(&server, "PATCH", "/apps"), patches, "{now} {wanted}");
    }
}

/// What a cluster without something needed answers, the error, and how many extensions are put.
fn unready(
    provider: &'static str,
    old: Value,
    extensions: Value,
    put: fn() -> Reply,
) -> (Option<AzureError>, usize) {
    let is_put = AtomicBool::new(false);
    let server = service(3600, move |call| match (call.method.as_str(), call.path.as_str()) {
        ("PUT", path) if path.contains("/extensions/") => put(),
        (_, path) if path.contains("/extensions/") => ok(flux("flux", "Succeeded")),
        (_, path) if path.ends_with("/extensions") => ok(json!({"value": extensions})),
        (_, path) if path.ends_with("/sourceControlConfigurations") => ok(json!({"value": old})),
        (_, path) if path.ends_with("/providers/Microsoft.KubernetesConfiguration") => {
            ok(json!({"registrationState": provider}))
        }
        ("PUT", _) => {
            is_put.store(true, Ordering::SeqCst);
            ok(configuration("apps", "Succeeded"))
        }
        _ if is_put.load(Ordering::SeqCst) => ok(configuration("apps", "Succeeded")),
        _ => refusal(404, &[], "ResourceNotFound", "nothing"),
    });
    let created =
        with_client(&server, async |azure| azure.create_flux_configuration(&cluster(), "apps", &dev()).await);
    let puts = server
        .calls()
        .iter()
        .filter(|call| call.method == "PUT" && call.path.contains("/extensions/"))
        .count();
    (created.err(), puts)
}

#[test]
fn a_cluster_is_made_ready_first() {
    let installed = || Reply::Json(201, flux("flux", "Succeeded"));
    let failed = || Reply::Json(201, flux("flux", "Failed"));
    let ready = || json!([flux("gitops", "Succeeded")]);
    let created = None;
    for (provider, old, extensions, put, expected) in [
        (
            "NotRegistered",
            json!([]),
            ready(),
            installed as fn() -> Reply,
            (Some("AzureProviderUnregistered"), 0),
        ),
        ("Registering", json!([]), ready(), installed, (created, 0)),
        ("registered", json!([{"name": "old"}]), ready(), installed, (Some("AzureFluxV1"), 0)),
        ("Registered", json!([]), json!([]), installed, (created, 1)),
        ("Registered", json!([]), json!([flux("x", "Creating")]), installed, (created, 0)),
        ("Registered", json!([]), json!([flux("x", "Failed")]), installed, (created, 1)),
        ("Registered", json!([]), json!([]), failed, (Some("AzureOperationFailed"), 1)),
        (
            "Registered",
            json!([]),
            json!([{"name": "flux", "properties": {"extensionType": "microsoft.dapr", "provisioningState": "Succeeded"}}]),
            installed,
            (created, 1),
        ),
    ] {
        let (error, puts) = unready(provider, old.clone(), extensions.clone(), put);
        let told = (error.as_ref().map(Failure::code), puts);
        assert_eq!(told, expected, "{provider} {old} {extensions}: {error:?}");
    }
}

#[test]
fn what_stands_in_the_way_is_told_with_what_to_type() {
    let installed = || Reply::Json(201, flux("flux", "Succeeded"));
    let failed = || Reply::Json(201, flux("flux", "Failed"));
    let flags =
        "-g rg-edge -c edge-1 -t connectedClusters --subscription 11111111-1111-4111-8111-111111111111";
    for (old, put, hint) in [
        (
            json!([{"name": "old"}]),
            installed as fn() -> Reply,
            format!("delete it: az k8s-configuration delete {flags} -n old"),
        ),
        (
            json!([{"name": "a; reboot"}]),
            installed,
            format!("delete it: az k8s-configuration delete {flags} -n '<configuration>'"),
        ),
        (json!([]), failed, format!("see how it is now: az k8s-extension show {flags} -n flux")),
    ] {
        let (error, _) = unready("Registered", old, json!([]), put);
        assert_eq!(error.expect("an error").hint(), Some(hint));
    }
    let mut wrong = dev();
    wrong.namespace = "a.b".to_owned();
    let server = ready(|call| match call.method.as_str() {
        "GET" => refusal(404, &[], "ResourceNotFound", "nothing"),
        _ => Reply::Json(201, configuration("apps", "Failed")),
    });
    with_client(&server, async |azure| {
        for (specification, hint) in [
            (dev(), format!("see how it is now: az k8s-configuration flux show {flags} -n apps")),
            (wrong, "correct namespace".to_owned()),
        ] {
            let created = azure.create_flux_configuration(&cluster(), "apps", &specification).await;
            assert_eq!(created.expect_err("refused").hint(), Some(hint));
        }
    });
}
