//! What the secret of a GitRepository says about who asks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::flux::client::{ApiClient, ObjectId};
use crate::flux::object::ReconciledObject;
use crate::flux::remote::Credential;

/// The credential and the certificate authority to trust, or why there are none.
pub(super) fn read(
    subject: &ReconciledObject,
    api: &mut ApiClient<'_>,
) -> Result<(Credential, Option<String>), String> {
    let url = subject.spec("url").as_str().unwrap_or_default();
    let Some(name) = subject.spec("secretRef")["name"].as_str() else {
        return Ok((Credential::Anonymous, None));
    };
    let namespace = &subject.id.namespace;
    let secret = api.get(&ObjectId::new("v1", "Secret", namespace, name)).map_err(|refused| {
        let told = format!("failed to get secret '{namespace}/{name}'");
        format!("{told}: {told}: {}", refused.message)
    })?;
    let data = |key: &str| text(&secret["data"][key]);
    let authority = data("ca.crt").or_else(|| data("caFile"));
    if let Some(token) = data("bearerToken") {
        return Ok((Credential::Bearer(token), authority));
    }
    let credential = match (data("username"), data("password")) {
        (None, Some(_)) => {
            let scheme = url.split("://").next().unwrap_or_default();
            return Err(format!(
                "failed to configure authentication options: invalid '{scheme}' auth option: 'password' requires \
                 'username' to be set"
            ));
        }
        (None, None) => Credential::Anonymous,
        (Some(username), password) => Credential::Basic { username, password: password.unwrap_or_default() },
    };
    Ok((credential, authority))
}

fn text(value: &Value) -> Option<String> {
    let bytes = STANDARD.decode(value.as_str()?).ok()?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (!text.is_empty()).then_some(text)
}
