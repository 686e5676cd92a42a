//! The one `auth-provider` that kubectl still knows: `oidc`. Its identity token is used while it is valid.
//!
//! Renewing it needs a client of the issuer's, and kubectl writes the renewed token into the kubeconfig anyway; so
//! an expired one is left to kubectl.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use kube::config::AuthProviderConfig;
use serde_json::Value;

use super::error::CredentialsError;

/// The token of a provider, where it is one that kubectl takes and it is valid at `now`.
pub(super) fn token(provider: &AuthProviderConfig, now: Timestamp) -> Result<&str, CredentialsError> {
    if provider.name != "oidc" {
        return Err(CredentialsError::AuthProvider { name: provider.name.clone() });
    }
    let token = provider.config.get("id-token").map(String::as_str).filter(|token| is_valid(token, now));
    token.ok_or(CredentialsError::IdentityTokenExpired)
}

/// As client-go, with ten seconds to spare.
fn is_valid(token: &str, now: Timestamp) -> bool {
    let claims = token.split('.').nth(1).and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok());
    let claims: Value = claims.and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default();
    claims["exp"].as_f64().is_some_and(|expiry| now.as_second() as f64 + 10.0 < expiry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_token_counts_while_it_is_valid() {
        let now = Timestamp::from_second(1_000).expect("a time");
        let signed =
            |expiry: u32| format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(format!("{{\"exp\":{expiry}}}")));
        let provider = |name: &str, token: String| AuthProviderConfig {
            name: name.into(),
            config: [("id-token".to_owned(), token)].into(),
            ..AuthProviderConfig::default()
        };
        assert!(token(&provider("oidc", signed(1_011)), now).is_ok());
        for expired in [signed(1_010), "e30".to_owned(), String::new()] {
            assert_eq!(token(&provider("oidc", expired), now), Err(CredentialsError::IdentityTokenExpired));
        }
        let removed = token(&provider("gcp", signed(2_000)), now).expect_err("refused").to_string();
        assert_eq!(removed, "no Auth Provider found for name \"gcp\"");
    }
}
