//! What must not be shown of what Azure, Entra ID and `az` say: secrets and tokens that they quote.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::model::{harmless, printable};
use crate::wire::Secret;

/// The secrets of one client. Clones share them.
#[derive(Clone, Debug, Default)]
pub(in crate::azure) struct Redaction(Arc<Mutex<Vec<Secret>>>);

impl Redaction {
    /// Keeps a secret from being shown.
    pub(in crate::azure) fn add(&self, secret: Secret) {
        let mut secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !secrets.iter().any(|known| known.expose() == secret.expose()) {
            secrets.push(secret);
        }
    }

    /// `text` without any of them, as it is or encoded for a URL or a document, and without anything that looks like a token.
    pub(in crate::azure) fn redact(&self, text: &str) -> String {
        let secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = secrets.iter().map(Secret::expose).filter(|secret| !secret.is_empty());
        let spellings = known.flat_map(|secret| {
            let encoded = percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC);
            // A private key has several lines, which what was made harmless already has as one.
            [secret.to_owned(), printable(secret), encoded.to_string(), BASE64.encode(secret)]
        });
        let text = spellings.fold(text.to_owned(), |text, secret| text.replace(&secret, "***"));
        harmless(&without_tokens(&text))
    }
}

/// How every JSON Web Token begins: `{"` in Base64.
const TOKEN_START: &str = "eyJ";

/// `text` with every JSON Web Token in it masked.
fn without_tokens(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(TOKEN_START) {
        let (before, after) = rest.split_at(start);
        let is_of_token = |c: char| c.is_ascii_alphanumeric() || "-_.=+/".contains(c);
        let end = after.find(|c| !is_of_token(c)).unwrap_or(after.len());
        safe.push_str(before);
        safe.push_str("***");
        rest = &after[end..];
    }
    safe.push_str(rest);
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_tokens_are_masked_wherever_they_stand() {
        let redaction = Redaction::default();
        redaction.clone().add(Secret::new("hun~ter2/+"));
        redaction.add(Secret::new(""));
        redaction.add(Secret::new("-----BEGIN KEY-----\nhunter3\n-----END KEY-----\n"));
        for (text, expected) in [
            ("the secret hun~ter2/+ is wrong", "the secret *** is wrong"),
            ("client_secret=hun%7Eter2%2F%2B&x", "client_secret=***&x"),
            ("key -----BEGIN KEY----- hunter3 -----END KEY----- is wrong", "key ***is wrong"),
            ("token eyJhbGciOi.eyJhdWQi.c2ln-_x, sent", "token ***, sent"),
            ("Bearer eyJ0eXAi", "Bearer ***"),
            ("nothing to hide", "nothing to hide"),
        ] {
            let redacted = redaction.redact(text);
            assert!(!redacted.contains("hun") && !redacted.contains("eyJ"), "{redacted}");
            assert_eq!(redacted, expected);
        }
        assert!(!format!("{redaction:?}").contains("hun"));
    }
}
