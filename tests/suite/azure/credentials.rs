//! Who signs in and how often: one acquisition for everybody, before a token expires, and once more when it is refused.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use gitops_core::azure::GivenCredentials;
use gitops_core::model::{Exit, Failure};
use gitops_core::wire::Secret;
use serde_json::json;

use super::client::{
    TOKEN, TestAccess, access, cluster, configuration, count, is_sign_in, ok, refusal, service, token,
    with_client, with_client_of,
};
use crate::support::{Reply, Server};

fn sign_ins(server: &Server) -> usize {
    server.calls().iter().filter(|call| is_sign_in(call)).count()
}

#[test]
fn one_post_gets_a_token_for_everybody_and_nothing_else_is_asked() {
    let server = service(3600, |_| ok(json!({"value": []})));
    with_client(&server, async |azure| {
        let cluster = cluster();
        let list = || azure.flux_configurations(&cluster);
        let (first, second, third) = tokio::join!(list(), list(), list());
        assert!(first.is_ok() && second.is_ok() && third.is_ok());
        list().await.expect("a list");
        assert_eq!(azure.credential_name(), "AZURE_CLIENT_SECRET");
    });
    assert_eq!((sign_ins(&server), server.calls().len()), (1, 5));
    let call = server.calls().into_iter().find(is_sign_in).expect("a sign-in");
    assert_eq!(
        (call.method.as_str(), call.path.as_str()),
        ("POST", "/22222222-2222-4222-8222-222222222222/oauth2/v2.0/token")
    );
    for part in ["grant_type=client_credentials", "client_id=client", ".default"] {
        assert!(call.body.contains(part), "{part}");
    }
}

#[test]
fn a_token_is_got_anew_before_it_expires() {
    let server = service(3600, |_| ok(json!({"value": []})));
    let clock = gitops_core::wire::Clock::manual("2026-01-01T00:00:00Z".parse().expect("a time"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let azure = access(&server).open(clock.clone()).expect("a client");
        for (minutes, expected) in [(0, 1), (54, 1), (2, 2), (50, 2), (6, 3)] {
            clock.advance(std::time::Duration::from_secs(minutes * 60));
            azure.flux_configurations(&cluster()).await.expect("a list");
            assert_eq!(sign_ins(&server), expected, "{minutes} minutes later");
        }
    });
}

#[test]
fn a_token_that_is_about_to_expire_serves_while_no_other_is_to_be_had() {
    let signed_in = AtomicUsize::new(0);
    let server = Server::start(move |call| match is_sign_in(call) {
        true if signed_in.fetch_add(1, Ordering::SeqCst) > 0 => refusal(503, &[], "x", "down"),
        true => token(&format!("{TOKEN}0"), 3600),
        false => ok(json!({"value": []})),
    });
    let clock = gitops_core::wire::Clock::manual("2026-01-01T00:00:00Z".parse().expect("a time"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let azure = access(&server).open(clock.clone()).expect("a client");
        azure.flux_configurations(&cluster()).await.expect("a list");
        clock.advance(std::time::Duration::from_secs(57 * 60));
        azure.flux_configurations(&cluster()).await.expect("a list, with the old token");
        clock.advance(std::time::Duration::from_secs(4 * 60));
        let error = azure.flux_configurations(&cluster()).await.expect_err("it has expired");
        assert_eq!(error.code(), "AzureSignInFailed", "{error}");
    });
}

#[test]
fn a_token_that_is_revoked_is_got_anew_once_and_a_write_is_sent_again() {
    let server = service(3600, |call| match call.token.ends_with('0') {
        true => refusal(401, &[], "ExpiredAuthenticationToken", "the token has expired"),
        false => ok(configuration("apps", "Succeeded")),
    });
    with_client(&server, async |azure| {
        let patch = gitops_core::azure::FluxConfigurationPatch::suspension(true);
        azure.update_flux_configuration(&cluster(), "apps", &patch).await.expect("changed");
    });
    assert_eq!(
        (sign_ins(&server), count(&server, "PATCH", "/apps"), count(&server, "GET", "/apps")),
        (2, 2, 1)
    );
}

#[test]
fn many_that_are_refused_at_once_share_the_next_token() {
    let server = service(3600, |call| match call.token.ends_with('0') {
        true => refusal(401, &[], "ExpiredAuthenticationToken", "expired"),
        false => ok(json!({"value": []})),
    });
    with_client(&server, async |azure| {
        let cluster = cluster();
        let list = || azure.flux_configurations(&cluster);
        let (first, second, third) = tokio::join!(list(), list(), list());
        assert!(first.is_ok() && second.is_ok() && third.is_ok());
    });
    assert_eq!(sign_ins(&server), 2);
}

#[test]
fn a_refused_credential_names_its_variable_and_nothing_else_is_tried() {
    let invalid = || {
        let words = "AADSTS7000222: The provided client secret keys are expired.\r\nTrace ID: 1";
        Reply::Json(
            401,
            json!({"error": "invalid_client", "error_codes": [7000222], "error_description": words}),
        )
    };
    let server = Server::start(move |_| invalid());
    let document = json!({"clientId": "c", "clientSecret": "hunter2", "tenantId": "t"}).to_string();
    let mut of_document = access(&server);
    of_document.credentials.service_principal = Some(Secret::new(document));
    for (access, name) in [(access(&server), "AZURE_CLIENT_SECRET"), (of_document, "AZURE_CREDENTIALS_SP")] {
        let before = server.calls().len();
        let error =
            with_client_of(&access, async |azure| azure.extensions(&cluster()).await.expect_err("refused"));
        let expected = format!(
            "Azure does not accept the credential from {name}: AADSTS7000222: The provided client secret keys are expired."
        );
        assert_eq!(error.to_string(), expected);
        assert_eq!((error.code(), error.exit()), ("AzureUnauthenticated", Exit::Denied));
        assert!(error.hint().is_some_and(|hint| hint.contains("az ad app credential list --id c")));
        assert_eq!(server.calls().len() - before, 1, "one POST");
    }
}

#[test]
fn a_refusal_in_whatever_words_is_a_refusal() {
    let description = |text: &str| json!({"error": "invalid_client", "error_description": text}).to_string();
    for (body, expected) in [
        (description("AADSTS1: no \"secret\". Trace ID: 1 Correlation ID: 2"), "AADSTS1: no \"secret\"."),
        (description("\r\nAADSTS2: ä\r\nTrace ID: 1"), "AADSTS2: ä"),
        (description(""), "invalid_client"),
        ("<html>no</html>".to_owned(), "status 400"),
        ("{\"error\":7}".to_owned(), "status 400"),
        ("[]".to_owned(), "status 400"),
        (String::new(), "status 400"),
    ] {
        let server = Server::start(move |_| Reply::Whole(400, Vec::new(), body.clone()));
        let error =
            with_client(&server, async |azure| azure.extensions(&cluster()).await.expect_err("refused"));
        let expected = format!("Azure does not accept the credential from AZURE_CLIENT_SECRET: {expected}");
        assert_eq!((error.to_string(), error.code()), (expected, "AzureUnauthenticated"));
    }
}

#[test]
fn an_authority_that_fails_is_told_as_such() {
    for (reply, code) in [
        ((|| Reply::Whole(503, Vec::new(), "<html>".to_owned())) as fn() -> Reply, "AzureSignInFailed"),
        (|| refusal(429, &[("retry-after", "9999")], "x", "slow down"), "AzureSignInFailed"),
        (|| Reply::Cut, "AzureUnreachable"),
        (|| Reply::Hang, "AzureUnreachable"),
        (|| token("", 3600), "AzureSignInFailed"),
        (|| token("two words", 3600), "AzureSignInFailed"),
        (|| Reply::Json(200, json!({})), "AzureSignInFailed"),
    ] {
        let server = Server::start(move |_| reply());
        let error =
            with_client(&server, async |azure| azure.extensions(&cluster()).await.expect_err("no token"));
        assert_eq!(error.code(), code, "{error}");
        assert!(error.hint().is_some(), "{error}");
    }
}

#[test]
fn a_federated_token_is_read_from_its_file() {
    let server = service(3600, |_| ok(json!({"value": []})));
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("token");
    let mut access = access(&server);
    access.credentials.client_secret = None;
    access.credentials.token_file = Some(file.clone());
    let error =
        with_client_of(&access, async |azure| azure.extensions(&cluster()).await.expect_err("no file"));
    assert!(error.to_string().contains("AZURE_FEDERATED_TOKEN_FILE"), "{error}");
    std::fs::write(&file, "federated-hunter2").expect("a file");
    with_client_of(&access, async |azure| azure.extensions(&cluster()).await.expect("a list"));
    let call = server.calls().into_iter().find(is_sign_in).expect("a sign-in");
    assert!(call.body.contains("client_assertion=federated-hunter2"), "{}", call.body);
}

/// A folder with an `az` that counts its runs, and what makes a client that asks it.
fn with_az(server: &Server, script: &str) -> (TestAccess, PathBuf) {
    let mut access = access(server);
    let folder = access.folder.path();
    let count = folder.join("runs");
    let az = folder.join("az");
    let text = format!("#!/bin/sh\necho \"$*\" >> {}\n{script}\n", count.display());
    std::fs::write(&az, text).expect("a file");
    std::fs::set_permissions(&az, std::fs::Permissions::from_mode(0o755)).expect("a program");
    let path = format!("{}:/usr/bin:/bin", folder.display());
    access.credentials = GivenCredentials { search_path: Some(path.into()), ..GivenCredentials::default() };
    (access, count)
}

fn runs(count: &Path) -> usize {
    std::fs::read_to_string(count).map(|text| text.lines().count()).unwrap_or_default()
}

#[test]
fn az_is_started_once_for_a_run_and_audience() {
    let server = Server::start(|_| ok(json!({"value": []})));
    let answer =
        json!({"accessToken": format!("{TOKEN}az"), "expires_on": 4_102_444_800_i64, "tokenType": "Bearer"});
    let (access, count) = with_az(&server, &format!("echo '{answer}'"));
    with_client_of(&access, async |azure| {
        let cluster = cluster();
        let list = || azure.flux_configurations(&cluster);
        let (first, second) = tokio::join!(list(), list());
        assert!(first.is_ok() && second.is_ok());
        azure.extensions(&cluster).await.expect("a list");
        assert_eq!(azure.credential_name(), "az");
    });
    assert_eq!(runs(&count), 1);
    assert!(server.calls().iter().all(|call| call.token == format!("{TOKEN}az")));
    let asked = std::fs::read_to_string(&count).expect("a run");
    assert!(asked.contains("account get-access-token") && asked.contains(&server.url()), "{asked}");
}

#[test]
fn az_that_gives_no_token_says_what_to_do() {
    let server = Server::start(|_| ok(json!({"value": []})));
    let quick = std::time::Duration::from_millis(300);
    for (script, limit, code, exit, words, hint) in [
        (
            "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1",
            None,
            "AzureUnauthenticated",
            Exit::Denied,
            "nobody is signed in",
            "az login",
        ),
        (
            "echo \"ERROR: AADSTS700082: The refresh token has expired due to inactivity.\" >&2; exit 1",
            None,
            "AzureUnauthenticated",
            Exit::Denied,
            "AADSTS700082",
            "az login",
        ),
        (
            "echo \"broken: hunter2hunter2 eyJhbGciOi.eyJh.c2ln\" >&2; exit 3",
            None,
            "AzureSignInFailed",
            Exit::Failed,
            "broken",
            "az account get-access-token",
        ),
        (
            "echo nonsense",
            None,
            "AzureSignInFailed",
            Exit::Failed,
            "the Azure CLI gave no token",
            "az account get-access-token",
        ),
        (
            "exit 127",
            None,
            "AzureCredentialAbsent",
            Exit::Denied,
            "az is not installed",
            "https://aka.ms/azure-cli",
        ),
        (
            "sleep 600",
            Some(quick),
            "AzureSignInFailed",
            Exit::Failed,
            "within",
            "az account get-access-token",
        ),
    ] {
        let (mut access, _) = with_az(&server, script);
        access.sign_in_limit = limit.unwrap_or(access.sign_in_limit);
        let error =
            with_client_of(&access, async |azure| azure.extensions(&cluster()).await.expect_err("no token"));
        assert_eq!((error.code(), error.exit()), (code, exit), "{error}");
        assert!(error.to_string().contains(words) && !error.to_string().contains("eyJ"), "{error}");
        assert!(error.hint().is_some_and(|given| given.contains(hint)), "{error}");
    }
    let nowhere = GivenCredentials { search_path: Some("/nowhere".into()), ..GivenCredentials::default() };
    let mut absent = access(&server);
    absent.credentials = nowhere;
    let error = with_client_of(&absent, async |azure| azure.extensions(&cluster()).await.expect_err("no az"));
    assert_eq!(error.code(), "AzureCredentialAbsent", "{error}");
    assert!(server.calls().is_empty());
}
