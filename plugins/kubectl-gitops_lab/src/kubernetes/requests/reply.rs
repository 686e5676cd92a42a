//! What goes in and what comes out.

use std::collections::HashMap;

use http::{Method, StatusCode};
use serde_json::Value;

use super::watch::WatchCursor;
use crate::kubernetes::StatusError;
use crate::kubernetes::logs::Following;

/// A request, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) accept: Option<String>,
    pub(crate) media: Option<String>,
    pub(crate) token: Option<String>,
    /// What the client calls itself.
    pub(crate) agent: Option<String>,
    /// As whom the client wants to act (`--as`).
    pub(crate) impersonated: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The parameters of the query; the last wins.
    pub(in crate::kubernetes) fn parameters(&self) -> HashMap<String, String> {
        form_urlencoded::parse(self.query.as_bytes()).into_owned().collect()
    }
}

/// A JSON document, and what is said beside it.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) status: StatusCode,
    pub(crate) media: &'static str,
    pub(crate) value: Value,
    /// Told to the person behind the client.
    pub(crate) warnings: Vec<String>,
}

/// An answer.
#[derive(Debug)]
pub(crate) enum Reply {
    Document(Document),
    Text(StatusCode, String),
    Watch(WatchCursor),
    /// What a container has written, and what follows it.
    Log(String, Option<Following>),
}

impl Reply {
    /// The same with a warning, where there is room for one.
    pub(in crate::kubernetes) fn warning(mut self, warning: &str) -> Self {
        if let Reply::Document(document) = &mut self {
            document.warnings.push(warning.to_owned());
        }
        self
    }

    /// A document without anything beside it.
    pub(in crate::kubernetes) fn plain(status: StatusCode, value: Value) -> Self {
        Reply::Document(Document { status, media: "application/json", value, warnings: Vec::new() })
    }
}

impl From<StatusError> for Reply {
    fn from(refusal: StatusError) -> Self {
        match refusal.status() {
            Some(status) => Reply::plain(refusal.code(), status),
            None => Reply::Text(refusal.code(), "404 page not found\n".to_owned()),
        }
    }
}
