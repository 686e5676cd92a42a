//! Access tokens. Clients take them for what they are given; some look into them, so they have the form of JSON web
//! tokens and the claims of Entra's. They are signed with a key of this directory, and known one by one besides, so
//! that they can be taken back.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use ring::hmac;
use serde_json::{Value, json};

use super::principal::Principal;
use crate::azure::guid::guid;

/// How long a token is good when nothing else is said: what Entra gives out is told as one second less.
const LIFETIME: SignedDuration = SignedDuration::from_secs(3599);
/// How long a token is remembered after it has expired, so that it is told what is wrong with it.
const MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// Whom a token names, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenClaims {
    /// The application.
    pub(crate) client: String,
    /// Whom it is for: `https://management.azure.com`.
    pub(crate) audience: String,
    pub(crate) expires: Timestamp,
}

/// Why a token is not good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenProblem {
    /// There is none.
    Missing,
    /// Another scheme than `Bearer`.
    OtherScheme,
    /// It is none of this directory's, or was taken back.
    Invalid,
    Expired(Timestamp),
    /// It is for somebody else.
    Audience(String),
}

/// All tokens that were given out.
pub(super) struct AccessTokens {
    key: hmac::Key,
    by_text: BTreeMap<String, TokenClaims>,
    pub(super) lifetime: SignedDuration,
    count: u64,
}

/// Its keys are tokens.
impl std::fmt::Debug for AccessTokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "AccessTokens of {}", self.by_text.len())
    }
}

impl AccessTokens {
    /// None yet; `seed` is what the key is made of.
    pub(super) fn new(seed: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, seed.as_bytes());
        Self { key, by_text: BTreeMap::new(), lifetime: LIFETIME, count: 0 }
    }

    /// Gives one out.
    pub(super) fn issue(
        &mut self,
        principal: &Principal,
        (tenant, issuer): (&str, &str),
        audience: &str,
        now: Timestamp,
    ) -> String {
        self.by_text.retain(|_, claims| now <= claims.expires + MEMORY);
        self.count += 1;
        let expires = now + self.lifetime;
        let (client, object) = (&principal.client, &principal.object);
        let claims = json!({
            "aud": audience,
            "iss": issuer,
            "iat": now.as_second(),
            "nbf": now.as_second(),
            "exp": expires.as_second(),
            "appid": client,
            "appidacr": "1",
            "idp": issuer,
            "idtyp": "app",
            "oid": object,
            "sub": object,
            "tid": tenant,
            "uti": guid(&["token", client, &self.count.to_string()]),
            "ver": "1.0",
        });
        let header = json!({"typ": "JWT", "alg": "HS256", "kid": "lab"});
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = hmac::sign(&self.key, signed.as_bytes());
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()));
        let claims = TokenClaims { client: client.clone(), audience: audience.to_owned(), expires };
        self.by_text.insert(token.clone(), claims);
        token
    }

    /// What a token says, if it is one that was given out and not taken back.
    pub(super) fn claims(&self, token: &str) -> Option<&TokenClaims> {
        self.by_text.get(token)
    }

    /// Takes back all tokens of an application.
    pub(super) fn revoke(&mut self, client: &str) {
        self.by_text.retain(|_, claims| !claims.client.eq_ignore_ascii_case(client));
    }
}

fn part(document: &Value) -> String {
    URL_SAFE_NO_PAD.encode(document.to_string())
}
