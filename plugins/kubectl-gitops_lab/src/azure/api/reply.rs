//! Answers with all that Resource Manager says beside them.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, EXPIRES, HeaderName, HeaderValue, PRAGMA};
use http::{HeaderMap, Method};
use jiff::Timestamp;

use super::answer::Answer;
use super::refusal::Refusal;
use super::route::Route;
use crate::azure::guid::guid;
use crate::message::{Body, Reply, Request};

const JSON: &str = "application/json; charset=utf-8";

/// An answer as it is told. `count` is its number, which makes its identifiers.
pub(super) fn reply(
    answer: Result<Answer, Refusal>,
    request: &Request,
    route: Option<&'static Route>,
    count: u64,
    now: Timestamp,
) -> Reply {
    let answer = answer.unwrap_or_else(|refusal| {
        let document = Some(refusal.document());
        Answer { headers: refusal.headers, ..Answer::new(refusal.status, document) }
    });
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(EXPIRES, HeaderValue::from_static("-1"));
    add_identifiers(&mut headers, request, count, now);
    let versions = route.and_then(|route| route.versions.told());
    set(&mut headers, "api-supported-versions", versions.as_deref());
    for (name, value) in &answer.headers {
        set(&mut headers, name, Some(value));
    }
    let mut body = Vec::new();
    if let Some(document) = answer.body {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        body = document.to_string().into_bytes();
    }
    if request.method == Method::HEAD {
        body.clear();
    }
    Reply { status: answer.status, headers, body: Body::Bytes(body.into()) }
}

fn add_identifiers(headers: &mut HeaderMap, request: &Request, count: u64, now: Timestamp) {
    let asked = |name: &'static str| request.header(HeaderName::from_static(name));
    let id = guid(&["request", &count.to_string()]);
    let correlation = asked("x-ms-correlation-request-id").unwrap_or(&id);
    let routing = format!("LAB:{}:{id}", now.strftime("%Y%m%dT%H%M%SZ"));
    set(headers, "x-ms-request-id", Some(&id));
    set(headers, "x-ms-correlation-request-id", Some(correlation));
    set(headers, "x-ms-routing-request-id", Some(&routing));
    set(headers, "strict-transport-security", Some("max-age=31536000; includeSubDomains"));
    set(headers, "x-content-type-options", Some("nosniff"));
    let wants_own =
        asked("x-ms-return-client-request-id").is_some_and(|told| told.eq_ignore_ascii_case("true"));
    set(headers, "x-ms-client-request-id", asked("x-ms-client-request-id").filter(|_| wants_own));
}

/// Sets a header; one that cannot stand in an answer is left out.
fn set(headers: &mut HeaderMap, name: &'static str, value: Option<&str>) {
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
