//! Signing in: what proves who somebody is, what a token is good for, and how Entra refuses.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use kubectl_gitops_lab::AzureRole;
use serde_json::{Value, json};

use super::super::client::{Answer, Client};
use super::scene::{SUBSCRIPTION, Scene};

const TENANT: &str = "22222222-2222-4222-8222-222222222222";
const ROBOT: &str = "44444444-4444-4444-8444-444444444444";
const SECRET: &str = "s3cret~of=the+robot&";
const ASSERTION: &str = "eyJh.eyJz.c2ln";
const SCOPE: &str = "https://management.azure.com/.default";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async fn scene() -> Scene {
    let scene = Scene::set().await;
    scene.lab.with_azure(|azure, _| {
        azure.add_principal(ROBOT, SECRET, AzureRole::Reader, SUBSCRIPTION);
        azure.trust_assertion(ROBOT, ASSERTION);
    });
    scene
}

fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<_> =
        fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

async fn post(scene: &Scene, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut client = Client::new(scene.lab.authority(), scene.lab.azure_url(), "");
    client.token = None;
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let headers: Vec<_> = form.iter().chain(headers).copied().collect();
    client.send_with("POST", path, &headers, body.as_bytes()).await.whole().await
}

fn v2(tenant: &str) -> String {
    format!("/{tenant}/oauth2/v2.0/token")
}

#[tokio::test]
async fn an_application_signs_in_however_it_proves_itself() {
    let scene = scene().await;
    let (id, secret, grant) =
        (("client_id", ROBOT), ("client_secret", SECRET), ("grant_type", "client_credentials"));
    let scope = ("scope", SCOPE);
    let by_assertion =
        [id, grant, scope, ("client_assertion_type", ASSERTION_TYPE), ("client_assertion", ASSERTION)];
    let basic = format!("Basic {}", STANDARD.encode(format!("{ROBOT}:{}", encoded(SECRET))));
    let authorization = [("Authorization", basic.as_str())];
    let old = ("resource", "https://management.core.windows.net/");
    let old_path = format!("/{TENANT}/oauth2/token");
    let upper = v2(&TENANT.to_uppercase());
    for (what, path, headers, fields) in [
        ("secret", v2(TENANT), [].as_slice(), [id, secret, grant, scope].as_slice()),
        ("in any case", upper, &[], &[("client_id", ROBOT), secret, grant, scope]),
        ("assertion", v2(TENANT), &[], &by_assertion),
        ("basic", v2(TENANT), &authorization, &[grant, scope]),
        ("the older endpoint", old_path, &[], &[id, secret, grant, old]),
    ] {
        let answer = post(&scene, &path, headers, &form(fields)).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.text);
        assert_eq!(answer.headers["cache-control"], "no-store, no-cache", "{what}");
        let told = answer.json();
        let expires = &told["expires_in"];
        assert!(*expires == 3599 || *expires == "3599", "{what}: {expires}");
        let token = told["access_token"].as_str().unwrap();
        let claims = token.split('.').nth(1).unwrap();
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
        assert_eq!((&claims["appid"], &claims["tid"]), (&json!(ROBOT), &json!(TENANT)), "{what}");
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3599, "{what}");
        let target = format!("{SUBSCRIPTION}?api-version=2022-12-01");
        let seen = scene.ask_with(token, "GET", &target, &Value::Null).await;
        assert_eq!(seen.status, 200, "{what}");
    }
}

#[tokio::test]
async fn a_refusal_is_worded_and_numbered_as_entras() {
    let scene = scene().await;
    let (id, secret, grant, scope) = (
        ("client_id", ROBOT),
        ("client_secret", SECRET),
        ("grant_type", "client_credentials"),
        ("scope", SCOPE),
    );
    let assertion = |text: &'static str, kind: &'static str| {
        vec![id, grant, scope, ("client_assertion_type", kind), ("client_assertion", text)]
    };
    let nobody = "55555555-5555-4555-8555-555555555555";
    for (tenant, fields, status, error, code) in [
        (nobody, vec![id, secret, grant, scope], 400, "invalid_request", 90002),
        ("common", vec![id, secret, grant, scope], 400, "invalid_request", 50059),
        (TENANT, vec![secret, grant, scope], 400, "invalid_request", 900_144),
        (TENANT, vec![id, secret, scope], 400, "invalid_request", 900_144),
        (TENANT, vec![id, secret, grant], 400, "invalid_request", 900_144),
        (TENANT, vec![id, secret, scope, ("grant_type", "password")], 400, "unsupported_grant_type", 70003),
        (TENANT, vec![("client_id", nobody), secret, grant, scope], 400, "unauthorized_client", 700_016),
        (TENANT, vec![id, grant, scope], 401, "invalid_client", 7_000_218),
        (TENANT, vec![id, ("client_secret", "guess"), grant, scope], 401, "invalid_client", 7_000_215),
        (TENANT, assertion("a.b.c", ASSERTION_TYPE), 400, "invalid_request", 70021),
        (TENANT, assertion("abc", ASSERTION_TYPE), 400, "invalid_request", 50027),
        (TENANT, assertion(ASSERTION, "saml"), 400, "invalid_request", 7_000_014),
        (
            TENANT,
            vec![id, secret, grant, ("scope", "https://management.azure.com/")],
            400,
            "invalid_scope",
            1_002_012,
        ),
        (
            TENANT,
            vec![id, secret, grant, ("scope", "https://elsewhere.example/.default")],
            400,
            "invalid_resource",
            500_011,
        ),
    ] {
        let answer = post(&scene, &v2(tenant), &[], &form(&fields)).await;
        let told = answer.json();
        assert_eq!((answer.status, told["error"].as_str().unwrap()), (status, error), "{told}");
        assert_eq!(told["error_codes"], json!([code]), "{told}");
        let description = told["error_description"].as_str().unwrap();
        assert!(description.starts_with(&format!("AADSTS{code}: ")), "{description}");
        for field in ["trace_id", "correlation_id", "timestamp"] {
            assert!(description.contains(told[field].as_str().unwrap()), "{field}: {description}");
        }
        assert!(!answer.text.contains(SECRET) && !answer.text.contains("guess"), "{}", answer.text);
    }
    let not_a_form = scene.ask_with("", "POST", &v2(TENANT), &json!({"client_id": ROBOT})).await;
    assert_eq!((not_a_form.status, not_a_form.json()["error_codes"][0].as_i64()), (400, Some(900_561)));
    scene.lab.with_azure(|azure, _| azure.expire_secrets(ROBOT));
    let expired = post(&scene, &v2(TENANT), &[], &form(&[id, secret, grant, scope])).await;
    assert_eq!((expired.status, expired.json()["error_codes"][0].as_i64()), (401, Some(7_000_222)));
}

#[tokio::test]
async fn a_token_is_good_for_its_time_and_its_audience() {
    let scene = scene().await;
    let target = format!("{SUBSCRIPTION}?api-version=2022-12-01");
    let refused = async |token: &str| {
        let answer = scene.ask_with(token, "GET", &target, &Value::Null).await;
        let challenge = answer.headers.get("www-authenticate").cloned().unwrap_or_default();
        let code = serde_json::from_str(&answer.text).unwrap_or(Value::Null);
        (answer.status, code["error"]["code"].as_str().unwrap_or_default().to_owned(), challenge)
    };
    let (status, code, challenge) = refused("").await;
    assert_eq!((status, code.as_str()), (401, "AuthenticationFailed"));
    let authority = format!("Bearer authorization_uri=\"{}/{TENANT}\"", scene.lab.azure_url());
    assert!(challenge.starts_with(&authority), "{challenge}");
    assert_eq!(refused("guess").await.1, "InvalidAuthenticationToken");
    scene.lab.with_azure(|azure, _| azure.set_token_lifetime(jiff::SignedDuration::from_secs(60)));
    let token = scene.lab.with_azure(|azure, now| azure.token(ROBOT, now));
    scene.step(59);
    assert_eq!(refused(&token).await.0, 200);
    scene.step(1);
    let (status, code, _) = refused(&token).await;
    assert_eq!((status, code.as_str()), (401, "ExpiredAuthenticationToken"));
    let token = scene.lab.with_azure(|azure, now| azure.token(ROBOT, now));
    scene.lab.with_azure(|azure, _| azure.revoke_tokens(ROBOT));
    assert_eq!(refused(&token).await.1, "InvalidAuthenticationToken");
    let fields = [
        ("client_id", ROBOT),
        ("client_secret", SECRET),
        ("grant_type", "client_credentials"),
        ("scope", "https://vault.azure.net/.default"),
    ];
    let elsewhere = post(&scene, &v2(TENANT), &[], &form(&fields)).await.json();
    let elsewhere = elsewhere["access_token"].as_str().unwrap();
    assert_eq!(refused(elsewhere).await.1, "InvalidAuthenticationTokenAudience");
    let mut tampered = token.clone().into_bytes();
    *tampered.last_mut().unwrap() ^= 1;
    assert_eq!(refused(&String::from_utf8(tampered).unwrap()).await.0, 401);
}

#[tokio::test]
async fn discovery_leads_back_to_the_lab() {
    let scene = scene().await;
    let url = scene.lab.azure_url();
    for target in [
        format!("/{TENANT}/v2.0/.well-known/openid-configuration"),
        format!("/{TENANT}/.well-known/openid-configuration"),
        "/common/v2.0/.well-known/openid-configuration".to_owned(),
    ] {
        let told = scene.ask_with("", "GET", &target, &Value::Null).await;
        assert_eq!(told.status, 200, "{target}: {}", told.text);
        for (field, value) in told.json().as_object().unwrap() {
            if field.ends_with("_endpoint") || field == "jwks_uri" {
                assert!(value.as_str().unwrap().starts_with(url), "{target}: {field} is {value}");
            }
        }
    }
    let unknown = scene.ask_with("", "GET", "/nobody/v2.0/.well-known/openid-configuration", &Value::Null);
    assert_eq!(unknown.await.json()["error_codes"], json!([90002]));
    let instance = "/common/discovery/instance?api-version=1.1&authorization_endpoint=x";
    let instance = scene.ask_with("", "GET", instance, &Value::Null).await.json();
    let host = url.trim_start_matches("https://");
    assert_eq!(instance["metadata"][0]["aliases"], json!([host]));
    assert!(instance["tenant_discovery_endpoint"].as_str().unwrap().starts_with(url));
    let keys = scene.ask_with("", "GET", &format!("/{TENANT}/discovery/v2.0/keys"), &Value::Null).await;
    assert_eq!(keys.json(), json!({"keys": []}));
}

#[tokio::test]
async fn the_journal_tells_who_asked_and_no_secret() {
    let scene = scene().await;
    scene.lab.clear_journal();
    let fields = [
        ("client_id", ROBOT),
        ("client_secret", SECRET),
        ("grant_type", "client_credentials"),
        ("scope", SCOPE),
    ];
    let path = format!("{}?client_secret={}", v2(TENANT), encoded(SECRET));
    let token = post(&scene, &path, &[], &form(&fields)).await.json();
    let token = token["access_token"].as_str().unwrap();
    scene.ask_with(token, "GET", "/subscriptions?api-version=2022-12-01", &Value::Null).await;
    scene.ask_with("", "GET", "/subscriptions?api-version=2022-12-01", &Value::Null).await;
    let journal = scene.lab.journal();
    let told: Vec<_> = journal["requests"].as_array().unwrap().iter().map(|entry| &entry["actor"]).collect();
    assert_eq!(told, [&json!(ROBOT), &json!(ROBOT), &Value::Null]);
    let text = journal.to_string();
    for secret in [SECRET, &encoded(SECRET), token] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(text.contains(&v2(TENANT)), "{text}");
}
