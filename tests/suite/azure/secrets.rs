//! Secrets and tokens appear nowhere: not in an error, a hint or `Debug`, even where the other side says them back.

use gitops_core::azure::GitReference;
use gitops_core::model::Failure;
use serde_json::json;

use super::changes::specification;
use super::client::{
    SECRET, TOKEN, access, cluster, configuration, configuration_path, is_sign_in, ok, refusal, service,
    with_client,
};
use crate::support::{Call, Reply, Server};

/// The secret as a form sends it, and the protected setting as a document does.
const SPELLINGS: [&str; 4] = ["hunter2", "aHVudGVyMg", "hunter2%7E", "eyJ"];

fn shows_nothing(shown: &str) {
    for spelling in SPELLINGS {
        assert!(!shown.contains(spelling), "{shown}");
    }
}

#[test]
fn no_error_and_no_debug_shows_a_secret_or_a_token() {
    let replies: [fn() -> Reply; 9] = [
        || refusal(401, &[], "InvalidAuthenticationToken", &format!("Bearer {TOKEN}0 and {TOKEN}1")),
        || refusal(403, &[], "AuthorizationFailed", &format!("{SECRET} {TOKEN}0")),
        || refusal(404, &[], "ResourceNotFound", &format!("{TOKEN}0")),
        || refusal(409, &[], "Conflict", SECRET),
        || refusal(409, &[], "MissingSubscriptionRegistration", &format!("use namespace '{TOKEN}0'")),
        || {
            Reply::Json(
                400,
                json!({"error": {"code": "x", "message": "no", "details": [{"message": TOKEN}]}}),
            )
        },
        || refusal(429, &[("retry-after", "9999")], "x", TOKEN),
        || Reply::Whole(502, Vec::new(), TOKEN.to_owned()),
        || Reply::Cut,
    ];
    for reply in replies {
        let server = service(3600, move |_| reply());
        shows_nothing(&format!("{:?}", access(&server)));
        let error = with_client(&server, async |azure| {
            shows_nothing(&format!("{azure:?}"));
            azure.flux_configurations(&cluster()).await.expect_err("a refusal")
        });
        shows_nothing(&format!("{error} {error:?} {:?} {}", error.hint(), error.brief()));
        let asked = server.calls();
        let asked: Vec<_> = asked.iter().filter(|call| !is_sign_in(call)).collect();
        assert!(asked.iter().all(|call| call.token.starts_with(TOKEN)), "it was sent");
        assert!(
            server
                .calls()
                .iter()
                .all(|call| !call.path.contains("hunter2") && !call.query.contains("hunter2"))
        );
    }
}

#[test]
fn no_error_of_signing_in_shows_a_secret() {
    let replies: [fn() -> Reply; 6] = [
        || {
            Reply::Json(
                401,
                json!({"error": "invalid_client", "error_codes": [7000215], "error_description": format!("AADSTS7000215: Invalid client secret provided: {SECRET}")}),
            )
        },
        || {
            Reply::Json(
                400,
                json!({"error": "invalid_request", "error_description": format!("client_secret=hunter2%7Ehunter2%2Fhunter2 {TOKEN}")}),
            )
        },
        || Reply::Whole(400, Vec::new(), format!("<html>{SECRET}</html>")),
        || Reply::Whole(200, Vec::new(), format!("{{\"access_token\":\"{TOKEN}")),
        || {
            Reply::Json(
                200,
                json!({"access_token": format!("{TOKEN}\n{SECRET}"), "expires_in": 3600, "token_type": "Bearer"}),
            )
        },
        || Reply::Whole(503, Vec::new(), SECRET.to_owned()),
    ];
    for reply in replies {
        let server = Server::start(move |_| reply());
        let error = with_client(&server, async |azure| {
            azure.flux_configurations(&cluster()).await.expect_err("a refusal")
        });
        shows_nothing(&format!("{error} {error:?} {:?} {}", error.hint(), error.brief()));
        assert!(server.calls().iter().all(is_sign_in), "nothing was asked without a token");
    }
}

#[test]
fn the_token_goes_to_resource_manager_and_the_secret_to_the_authority_alone() {
    let server = service(3600, |_| ok(json!({})));
    with_client(&server, async |azure| azure.extensions(&cluster()).await.expect_err("no list"));
    for call in server.calls() {
        assert_eq!(is_sign_in(&call), call.body.contains("client_secret"), "{}", call.path);
        assert_eq!(is_sign_in(&call), call.token.is_empty(), "{}", call.path);
    }
    let elsewhere = Server::start(|_| ok(json!({"status": "Succeeded"})));
    let other = elsewhere.url();
    let server = service(3600, move |call| match call.method.as_str() {
        "PATCH" => Reply::Whole(
            202,
            vec![("azure-asyncoperation", format!("{other}/operations/1"))],
            "{}".to_owned(),
        ),
        _ => ok(configuration("apps", "Succeeded")),
    });
    let error = with_client(&server, async |azure| {
        azure.suspend_flux_configuration(&cluster(), "apps", true).await.expect_err("another host")
    });
    assert!(error.to_string().contains("leads to another host, 127.0.0.1"), "{error}");
    assert!(elsewhere.calls().is_empty());
}

/// A cluster that has Flux and no configuration; what is put is answered by `put`, and an operation by `operation`.
fn ready(
    put: impl Fn(&Call) -> Reply + Send + Sync + 'static,
    operation: impl Fn() -> Reply + Send + Sync + 'static,
) -> Server {
    service(3600, move |call| match call.method.as_str() {
        "GET" if call.path.ends_with("/operations/1") => operation(),
        "GET" if call.path.ends_with("/fluxConfigurations/apps") => {
            refusal(404, &[], "ResourceNotFound", "nothing")
        }
        "GET" if call.path.ends_with("/extensions") => ok(json!({"value": [
            {"name": "flux", "properties": {"extensionType": "Microsoft.Flux", "provisioningState": "Succeeded"}},
        ]})),
        "GET" if call.path.ends_with("/extensions/flux") => {
            ok(json!({"name": "flux", "properties": {"extensionType": "Microsoft.Flux"}}))
        }
        "GET" if call.path.ends_with("/sourceControlConfigurations") => ok(json!({"value": []})),
        "GET" => ok(json!({"registrationState": "Registered"})),
        _ => put(call),
    })
}

#[test]
fn protected_settings_leave_in_base64_and_show_nowhere() {
    let refused = |call: &Call| refusal(400, &[], "BadRequest", &format!("refused: {}", call.body));
    let server = ready(refused, || ok(json!({})));
    let specification = specification(GitReference::Branch("dev".to_owned()));
    shows_nothing(&format!("{specification:?}"));
    let error = with_client(&server, async |azure| {
        azure.create_flux_configuration(&cluster(), "apps", &specification).await.expect_err("refused")
    });
    let calls = server.calls();
    let put = calls.iter().find(|call| call.method == "PUT").expect("a write");
    assert!(put.body.contains("aHVudGVyMg=="), "{}", put.body);
    shows_nothing(&format!("{error} {error:?}"));
}

/// The operation fails with a message that quotes what was sent, and the token that it was sent with.
#[test]
fn an_operation_that_fails_shows_no_key_that_it_quotes() {
    let begun = |_: &Call| {
        let monitor = format!("{}/operations/1?api-version=2025-04-01", configuration_path("apps"));
        Reply::Whole(
            201,
            vec![("azure-asyncoperation", monitor)],
            configuration("apps", "Creating").to_string(),
        )
    };
    let failed = || {
        let quoted = format!("git said: hunter2, aHVudGVyMg== and {TOKEN}0 are wrong");
        ok(
            json!({"status": "Failed", "error": {"code": "GitFailed", "message": "no", "details": [{"message": quoted}]}}),
        )
    };
    let server = ready(begun, failed);
    let specification = specification(GitReference::Branch("dev".to_owned()));
    let error = with_client(&server, async |azure| {
        azure.create_flux_configuration(&cluster(), "apps", &specification).await.expect_err("failed")
    });
    assert_eq!(error.code(), "AzureOperationFailed", "{error}");
    assert!(
        error.to_string().ends_with("no; git said: ***, *** and redacted are wrong (GitFailed)"),
        "{error}"
    );
    shows_nothing(&format!("{error} {error:?} {:?} {}", error.hint(), error.brief()));
}
