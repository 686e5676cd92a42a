//! What a credential plugin printed, read as client-go reads it. None of it is quoted in an error.

use jiff::Timestamp;
use serde::Deserialize;

use super::source::{Credential, bearer};
use crate::kubernetes::tls::ClientCertificate;
use crate::wire::Secret;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExecCredential {
    api_version: String,
    kind: String,
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Status {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
    expiration_timestamp: Option<Timestamp>,
}

/// The credentials in an answer, or what is wrong with it.
pub(super) fn read(printed: &[u8], api_version: &str) -> Result<Credential, String> {
    let text = std::str::from_utf8(printed).map_err(|_| "prints no text")?;
    let answer: ExecCredential = serde_json::from_str(text)
        .ok()
        .or_else(|| serde_saphyr::from_str(text).ok())
        .ok_or("prints no ExecCredential")?;
    if answer.kind != "ExecCredential" {
        return Err("prints no ExecCredential".to_owned());
    }
    if answer.api_version != api_version {
        return Err(format!("answers in another version than {api_version}"));
    }
    let status = answer.status.ok_or("gives no status field")?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let token = given(status.token).map(Secret::new);
    let certificate = match (given(status.client_certificate_data), given(status.client_key_data)) {
        (Some(chain), Some(key)) => {
            Some(ClientCertificate { chain: chain.into_bytes(), key: Secret::new(key) })
        }
        (None, None) => None,
        _ => return Err("gives only a certificate or a key, not both".to_owned()),
    };
    if token.is_none() && certificate.is_none() {
        return Err("gives neither a token nor a certificate".to_owned());
    }
    let authorization = token.as_ref().map(bearer).transpose();
    let authorization = authorization.map_err(|_| "gives a token that no header can hold")?;
    Ok(Credential { authorization, certificate, expiry: status.expiration_timestamp })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const VERSION: &str = "client.authentication.k8s.io/v1";

    fn read_status(status: Value) -> Result<Credential, String> {
        let answer = json!({ "apiVersion": VERSION, "kind": "ExecCredential", "status": status });
        read(answer.to_string().as_bytes(), VERSION)
    }

    #[test]
    fn a_token_a_certificate_or_both_are_credentials() {
        let token = read_status(json!({ "token": "hunter2", "expirationTimestamp": "2026-01-01T00:00:00Z" }));
        let token = token.expect("credentials");
        assert_eq!(token.authorization.as_ref().map(|value| value.as_bytes()), Some(&b"Bearer hunter2"[..]));
        assert_eq!(token.expiry, "2026-01-01T00:00:00Z".parse().ok());
        let both = json!({ "token": "t", "clientCertificateData": "c", "clientKeyData": "hunter3" });
        let both = read_status(both).expect("credentials");
        assert!(both.certificate.is_some() && both.authorization.is_some() && both.expiry.is_none());
        assert!(!format!("{token:?}{both:?}").contains("hunter"), "{both:?}");
        let yaml = format!("apiVersion: {VERSION}\nkind: ExecCredential\nstatus: {{token: t}}\n");
        assert!(read(yaml.as_bytes(), VERSION).is_ok());
    }

    #[test]
    fn what_gives_no_credentials_is_named_and_not_quoted() {
        let wrong_version = json!({ "apiVersion": "client.authentication.k8s.io/v1beta1", "kind": "ExecCredential", "status": { "token": "hunter" } });
        let wrong_kind = json!({ "apiVersion": VERSION, "kind": "Secret", "status": { "token": "hunter" } });
        for (printed, reason) in [
            ("hunter".to_owned(), "prints no ExecCredential"),
            ("hunter: [".to_owned(), "prints no ExecCredential"),
            (String::new(), "prints no ExecCredential"),
            (wrong_kind.to_string(), "prints no ExecCredential"),
            (wrong_version.to_string(), "answers in another version than client.authentication.k8s.io/v1"),
        ] {
            assert_eq!(read(printed.as_bytes(), VERSION).expect_err("refused"), reason);
        }
        for (status, reason) in [
            (Value::Null, "gives no status field"),
            (json!({}), "gives neither a token nor a certificate"),
            (json!({ "token": "" }), "gives neither a token nor a certificate"),
            (json!({ "clientKeyData": "hunter" }), "gives only a certificate or a key, not both"),
            (json!({ "token": "hunter\n" }), "gives a token that no header can hold"),
            (json!({ "token": "hunter", "expirationTimestamp": "soon" }), "prints no ExecCredential"),
        ] {
            assert_eq!(read_status(status.clone()).expect_err("refused"), reason, "{status}");
        }
    }
}
