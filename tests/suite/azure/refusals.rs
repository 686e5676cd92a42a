//! Every refusal is an error with a code, an exit code and, where there is something to do, a hint.

use gitops_core::azure::AzureError;
use gitops_core::model::{Exit, Failure};
use serde_json::json;

use super::client::{
    access, access_of, cluster, configuration, count, is_sign_in, ok, refusal, service, with_client,
    with_client_of,
};
use crate::support::{Reply, Server};

/// The error that a read ends in, and how many requests it took beside signing in.
fn read_error(reply: impl Fn() -> Reply + Send + Sync + 'static) -> (AzureError, usize) {
    let server = service(3600, move |_| reply());
    let error = with_client(&server, async |azure| {
        azure.flux_configurations(&cluster()).await.expect_err("a refusal")
    });
    let asked = server.calls().iter().filter(|call| !is_sign_in(call)).count();
    (error, asked)
}

#[test]
fn refusals_have_codes_hints_and_exits() {
    type Headers = &'static [(&'static str, &'static str)];
    let cases: [(u16, Headers, &'static str, &'static str, &str, Exit, &str); 11] = [
        (
            403,
            &[],
            "AuthorizationFailed",
            "no role",
            "AzureForbidden",
            Exit::Denied,
            "az role assignment create",
        ),
        (404, &[], "ResourceNotFound", "nothing", "AzureNotFound", Exit::NotFound, "az account show"),
        (404, &[], "SubscriptionNotFound", "none", "AzureNotFound", Exit::NotFound, "az account show"),
        (409, &[], "Conflict", "busy", "AzureConflict", Exit::Failed, ""),
        (412, &[], "PreconditionFailed", "changed", "AzureConflict", Exit::Failed, ""),
        (
            409,
            &[],
            "MissingSubscriptionRegistration",
            "The subscription is not registered to use namespace 'Microsoft.Kubernetes'.",
            "AzureProviderUnregistered",
            Exit::Failed,
            "az provider register --namespace Microsoft.Kubernetes",
        ),
        (400, &[], "InvalidApiVersionParameter", "no such version", "AzureInvalid", Exit::Failed, ""),
        (422, &[], "Unprocessable", "no", "AzureInvalid", Exit::Failed, ""),
        (
            429,
            &[("retry-after", "3600")],
            "TooManyRequests",
            "slow down",
            "AzureThrottled",
            Exit::Failed,
            "run it again after 2026-01-01T01:00:00Z",
        ),
        (501, &[], "NotImplemented", "no", "AzureFailed", Exit::Failed, "status.azure.com"),
        (
            302,
            &[("location", "https://elsewhere.example/")],
            "",
            "",
            "AzureFailed",
            Exit::Failed,
            "status.azure.com",
        ),
    ];
    for (status, headers, azures_code, message, code, exit, hint) in cases {
        let (error, requests) = read_error(move || refusal(status, headers, azures_code, message));
        assert_eq!((error.code(), error.exit()), (code, exit), "{error}");
        let given = error.hint().unwrap_or_default();
        assert!(given.contains(hint) && given.is_empty() == hint.is_empty(), "{status} {message}: {given:?}");
        assert_eq!(requests, 1, "{status} is not repeated: {error}");
        assert!(!error.brief().is_empty());
    }
}

#[test]
fn a_role_is_asked_for_at_the_resource_group() {
    let (error, _) = read_error(|| refusal(403, &[], "AuthorizationFailed", "no role"));
    let hint = error.hint().expect("a hint");
    assert!(
        hint.ends_with("--scope /subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-edge"),
        "{hint}"
    );
    assert!(error.to_string().contains("the credential from AZURE_CLIENT_SECRET"), "{error}");
}

#[test]
fn a_refused_token_is_got_anew_once_and_then_told() {
    let (error, requests) = read_error(|| refusal(401, &[], "InvalidAuthenticationToken", "expired"));
    assert_eq!((error.code(), error.exit(), requests), ("AzureUnauthenticated", Exit::Denied, 2));
    assert!(
        error.to_string().starts_with("Azure does not accept the credential from AZURE_CLIENT_SECRET"),
        "{error}"
    );
    assert_eq!(error.hint().as_deref(), Some("check AZURE_CLIENT_SECRET and GITOPS_ARM_ENDPOINT"));
}

#[test]
fn what_passes_is_asked_again_and_told_when_it_does_not() {
    for status in [408, 500, 502, 503, 504] {
        let (error, requests) =
            read_error(move || Reply::Whole(status, Vec::new(), "<html>down</html>".to_owned()));
        assert_eq!((error.code(), requests), ("AzureFailed", 3), "{error}");
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
    type Cut = fn() -> Reply;
    let cuts: [(Cut, &str); 4] = [
        (|| Reply::Cut, "the connection was cut"),
        (|| Reply::Gone, "the connection was cut"),
        (|| Reply::Hang, "it does not answer in time"),
        (|| Reply::Unfinished("{\"value\":["), "it does not answer in time"),
    ];
    for (reply, words) in cuts {
        let (error, requests) = read_error(reply);
        assert_eq!((error.code(), error.exit(), requests), ("AzureUnreachable", Exit::Failed, 3), "{error}");
        assert!(error.to_string().contains(words) && error.hint().is_some(), "{words}: {error}");
    }
}

#[test]
fn a_limit_that_is_soon_over_is_waited_for() {
    let refused = std::sync::atomic::AtomicBool::new(false);
    let server = service(3600, move |_| match refused.swap(true, std::sync::atomic::Ordering::SeqCst) {
        false => refusal(429, &[("retry-after", "0")], "TooManyRequests", "slow down"),
        true => ok(json!({"value": []})),
    });
    let found =
        with_client(&server, async |azure| azure.flux_configurations(&cluster()).await.expect("a list"));
    assert_eq!((found.len(), count(&server, "GET", "/fluxConfigurations")), (0, 2));
}

#[test]
fn half_an_answer_and_nonsense_are_no_data() {
    let list = json!({"value": [configuration("apps", "Succeeded")]}).to_string();
    let nonsense = ["null", "hello", "{}", "[]", "{\"value\":null}", "{\"value\":{}}"].map(str::to_owned);
    for body in nonsense.into_iter().chain([list[..list.len() / 2].to_owned()]) {
        let (error, _) = read_error(move || Reply::Whole(200, Vec::new(), body.clone()));
        assert_eq!(error.code(), "AzureFailed", "{error}");
        assert!(error.to_string().starts_with("Azure's response is malformed"), "{error}");
    }
}

#[test]
fn entries_that_cannot_be_read_spoil_no_list_and_pages_are_followed() {
    let server = service(3600, |call| match call.query.contains("page=2") {
        false => ok(json!({
            "value": [configuration("first", "Succeeded"), {"id": "/nothing"}, "hello", null],
            "nextLink": format!("{}{}?api-version=2025-04-01&page=2", call.host, call.path),
        })),
        true => ok(json!({"value": [configuration("second", "creating")], "nextLink": null, "newer": {}})),
    });
    let found =
        with_client(&server, async |azure| azure.flux_configurations(&cluster()).await.expect("a list"));
    let names: Vec<&str> = found.iter().map(|configuration| configuration.name.as_str()).collect();
    assert_eq!((names, found[0].status_updated), (vec!["first", "second"], None), "a malformed date is none");
    assert_eq!(count(&server, "GET", "/fluxConfigurations"), 2);
}

#[test]
fn a_list_that_leads_back_or_elsewhere_ends_in_an_error() {
    let elsewhere = Server::start(|_| ok(json!({"value": []})));
    let other = elsewhere.url();
    type Link = Box<dyn Fn(&str) -> String + Send + Sync>;
    let links: [Link; 4] = [
        Box::new(|own| own.to_owned()),
        Box::new(move |_| format!("{other}/subscriptions")),
        Box::new(|own| own.replacen("https://", "http://", 1)),
        Box::new(|_| "not an address at all".to_owned()),
    ];
    for link in links {
        let server = service(3600, move |call| {
            let own = format!("{}{}?{}", call.host, call.path, call.query);
            ok(json!({"value": [], "nextLink": link(&own)}))
        });
        let error = with_client(&server, async |azure| {
            azure.flux_configurations(&cluster()).await.expect_err("no end")
        });
        assert_eq!(error.code(), "AzureFailed", "{error}");
        assert!(count(&server, "GET", "/fluxConfigurations") <= 2, "{error}");
    }
    assert!(elsewhere.calls().is_empty(), "nobody else is asked");
}

#[test]
fn what_is_not_there_is_none_and_what_cannot_be_a_name_is_not_asked_for() {
    let server = service(3600, |_| refusal(404, &[], "ResourceNotFound", "nothing there"));
    with_client(&server, async |azure| {
        assert_eq!(azure.flux_configuration(&cluster(), "apps").await.expect("an answer"), None);
        assert_eq!(azure.connected_cluster(&cluster()).await.expect("an answer"), None);
        let asked = server.calls().len();
        for name in ["", "..", "a/b", "a?b", "a#b", "%2e%2e"] {
            assert_eq!(azure.flux_configuration(&cluster(), name).await.expect("no name"), None, "{name}");
            azure.delete_flux_configuration(&cluster(), name, true).await.expect("nothing to delete");
        }
        assert_eq!(server.calls().len(), asked);
    });
    let paths: Vec<String> =
        server.calls().into_iter().map(|call| format!("{}?{}", call.path, call.query)).collect();
    assert!(
        paths.iter().any(|path| path.ends_with("/fluxConfigurations/apps?api-version=2025-04-01")),
        "{paths:?}"
    );
    assert!(
        paths.iter().any(|path| path.ends_with("/connectedClusters/edge-1?api-version=2024-01-01")),
        "{paths:?}"
    );
}

#[test]
fn nobody_there_and_a_foreign_certificate() {
    let server = Server::start(|_| Reply::Hang);
    let gone = access(&server);
    drop(server);
    let list = async |azure: gitops_core::azure::Azure| {
        azure.flux_configurations(&cluster()).await.expect_err("nobody")
    };
    let error = with_client_of(&gone, list);
    assert_eq!(error.code(), "AzureUnreachable", "{error}");

    let (server, other) = (service(3600, |_| Reply::Hang), Server::start(|_| Reply::Hang));
    let foreign = access_of(server.authority(), &server.url(), &other.url());
    let error = with_client_of(&foreign, list);
    assert!(error.to_string().contains("its certificate is not trusted"), "{error}");
    assert!(other.calls().is_empty());
}

#[test]
fn only_azure_says_that_something_is_not_there() {
    for status in [404, 410] {
        for body in ["<html>not found", "", "{}", "{\"message\":\"no Route matched with those values\"}"] {
            let (error, _) = read_error(move || Reply::Whole(status, Vec::new(), body.to_owned()));
            let is_absence = error.code() == "AzureNotFound";
            assert!(!is_absence, "{status} {body:?}: {error}");
        }
    }
}

#[test]
fn what_is_said_of_another_resource_is_not_taken_for_this_ones() {
    let other = |path: &str| path.replace("edge-1", "edge-9");
    let server = service(3600, move |call| match call.path.ends_with("/edge-1") {
        true => ok(json!({"id": other(&call.path), "properties": {"connectivityStatus": "Offline"}})),
        false => ok(json!({"id": other(&call.path), "properties": {"complianceState": "Compliant"}})),
    });
    with_client(&server, async |azure| {
        let configuration = azure.flux_configuration(&cluster(), "apps").await.expect_err("another's");
        let connected = azure.connected_cluster(&cluster()).await.expect_err("another's");
        for error in [configuration, connected] {
            assert!(error.to_string().starts_with("Azure's response is malformed"), "{error}");
        }
    });
}
