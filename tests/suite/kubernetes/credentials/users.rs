//! Tokens, passwords, and what has been removed from kubectl.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::case::{Case, SECRET, TOKEN, run_both};

#[test]
fn tokens_and_passwords() {
    run_both(&[
        Case::gets_in("a token", json!({ "token": TOKEN })),
        Case::stays_out("another token", json!({ "token": SECRET }), "not authenticated at"),
        Case::gets_in("a token in a file", json!({ "tokenFile": "[HOME]/token" }))
            .file("token", format!("  {TOKEN}\n")),
        Case::gets_in("a token in a file beside the kubeconfig", json!({ "tokenFile": "sub/token" }))
            .file("sub/token", TOKEN),
        Case::stays_out(
            "a token file that is not there",
            json!({ "tokenFile": "[HOME]/token" }),
            "its tokenFile",
        ),
        Case::stays_out("an empty token file", json!({ "tokenFile": "[HOME]/token" }), "its tokenFile")
            .file("token", "\n"),
        Case::gets_in("a file and a token", json!({ "token": SECRET, "tokenFile": "[HOME]/token" }))
            .file("token", TOKEN),
        Case::gets_in("a token and no file", json!({ "token": TOKEN, "tokenFile": "[HOME]/token" })),
        Case::gets_in("a password", json!({ "username": "jane", "password": SECRET })),
        Case::stays_out(
            "another password",
            json!({ "username": "jane", "password": "p" }),
            "not authenticated",
        ),
        Case::stays_out(
            "a token and a password",
            json!({ "token": TOKEN, "username": "jane", "password": SECRET }),
            "has both a token and a password",
        ),
        Case::stays_out(
            "a certificate without a key",
            json!({ "token": TOKEN, "client-certificate-data": "eA==" }),
            "has a client certificate without a key",
        ),
        Case::stays_out(
            "a key that is no base64",
            json!({ "client-certificate-data": "eA==", "client-key-data": "%" }),
            "client-key-data is not base64",
        ),
        Case::stays_out(
            "groups without a user",
            json!({ "token": TOKEN, "as-groups": ["g"] }),
            "as-groups or as-user-extra without as",
        ),
    ]);
}

#[test]
fn providers_that_kubectl_has_removed() {
    let identity = |expiry: u64| {
        let claims = URL_SAFE_NO_PAD.encode(json!({ "exp": expiry }).to_string());
        format!("e30.{claims}.{SECRET}")
    };
    let oidc = |token: String| {
        let config = json!({ "id-token": token, "idp-issuer-url": "https://127.0.0.1:9", "client-id": "c" });
        json!({ "auth-provider": { "name": "oidc", "config": config } })
    };
    let provider =
        |name: &str| json!({ "auth-provider": { "name": name, "config": { "access-token": TOKEN } } });
    run_both(&[
        Case::stays_out("gcp", provider("gcp"), "no Auth Provider found for name \"gcp\""),
        Case::stays_out("azure", provider("azure"), "no Auth Provider found for name \"azure\""),
        Case::stays_out("unheard of", provider("x"), "no Auth Provider found for name \"x\""),
        Case::stays_out("an expired identity", oidc(identity(1)), "its id-token has expired"),
        Case::stays_out(
            "an identity of another server",
            oidc(identity(99_999_999_999)),
            "not authenticated at",
        ),
    ]);
}
