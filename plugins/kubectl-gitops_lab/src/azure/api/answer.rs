//! What a route has to say, before what is said around it.

use http::StatusCode;
use serde_json::Value;

/// How soon clients are to ask for an operation again: seconds.
pub(in crate::azure) const RETRY_AFTER: &str = "5";

/// An answer that went well.
#[derive(Debug)]
pub(in crate::azure) struct Answer {
    pub(in crate::azure) status: StatusCode,
    pub(in crate::azure) body: Option<Value>,
    pub(in crate::azure) headers: Vec<(&'static str, String)>,
}

impl Answer {
    pub(in crate::azure) fn new(status: StatusCode, body: Option<Value>) -> Self {
        Self { status, body, headers: Vec::new() }
    }

    pub(in crate::azure) fn ok(document: Value) -> Self {
        Self::new(StatusCode::OK, Some(document))
    }

    /// Done, with nothing to say of it.
    pub(in crate::azure) fn empty(status: StatusCode) -> Self {
        Self::new(status, None)
    }

    pub(in crate::azure) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
