//! Secrets as a server takes them: bytes in base64, and the keys that each type promises to its readers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::byte_strings;
use super::config_map::{check_immutable, check_key, fields, sizes, too_large};
use crate::kubernetes::refusals::Cause;
use crate::kubernetes::requests::body::json_error;

/// The account whose token a secret is to hold.
const ACCOUNT: &str = "kubernetes.io/service-account.name";
/// What errors show instead of a value.
const REDACTED: &str = "\"<secret contents redacted>\"";

/// Keeps bytes as a server writes them, and encodes what is given as text.
pub(super) fn encode(secret: &mut Value) {
    if let Some(data) = secret["data"].as_object_mut() {
        for value in data.values_mut() {
            if let Some(Ok(bytes)) = value.as_str().map(byte_strings::decode) {
                *value = json!(STANDARD.encode(bytes));
            }
        }
    }
    let texts = secret.as_object_mut().and_then(|fields| fields.remove("stringData"));
    for (name, text) in texts.iter().filter_map(Value::as_object).flatten() {
        let text = text.as_str().unwrap_or_default();
        secret["data"][name] = json!(STANDARD.encode(text));
    }
}

/// What is wrong with the content of a secret.
pub(super) fn check(secret: &Value) -> Vec<Cause> {
    let data = fields(&secret["data"]);
    let mut causes: Vec<Cause> = data.keys().flat_map(|key| check_key("data", key)).collect();
    causes.extend(too_large("data", sizes(&data)));
    let is_missing = |key: &&str| !data.contains_key(*key);
    let required = |key: &str| Cause::required(format!("data[{key}]"));
    match secret["type"].as_str().unwrap_or_default() {
        "kubernetes.io/service-account-token" => {
            let account = secret["metadata"]["annotations"][ACCOUNT].as_str().unwrap_or_default();
            if account.is_empty() {
                causes.push(Cause::required(format!("metadata.annotations[{ACCOUNT}]")));
            }
        }
        "kubernetes.io/dockercfg" => causes.extend(check_document(secret, ".dockercfg")),
        "kubernetes.io/dockerconfigjson" => causes.extend(check_document(secret, ".dockerconfigjson")),
        "kubernetes.io/basic-auth" => {
            // Either of them will do.
            let keys = ["username", "password"];
            if keys.iter().all(is_missing) {
                causes.extend(keys.map(required));
            }
        }
        "kubernetes.io/ssh-auth" => {
            let key = data.get("ssh-privatekey").and_then(Value::as_str).unwrap_or_default();
            causes.extend(key.is_empty().then(|| required("ssh-privatekey")));
        }
        "kubernetes.io/tls" => {
            causes.extend(["tls.crt", "tls.key"].into_iter().filter(is_missing).map(required));
        }
        _ => {}
    }
    causes
}

/// What a secret may not become.
pub(super) fn check_update(before: &Value, secret: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    if before["type"] != secret["type"] {
        causes.push(Cause::invalid("type", format!("{}: field is immutable", secret["type"])));
    }
    causes.extend(check_immutable(before, secret, &["data"]));
    causes
}

/// What is wrong with a value that is to be a JSON object.
fn check_document(secret: &Value, key: &str) -> Option<Cause> {
    let field = format!("data[{key}]");
    let Some(text) = secret["data"][key].as_str() else { return Some(Cause::required(field)) };
    let bytes = byte_strings::decode(text).unwrap_or_default();
    let why = match serde_json::from_slice::<Value>(&bytes) {
        Ok(Value::Object(_) | Value::Null) => return None,
        Ok(other) => {
            let kind = match other {
                Value::Array(_) => "array",
                Value::String(_) => "string",
                Value::Bool(_) => "bool",
                _ => "number",
            };
            format!("json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}")
        }
        Err(error) => json_error(&error, &bytes),
    };
    Some(Cause::invalid(field, format!("{REDACTED}: {why}")))
}

#[cfg(test)]
mod tests {
    use http::Method;
    use http::header::CONTENT_TYPE;
    use serde_json::{Value, json};

    use super::{check, check_update, encode};
    use crate::kubernetes::testing::{answer, cluster, request, send};

    const SECRETS: &str = "/api/v1/namespaces/default/secrets";

    fn told(kind: &str, data: Value) -> Vec<String> {
        let secret = json!({"type": kind, "data": data});
        check(&secret).iter().map(|cause| format!("{}: {}", cause.field, cause.message)).collect()
    }

    #[test]
    fn each_type_has_the_keys_that_it_promises() {
        let object = "e30=";
        for (kind, data, expected) in [
            ("Opaque", json!({}), &[][..]),
            ("example.com/own", json!({"a": ""}), &[]),
            ("kubernetes.io/dockerconfigjson", json!({".dockerconfigjson": object}), &[]),
            (
                "kubernetes.io/dockerconfigjson",
                json!({"config.json": object}),
                &["data[.dockerconfigjson]: Required value"],
            ),
            (
                "kubernetes.io/dockerconfigjson",
                json!({".dockerconfigjson": ""}),
                &[
                    "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": unexpected end of JSON \
                   input",
                ],
            ),
            (
                "kubernetes.io/dockercfg",
                json!({".dockercfg": "W10="}),
                &[
                    "data[.dockercfg]: Invalid value: \"<secret contents redacted>\": json: cannot unmarshal array into \
                   Go value of type map[string]interface {}",
                ],
            ),
            ("kubernetes.io/basic-auth", json!({"username": ""}), &[]),
            (
                "kubernetes.io/basic-auth",
                json!({"token": "eA=="}),
                &["data[username]: Required value", "data[password]: Required value"],
            ),
            (
                "kubernetes.io/ssh-auth",
                json!({"ssh-privatekey": ""}),
                &["data[ssh-privatekey]: Required value"],
            ),
            ("kubernetes.io/tls", json!({"tls.crt": ""}), &["data[tls.key]: Required value"]),
            (
                "kubernetes.io/service-account-token",
                json!({}),
                &["metadata.annotations[kubernetes.io/service-account.name]: Required value"],
            ),
        ] {
            assert_eq!(told(kind, data.clone()), expected, "{kind} {data}");
        }
    }

    #[test]
    fn a_secret_keeps_its_type() {
        let causes = check_update(&json!({"type": "Opaque"}), &json!({"type": "kubernetes.io/tls"}));
        let told: Vec<String> =
            causes.iter().map(|cause| format!("{}: {}", cause.field, cause.message)).collect();
        assert_eq!(told, ["type: Invalid value: \"kubernetes.io/tls\": field is immutable"]);
    }

    #[test]
    fn texts_win_over_bytes_and_bytes_lose_their_line_ends() {
        let mut secret = json!({"data": {"a": "eA==\n", "b": "eA=="}, "stringData": {"b": "y"}});
        encode(&mut secret);
        assert_eq!(secret, json!({"data": {"a": "eA==", "b": "eQ=="}}));
    }

    #[test]
    fn what_is_no_base64_is_refused_in_the_words_of_go() {
        let mut cluster = cluster();
        let secret = |text: &str| json!({"metadata": {"name": "s"}, "data": {"a": text}});
        let (code, refused) = send(&mut cluster, Method::POST, SECRETS, &secret("pass word"));
        assert_eq!(code, 400);
        assert_eq!(
            refused["message"],
            "Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte 4"
        );
        assert_eq!(send(&mut cluster, Method::POST, SECRETS, &secret("eA==")).0, 201);
        for (media, told) in [
            (
                "application/strategic-merge-patch+json",
                "patch: Invalid value: \"map[data:map[a:pass word]]\": error decoding from json: illegal base64 data \
                 at input byte 4",
            ),
            ("application/merge-patch+json", "}\": illegal base64 data at input byte 4"),
        ] {
            let patch = json!({"data": {"a": "pass word"}});
            let request = request(Method::PATCH, &format!("{SECRETS}/s"), &patch);
            let request = request.with_header(CONTENT_TYPE, media);
            let (code, refused) = answer(&mut cluster, &request);
            let message = refused["message"].as_str().unwrap();
            assert_eq!(code, 422, "{media}");
            assert!(message.starts_with(" \"\" is invalid: patch: ") && message.ends_with(told), "{message}");
        }
    }

    #[test]
    fn a_secret_without_its_keys_is_neither_made_nor_updated() {
        let mut cluster = cluster();
        let secret = |data: Value| json!({"metadata": {"name": "s"}, "type": "kubernetes.io/dockerconfigjson", "data": data});
        let (code, refused) = send(&mut cluster, Method::POST, SECRETS, &secret(json!({})));
        assert_eq!(code, 422);
        assert_eq!(refused["message"], "Secret \"s\" is invalid: data[.dockerconfigjson]: Required value");
        let well = secret(json!({".dockerconfigjson": "e30="}));
        assert_eq!(send(&mut cluster, Method::POST, SECRETS, &well).0, 201);
        let other = json!({"metadata": {"name": "s"}, "data": {"a": "eA=="}});
        let (code, refused) = send(&mut cluster, Method::PUT, &format!("{SECRETS}/s"), &other);
        assert_eq!(code, 422);
        assert_eq!(
            refused["message"],
            "Secret \"s\" is invalid: type: Invalid value: \"Opaque\": field is immutable"
        );
    }
}
