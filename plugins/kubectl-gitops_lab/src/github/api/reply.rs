//! Answers with all that is context beside them: scopes, limits, pages, and whether anything has changed.

use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, LINK, LOCATION,
    RETRY_AFTER,
};
use http::{Method, StatusCode};
use jiff::Timestamp;
use ring::digest::{SHA256, digest};

use super::answer::{Answer, AnswerBody};
use super::limits::Limits;
use super::refusal::Refusal;
use super::route::Route;
use crate::github::people::caller::Caller;
use crate::github::urls::Urls;
use crate::message::{Body, Reply, Request};

const JSON: &str = "application/json; charset=utf-8";

/// What is answered, and to whom.
pub(in crate::github) struct ReplyContext<'a> {
    pub(in crate::github) request: &'a Request,
    pub(in crate::github) caller: &'a Caller,
    pub(in crate::github) route: Option<&'static Route>,
    pub(in crate::github) id: u64,
    /// The number of the repository that it was about.
    pub(in crate::github) about: Option<u64>,
    pub(in crate::github) now: Timestamp,
}

/// An answer as it is told.
pub(in crate::github) fn reply(
    answer: Result<Answer, Refusal>,
    context: &ReplyContext<'_>,
    urls: &Urls,
    limits: &mut Limits,
) -> Reply {
    let documentation = context.route.map_or("rest", |route| route.documentation);
    let mut headers = HeaderMap::new();
    let (mut status, mut body) = match answer {
        Ok(answer) => {
            set(&mut headers, LOCATION, answer.location.as_deref());
            let link = answer.page.and_then(|(page, last)| links(context, urls, page, last));
            set(&mut headers, LINK, link.as_deref());
            match answer.body {
                AnswerBody::Nothing => (answer.status, Vec::new()),
                AnswerBody::Json(value) => {
                    set(&mut headers, CONTENT_TYPE, Some(JSON));
                    (answer.status, value.to_string().into_bytes())
                }
                AnswerBody::Raw(media, bytes) => {
                    set(&mut headers, CONTENT_TYPE, Some(media));
                    (answer.status, bytes)
                }
            }
        }
        Err(refusal) => {
            set(&mut headers, CONTENT_TYPE, Some(JSON));
            set(&mut headers, LOCATION, refusal.location.as_deref());
            set(&mut headers, RETRY_AFTER, refusal.retry_after.map(|seconds| seconds.to_string()).as_deref());
            (refusal.status, refusal.body(documentation).to_string().into_bytes())
        }
    };
    if status.is_success() && !body.is_empty() {
        let tag = hex(digest(&SHA256, &body).as_ref());
        let is_read = matches!(context.request.method, Method::GET | Method::HEAD);
        set(&mut headers, ETAG, Some(&format!("{}\"{tag}\"", if is_read { "W/" } else { "" })));
        let vary = "private, max-age=60, s-maxage=60";
        set(&mut headers, CACHE_CONTROL, is_read.then_some(vary));
        if is_read && context.request.header(IF_NONE_MATCH).is_some_and(|known| known.contains(&tag)) {
            status = StatusCode::NOT_MODIFIED;
            body.clear();
            headers.remove(CONTENT_TYPE);
            limits.forgive(context.caller.token.as_deref(), context.now);
        }
    }
    if context.request.method == Method::HEAD {
        body.clear();
    }
    add_caller_headers(&mut headers, context, status, limits);
    Reply { status, headers, body: Body::Bytes(body.into()) }
}

fn add_caller_headers(
    headers: &mut HeaderMap,
    context: &ReplyContext<'_>,
    status: StatusCode,
    limits: &Limits,
) {
    let id = context.id;
    let request = format!(
        "{:04X}:{:05X}:{:06X}:{:06X}:{:08X}",
        id % 0xffff,
        id,
        id * 7,
        id * 13,
        context.now.as_second()
    );
    set(headers, HeaderName::from_static("x-github-request-id"), Some(&request));
    set(headers, HeaderName::from_static("x-github-media-type"), Some("github.v3; format=json"));
    let version = HeaderName::from_static("x-github-api-version-selected");
    set(headers, version, Some("2022-11-28"));
    if status == StatusCode::UNAUTHORIZED {
        return;
    }
    let window = limits.window(context.caller.token.as_deref(), context.now);
    for (name, value) in [
        ("x-ratelimit-limit", window.limit.to_string()),
        ("x-ratelimit-remaining", window.remaining().to_string()),
        ("x-ratelimit-used", window.used.to_string()),
        ("x-ratelimit-reset", window.reset.to_string()),
        ("x-ratelimit-resource", "core".to_owned()),
    ] {
        set(headers, HeaderName::from_static(name), Some(&value));
    }
    let expires = context.caller.expires.map(|at| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
    set(headers, HeaderName::from_static("github-authentication-token-expiration"), expires.as_deref());
    match &context.caller.scopes {
        Some(scopes) => {
            let accepted = context.route.map_or("", |route| route.needs.scopes);
            set(headers, HeaderName::from_static("x-oauth-scopes"), Some(&scopes.join(", ")));
            set(headers, HeaderName::from_static("x-accepted-oauth-scopes"), Some(accepted));
        }
        None if context.caller.is_somebody() => {
            let accepted = context.route.map(|route| route.needs.header());
            let name = HeaderName::from_static("x-accepted-github-permissions");
            set(headers, name, accepted.as_deref());
        }
        None => {}
    }
}

/// Where the other pages are; nothing when this is the only one.
fn links(context: &ReplyContext<'_>, urls: &Urls, page: usize, last: usize) -> Option<String> {
    if last <= 1 {
        return None;
    }
    let path = context.request.path.as_str();
    let rest = path.splitn(5, '/').nth(4).map_or(String::new(), |rest| format!("/{rest}"));
    let base = match context.about {
        Some(id) if path.starts_with("/repos/") => format!("{}/repositories/{id}{rest}", urls.api),
        _ => format!("{}{path}", urls.api),
    };
    let link = |page: usize, relation: &str| {
        let others =
            form_urlencoded::parse(context.request.query.as_bytes()).filter(|(name, _)| name != "page");
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(others).append_pair("page", &page.to_string());
        format!("<{base}?{}>; rel=\"{relation}\"", query.finish())
    };
    let mut links = Vec::new();
    if page > 1 {
        links.push(link((page - 1).min(last), "prev"));
    }
    if page < last {
        links.extend([link(page + 1, "next"), link(last, "last")]);
    }
    if page > 1 {
        links.push(link(1, "first"));
    }
    Some(links.join(", "))
}

/// Sets a header to what can stand in one.
fn set(headers: &mut HeaderMap, name: HeaderName, value: Option<&str>) {
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
        headers.insert(name, value);
    }
}

pub(in crate::github) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
