//! One request and its answer.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use crate::azure::Azure;
use crate::message::{Reply, Request};

impl Azure {
    /// Who asks, as far as that is known.
    pub(crate) fn actor(&self, _request: &Request) -> Option<String> {
        None
    }

    /// Answers `request` at `now`.
    pub(crate) fn answer(&mut self, request: &Request, now: Timestamp) -> Reply {
        self.advance(now);
        let message = format!("the lab's Azure has no {} {}", request.method, request.path);
        let error = json!({"error": {"code": "NotImplemented", "message": message}});
        Reply::json(StatusCode::NOT_IMPLEMENTED, error)
    }
}
