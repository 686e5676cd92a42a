//! Operations are followed to their end, whatever Azure says in between.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gitops_core::azure::{AzureError, FluxConfigurationPatch};
use gitops_core::model::azure::FluxConfiguration;
use gitops_core::model::{Exit, Failure};
use serde_json::json;

use super::client::{cluster, configuration, count, ok, refusal, service, with_client};
use crate::support::{Call, Reply, Server};

/// Where real answers point: beneath another resource type, with a version spelt in its own way.
const OPERATION: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kubernetes/ConnectedClusters/edge-1/providers/Microsoft.KubernetesConfiguration/extensions/x/operations/7";

/// A server that begins an operation at every change and answers for it, the nth time (from 0), as a test says.
fn operating(
    answer: impl Fn(usize, &Call) -> Reply + Send + Sync + 'static,
    resource: impl Fn() -> Reply + Send + Sync + 'static,
) -> Server {
    let looks = AtomicUsize::new(0);
    service(3600, move |call| match call.method.as_str() {
        "PATCH" | "DELETE" | "PUT" => {
            let headers = vec![
                ("azure-asyncoperation", format!("{}{OPERATION}?api-Version=2021-09-01&x=%2F", call.host)),
                ("location", "https://eastus.rp.kubernetesconfiguration.azure.com/elsewhere".to_owned()),
                ("retry-after", "7".to_owned()),
            ];
            Reply::Whole(202, headers, configuration("apps", "Updating").to_string())
        }
        _ if call.path == OPERATION => answer(looks.fetch_add(1, Ordering::SeqCst), call),
        _ => resource(),
    })
}

fn changed(server: &Server) -> Result<FluxConfiguration, AzureError> {
    with_client(server, async |azure| {
        let azure = azure.with_operation_limit(Duration::from_secs(600));
        let patch = FluxConfigurationPatch::suspension(true);
        azure.update_flux_configuration(&cluster(), "apps", &patch).await
    })
}

fn settled() -> Reply {
    ok(configuration("apps", "Succeeded"))
}

fn status(word: &str) -> Reply {
    ok(json!({"id": OPERATION, "name": "7", "status": word, "properties": null}))
}

#[test]
fn the_address_is_followed_exactly_as_given_until_it_succeeds() {
    let words = ["Accepted", "creating", "InProgress", "a word of tomorrow", "SUCCEEDED"];
    let server = operating(move |look, _| status(words[look]), settled);
    changed(&server).expect("changed");
    let looks: Vec<Call> = server.calls().into_iter().filter(|call| call.path == OPERATION).collect();
    assert_eq!(looks.len(), words.len());
    assert!(looks.iter().all(|call| call.query == "api-Version=2021-09-01&x=%2F"), "{}", looks[0].query);
    assert_eq!((count(&server, "PATCH", "/apps"), count(&server, "GET", "/apps")), (1, 1));
}

#[test]
fn an_operation_that_fails_late_keeps_what_azure_says() {
    let failed = json!({"status": "Failed", "error": {"code": "UpgradeFailed", "message": "helm says no", "details": [
        {"code": "Inner", "message": "a certificate has expired"},
    ]}});
    let server =
        operating(move |look, _| if look < 20 { status("Updating") } else { ok(failed.clone()) }, settled);
    let error = changed(&server).expect_err("failed");
    assert_eq!(
        error.to_string(),
        "changing Flux configuration apps on edge-1 in rg-edge has ended as Failed: helm says no; a certificate has expired (UpgradeFailed)"
    );
    assert_eq!((error.code(), error.exit()), ("AzureOperationFailed", Exit::Failed));
    for word in ["Canceled", "canceled", "Cancelled"] {
        let server = operating(move |_, _| status(word), settled);
        assert_eq!(changed(&server).expect_err(word).code(), "AzureOperationFailed");
    }
}

#[test]
fn an_operation_that_never_ends_is_given_up_at_its_deadline() {
    let server = operating(|_, _| status("Updating"), settled);
    let error = changed(&server).expect_err("never");
    assert_eq!((error.code(), error.exit()), ("AzureOperationUnfinished", Exit::Pending));
    assert!(error.to_string().ends_with("has not ended after 10m (Updating)"), "{error}");
    let looks = server.calls().iter().filter(|call| call.path == OPERATION).count();
    assert_eq!(looks, 1 + 119, "the first pause is Azure's, the others are five seconds");
}

#[test]
fn the_pause_that_azure_asks_for_is_kept() {
    let server = operating(
        |_, _| {
            Reply::Whole(
                200,
                vec![("retry-after", "60".to_owned())],
                json!({"status": "Updating"}).to_string(),
            )
        },
        settled,
    );
    changed(&server).expect_err("never");
    let looks = server.calls().iter().filter(|call| call.path == OPERATION).count();
    assert_eq!(looks, 11, "after 7 s, then every 60 s, and once at the end");
}

#[test]
fn what_passes_by_itself_ends_no_waiting() {
    let losses: [fn() -> Reply; 7] = [
        || Reply::Cut,
        || Reply::Gone,
        || refusal(500, &[], "x", "down"),
        || refusal(503, &[("retry-after", "1")], "x", "down"),
        || refusal(429, &[("retry-after", "30")], "x", "slow down"),
        || Reply::Whole(200, Vec::new(), "{\"status\":".to_owned()),
        || Reply::Whole(202, Vec::new(), String::new()),
    ];
    for loss in losses {
        let server = operating(move |look, _| if look < 4 { loss() } else { status("Succeeded") }, settled);
        changed(&server).expect("it went on");
        assert_eq!(count(&server, "PATCH", "/apps"), 1);
    }
}

#[test]
fn an_operation_that_azure_has_forgotten_is_told_by_the_resource() {
    let forgotten = |_: usize, _: &Call| refusal(404, &[], "OperationNotFound", "no such operation");
    let states = ["Updating", "Updating", "Succeeded"];
    let looks = AtomicUsize::new(0);
    let server = operating(forgotten, move || {
        let look = looks.fetch_add(1, Ordering::SeqCst).min(2);
        ok(configuration("apps", states[look]))
    });
    changed(&server).expect("settled");
    let server = operating(forgotten, || {
        let mut document = configuration("apps", "Failed");
        document["properties"]["errorMessage"] = json!("no such branch");
        ok(document)
    });
    let error = changed(&server).expect_err("failed");
    assert!(error.to_string().contains("no such branch"), "{error}");
}

#[test]
fn a_refusal_while_looking_is_an_error() {
    for (code, expected) in [(403, "AzureForbidden"), (400, "AzureInvalid"), (401, "AzureUnauthenticated")] {
        let server = operating(move |_, _| refusal(code, &[], "x", "no"), settled);
        assert_eq!(changed(&server).expect_err("no").code(), expected);
    }
}

#[test]
fn a_token_that_expires_midway_is_got_anew() {
    let server = operating(
        |look, call| match (look, call.token.ends_with('0')) {
            (0..3, _) => status("Updating"),
            (_, true) => refusal(401, &[], "ExpiredAuthenticationToken", "expired"),
            (_, false) => status("Succeeded"),
        },
        settled,
    );
    changed(&server).expect("changed");
    assert_eq!((count(&server, "POST", "/token"), count(&server, "PATCH", "/apps")), (2, 1));
}

#[test]
fn a_short_lived_token_is_renewed_while_waiting() {
    let looks = AtomicUsize::new(0);
    let server = service(20, move |call| match call.method.as_str() {
        "PATCH" => Reply::Whole(
            202,
            vec![("azure-asyncoperation", format!("{}{OPERATION}", call.host))],
            "{}".to_owned(),
        ),
        _ if call.path == OPERATION => {
            status(if looks.fetch_add(1, Ordering::SeqCst) < 12 { "Updating" } else { "Succeeded" })
        }
        _ => settled(),
    });
    changed(&server).expect("changed");
    assert!(count(&server, "POST", "/token") >= 4, "a minute of waiting");
}

#[test]
fn without_an_address_the_resource_is_looked_at() {
    let states: [(&[&str], Option<&str>); 4] = [
        (&["Succeeded"], None),
        (&["Updating", "Updating", "Succeeded"], None),
        (&["Updating", "Failed"], Some("AzureOperationFailed")),
        (&["Updating"], Some("AzureOperationUnfinished")),
    ];
    for (states, code) in states {
        let looks = AtomicUsize::new(0);
        let server = service(3600, move |call| {
            let state = states[looks.fetch_add(1, Ordering::SeqCst).min(states.len() - 1)];
            let location = "https://eastus.rp.kubernetesconfiguration.azure.com/elsewhere";
            let headers = vec![("location", location.to_owned())];
            let status = if call.method == "PATCH" { 202 } else { 200 };
            Reply::Whole(status, headers, configuration("apps", state).to_string())
        });
        assert_eq!(changed(&server).err().map(|error| error.code()), code, "{states:?}");
    }
}

#[test]
fn a_location_on_the_same_host_is_followed() {
    let looks = AtomicUsize::new(0);
    let server = service(3600, move |call| match call.method.as_str() {
        "DELETE" => Reply::Whole(202, vec![("location", format!("{}{OPERATION}", call.host))], String::new()),
        _ if looks.fetch_add(1, Ordering::SeqCst) < 2 => Reply::Whole(202, Vec::new(), String::new()),
        _ => Reply::Whole(204, Vec::new(), String::new()),
    });
    with_client(&server, async |azure| {
        azure.delete_flux_configuration(&cluster(), "apps", false).await.expect("deleted");
    });
    assert_eq!((count(&server, "DELETE", "/apps"), count(&server, "GET", "/operations/7")), (1, 3));
}

#[test]
fn a_deletion_ends_when_nothing_is_there() {
    type Answers = fn(&Call, usize) -> Reply;
    let cases: [(Answers, Option<&str>); 6] = [
        (|_, _| Reply::Whole(204, Vec::new(), String::new()), None),
        (|_, _| refusal(404, &[], "ResourceNotFound", "nothing"), None),
        (|_, _| ok(json!({"Version": "1.1", "StatusCode": 200, "provisioningState": "Deleting"})), None),
        (
            |call, look| match (call.method.as_str(), look) {
                ("DELETE", _) => Reply::Whole(202, Vec::new(), String::new()),
                (_, 0..3) => ok(configuration("apps", "Deleting")),
                _ => refusal(404, &[], "ResourceNotFound", "nothing"),
            },
            None,
        ),
        (
            |call, look| match (call.method.as_str(), look) {
                ("DELETE", _) => Reply::Whole(202, Vec::new(), String::new()),
                (_, 0..3) => ok(configuration("apps", "Succeeded")),
                _ => ok(configuration("apps", "Failed")),
            },
            Some("AzureOperationFailed"),
        ),
        (
            |call, _| match call.method.as_str() {
                "DELETE" => Reply::Whole(202, Vec::new(), String::new()),
                _ => ok(configuration("apps", "Deleting")),
            },
            Some("AzureOperationUnfinished"),
        ),
    ];
    for (number, (answers, code)) in cases.into_iter().enumerate() {
        let looks = AtomicUsize::new(0);
        let server = service(3600, move |call| {
            let look = if call.method == "GET" { looks.fetch_add(1, Ordering::SeqCst) } else { 0 };
            answers(call, look)
        });
        let deleted = with_client(&server, async |azure| {
            azure.delete_flux_configuration(&cluster(), "apps", true).await
        });
        assert_eq!(deleted.err().map(|error| error.code()), code, "case {number}");
        let delete = server.calls().into_iter().find(|call| call.method == "DELETE").expect("a deletion");
        assert!(delete.query.contains("forceDelete=true") && delete.query.contains("api-version=2025-04-01"));
    }
}
