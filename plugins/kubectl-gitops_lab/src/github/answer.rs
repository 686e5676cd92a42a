//! What a route has to say, before headers.

use http::StatusCode;
use serde_json::Value;

use super::call::Call;

/// An answer that went well.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Body,
    pub(super) location: Option<String>,
    /// The page that this is, and how many there are.
    pub(super) page: Option<(usize, usize)>,
}

/// The body of an answer.
#[derive(Debug)]
pub(super) enum Body {
    Nothing,
    Json(Value),
    /// Content without an envelope.
    Raw(&'static str, Vec<u8>),
}

impl Answer {
    fn new(status: StatusCode, body: Body) -> Self {
        Self { status, body, location: None, page: None }
    }

    pub(super) fn ok(value: Value) -> Self {
        Self::new(StatusCode::OK, Body::Json(value))
    }

    /// Something new, which names itself.
    pub(super) fn created(value: Value) -> Self {
        let location = value["url"].as_str().map(str::to_owned);
        Self { location, ..Self::new(StatusCode::CREATED, Body::Json(value)) }
    }

    pub(super) fn done() -> Self {
        Self::new(StatusCode::NO_CONTENT, Body::Nothing)
    }

    pub(super) fn raw(media: &'static str, bytes: Vec<u8>) -> Self {
        Self::new(StatusCode::OK, Body::Raw(media, bytes))
    }

    /// The page that was asked for of a list.
    pub(super) fn list<T>(call: &Call<'_>, all: Vec<T>, show: impl Fn(T) -> Value) -> Self {
        let (page, items) = paged(call, all);
        let items = items.into_iter().map(show).collect();
        Self { page: Some(page), ..Self::ok(Value::Array(items)) }
    }
}

/// How many items a page has when nothing is said, and at most.
const USUAL: usize = 30;
const MOST: usize = 100;

fn paged<T>(call: &Call<'_>, all: Vec<T>) -> ((usize, usize), Vec<T>) {
    let number = |name: &str| call.request.parameter(name).and_then(|text| text.parse::<usize>().ok());
    let size = number("per_page").filter(|size| *size > 0).unwrap_or(USUAL).min(MOST);
    let page = number("page").filter(|page| *page > 0).unwrap_or(1);
    let last = all.len().div_ceil(size).max(1);
    let items = all.into_iter().skip((page - 1).saturating_mul(size)).take(size).collect();
    ((page, last), items)
}
