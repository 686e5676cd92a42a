//! What a route has to say, before headers.

use http::StatusCode;
use serde_json::{Value, json};

use super::call::Call;

/// An answer that went well.
#[derive(Debug)]
pub(in crate::github) struct Answer {
    pub(in crate::github) status: StatusCode,
    pub(in crate::github) body: AnswerBody,
    pub(in crate::github) location: Option<String>,
    /// The page that this is, and how many there are.
    pub(in crate::github) page: Option<(usize, usize)>,
}

/// The body of an answer.
#[derive(Debug)]
pub(in crate::github) enum AnswerBody {
    Nothing,
    Json(Value),
    /// Content without an envelope.
    Raw(&'static str, Vec<u8>),
}

impl Answer {
    fn new(status: StatusCode, body: AnswerBody) -> Self {
        Self { status, body, location: None, page: None }
    }

    pub(in crate::github) fn ok(value: Value) -> Self {
        Self::new(StatusCode::OK, AnswerBody::Json(value))
    }

    /// Something new, which names itself.
    pub(in crate::github) fn created(value: Value) -> Self {
        let location = value["url"].as_str().map(str::to_owned);
        Self { location, ..Self::new(StatusCode::CREATED, AnswerBody::Json(value)) }
    }

    pub(in crate::github) fn accepted(value: Value) -> Self {
        Self::new(StatusCode::ACCEPTED, AnswerBody::Json(value))
    }

    pub(in crate::github) fn done() -> Self {
        Self::new(StatusCode::NO_CONTENT, AnswerBody::Nothing)
    }

    pub(in crate::github) fn raw(media: &'static str, bytes: Vec<u8>) -> Self {
        Self::new(StatusCode::OK, AnswerBody::Raw(media, bytes))
    }

    /// Look there.
    pub(in crate::github) fn found(location: String) -> Self {
        Self { location: Some(location), ..Self::new(StatusCode::FOUND, AnswerBody::Nothing) }
    }

    /// The same for a person with a browser.
    pub(in crate::github) fn elsewhere(location: String) -> Self {
        let body = AnswerBody::Raw("text/html;charset=utf-8", Vec::new());
        Self { location: Some(location), ..Self::new(StatusCode::FOUND, body) }
    }

    /// The page that was asked for of a list.
    pub(in crate::github) fn list<T>(call: &Call<'_>, all: Vec<T>, show: impl Fn(T) -> Value) -> Self {
        let (page, items) = paged(call, all);
        let items = items.into_iter().map(show).collect();
        Self { page: Some(page), ..Self::ok(Value::Array(items)) }
    }

    /// The same, with how many there are in all.
    pub(in crate::github) fn counted<T>(
        call: &Call<'_>,
        field: &str,
        all: Vec<T>,
        show: impl Fn(T) -> Value,
    ) -> Self {
        let count = all.len();
        let (page, items) = paged(call, all);
        let items: Vec<Value> = items.into_iter().map(show).collect();
        Self { page: Some(page), ..Self::ok(json!({"total_count": count, field: items})) }
    }

    /// Puts something around a list.
    pub(in crate::github) fn wrap(&mut self, around: impl FnOnce(Value) -> Value) {
        if let AnswerBody::Json(list) = &mut self.body {
            *list = around(list.take());
        }
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
