//! A response of Resource Manager's or Resource Graph's, read to its end, and what its refusals mean.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use super::credentials::Redaction;
use super::error::AzureError;
use crate::model::harmless;
use crate::wire::retry;

/// Status, headers and body. It has no `Debug`: bodies hold what Azure keeps for a team alone.
pub(super) struct ArmResponse {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Method and path of the request, for errors.
    pub(super) request: String,
}

impl ArmResponse {
    /// The body as JSON.
    pub(super) fn json(&self) -> Result<Value, AzureError> {
        serde_json::from_slice(&self.body).map_err(|_| self.malformed())
    }

    /// A header that is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// How long Azure asks to be left alone.
    pub(super) fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        retry::retry_after(&self.headers, now)
    }

    /// The error for a response that does not have the shape that Azure documents.
    pub(super) fn malformed(&self) -> AzureError {
        AzureError::Malformed { request: self.request.clone() }
    }

    /// The error that a refusal means, for a credential of this name.
    pub(super) fn refusal(&self, credential: &str, redaction: &Redaction, now: Timestamp) -> AzureError {
        let request = self.request.clone();
        if retry::is_limited(self.status, &self.headers, &self.body) {
            let after = self.retry_after(now);
            let until = after.and_then(|after| now.checked_add(after).ok());
            return AzureError::Throttled { request, until };
        }
        let document: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let (code, message) = error_of(&document).unwrap_or_default();
        let message = if message.is_empty() { self.status.to_string() } else { redaction.redact(&message) };
        let credential = credential.to_owned();
        match self.status.as_u16() {
            401 => AzureError::Unauthenticated { request, message, credential },
            403 => AzureError::Forbidden { scope: scope(&request), request, message, credential },
            // That something is not there is Azure's to say, and not that of a proxy which has a page for it.
            404 | 410 if code.is_empty() => AzureError::Malformed { request },
            404 | 410 => AzureError::NotFound { request, message },
            409 if code.eq_ignore_ascii_case("MissingSubscriptionRegistration") => {
                unregistered(&request, &message).unwrap_or(AzureError::Conflict { request, message })
            }
            405 | 409 | 412 | 423 => AzureError::Conflict { request, message },
            400 | 413 | 422 => AzureError::Invalid { request, message },
            status => AzureError::Failed { request, status },
        }
    }
}

/// Code and message of Azure's form of an error, `{"error":{"code","message","details":[…]}}`, with its details; `None`
/// where a document has no such form.
pub(super) fn error_of(document: &Value) -> Option<(String, String)> {
    let error = Some(&document["error"]).filter(|error| error.is_object()).unwrap_or(document);
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let (code, mut message) = (text(error, "code"), text(error, "message"));
    if code.is_empty() && message.is_empty() {
        return None;
    }
    if message.is_empty() {
        message.clone_from(&code);
    }
    // Resource Graph says at the top how to reach support, and in the details what is wrong.
    if message.contains("Please provide below info when asking for support") {
        message.clear();
    }
    let mut details = Vec::new();
    add_details(&error["details"], &mut details, 0);
    details.retain(|detail| !message.contains(detail.as_str()));
    let parts = Some(message).filter(|message| !message.is_empty()).into_iter().chain(details);
    let message: Vec<String> = parts.collect();
    let message = if message.is_empty() { code.clone() } else { message.join("; ") };
    Some((code, harmless(&message)))
}

/// Details may have details of their own; deeper than this nothing was seen.
const MOST_LEVELS: usize = 4;

fn add_details(details: &Value, told: &mut Vec<String>, level: usize) {
    for detail in details.as_array().into_iter().flatten() {
        let message = detail["message"].as_str().filter(|message| !message.is_empty());
        let words = message.or(detail["code"].as_str()).unwrap_or_default();
        let at = [("line", "line"), ("characterPositionInLine", "character")];
        let at = at.iter().filter_map(|(key, word)| Some(format!("{word} {}", detail[key].as_u64()?)));
        let near = detail["token"].as_str().map(|token| format!("at {token:?}"));
        let place: Vec<String> = at.chain(near).collect();
        let place = if place.is_empty() { String::new() } else { format!(" ({})", place.join(", ")) };
        let sentence = format!("{words}{place}");
        if !words.is_empty() && !told.contains(&sentence) {
            told.push(sentence);
        }
        if level < MOST_LEVELS {
            add_details(&detail["details"], told, level + 1);
        }
    }
}

/// The resource group of what was asked for, or its subscription.
fn scope(request: &str) -> Option<String> {
    let (_, path) = request.split_once(' ')?;
    let words: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let is = |at: usize, word: &str| words.get(at).is_some_and(|found| found.eq_ignore_ascii_case(word));
    let count = match () {
        () if is(0, "subscriptions") && is(2, "resourceGroups") && words.len() >= 4 => 4,
        () if is(0, "subscriptions") && words.len() >= 2 => 2,
        () => return None,
    };
    Some(format!("/{}", words[..count].join("/")))
}

/// What `MissingSubscriptionRegistration` means: "The subscription is not registered to use namespace 'X'."
fn unregistered(request: &str, message: &str) -> Option<AzureError> {
    let provider = message.split('\'').nth(1)?;
    let subscription = request.split('/').nth(2)?;
    Some(AzureError::Unregistered {
        provider: provider.to_owned(),
        subscription: subscription.to_owned(),
        state: "NotRegistered".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_says_what_is_wrong_and_not_how_to_reach_support() {
        let support = "Please provide below info when asking for support: timestamp = 1, correlationId = 2.";
        for (document, expected) in [
            (json!({"error": {"code": "ResourceNotFound", "message": "nothing there"}}), "nothing there"),
            (json!({"code": "AuthorizationFailed", "message": "no"}), "no"),
            (json!({"error": {"code": "Conflict"}}), "Conflict"),
            (
                json!({"error": {"code": "BadRequest", "message": support, "details": [
                    {"code": "InvalidQuery", "message": "Query is invalid."},
                    {"code": "ParserFailure", "message": "ParserFailure", "line": 1, "characterPositionInLine": 11, "token": "<EOF>"},
                ]}}),
                "Query is invalid.; ParserFailure (line 1, character 11, at \"<EOF>\")",
            ),
            (json!({"error": {"code": "BadRequest", "message": support}}), "BadRequest"),
            (
                json!({"error": {"code": "Failed", "message": "it failed", "details": [
                    {"code": "Inner", "message": "because", "details": [{"code": "Innermost", "message": "of this"}]},
                ]}}),
                "it failed; because; of this",
            ),
        ] {
            assert_eq!(error_of(&document).map(|(_, message)| message).as_deref(), Some(expected));
        }
        for document in [json!(null), json!({}), json!([]), json!({"error": "no"}), json!("no")] {
            assert_eq!(error_of(&document), None, "{document}");
        }
    }

    #[test]
    fn the_scope_for_a_role_is_the_narrowest_that_is_sure() {
        for (request, expected) in [
            (
                "GET /subscriptions/s/resourceGroups/g/providers/x/y/z",
                Some("/subscriptions/s/resourceGroups/g"),
            ),
            ("GET /subscriptions/s/providers/Microsoft.X", Some("/subscriptions/s")),
            ("POST /providers/Microsoft.ResourceGraph/resources", None),
        ] {
            assert_eq!(scope(request).as_deref(), expected);
        }
    }
}
