//! Why a request is not answered, in the words of a real server (`tests/golden/kubernetes/errors.json`).

use http::StatusCode;
use serde_json::{Value, json};

use super::Resource;

/// A refusal, before it becomes a `Status` object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum StatusError {
    /// No token, or one that is not known.
    Unauthorized,
    /// Anything but reading.
    ReadOnly,
    /// A path that no API has: a plain text, not a `Status`.
    NoSuchPath,
    /// A version or a resource that the group does not have.
    NoSuchResource,
    /// An object that is not there.
    NoSuchObject { resource: Box<Resource>, name: String },
    /// Recordings hold objects, not what containers printed.
    NoLogs { pod: String },
    /// A media type that is not served.
    NotAcceptable,
    /// A query that cannot be understood.
    BadRequest(String),
    /// A streaming list without `resourceVersionMatch=NotOlderThan`.
    StreamingUnmatched,
    /// A version that has not come yet.
    TooNew { asked: u64, now: u64 },
    /// Anything that only a server that is written to says.
    Message(Box<StatusMessage>),
}

/// A refusal in its own words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StatusMessage {
    pub(crate) code: StatusCode,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
    pub(crate) details: Option<Value>,
    /// Where a list can be continued all the same.
    pub(crate) page: Option<String>,
}

impl StatusError {
    /// The HTTP status.
    pub(crate) fn code(&self) -> StatusCode {
        match self {
            StatusError::Unauthorized => StatusCode::UNAUTHORIZED,
            StatusError::ReadOnly => StatusCode::METHOD_NOT_ALLOWED,
            StatusError::NoSuchPath
            | StatusError::NoSuchResource
            | StatusError::NoSuchObject { .. }
            | StatusError::NoLogs { .. } => StatusCode::NOT_FOUND,
            StatusError::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            StatusError::BadRequest(_) => StatusCode::BAD_REQUEST,
            StatusError::StreamingUnmatched => StatusCode::UNPROCESSABLE_ENTITY,
            StatusError::TooNew { .. } => StatusCode::GATEWAY_TIMEOUT,
            StatusError::Message(told) => told.code,
        }
    }

    /// The body; none where a real server writes `404 page not found`.
    pub(crate) fn status(&self) -> Option<Value> {
        let (reason, message, details) = match self {
            StatusError::NoSuchPath => return None,
            StatusError::Unauthorized => ("Unauthorized", "Unauthorized".to_owned(), None),
            StatusError::ReadOnly => (
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource: a recording is read-only"
                    .to_owned(),
                Some(json!({})),
            ),
            StatusError::NoSuchResource => {
                ("NotFound", "the server could not find the requested resource".to_owned(), Some(json!({})))
            }
            StatusError::NoSuchObject { resource, name } => (
                "NotFound",
                format!("{} {name:?} not found", resource.qualified()),
                Some(object_details(resource, name)),
            ),
            StatusError::NoLogs { pod } => (
                "NotFound",
                format!("logs of pod {pod:?} not found: they were not recorded"),
                Some(json!({"name": pod, "kind": "pods"})),
            ),
            StatusError::NotAcceptable => (
                "NotAcceptable",
                "406: Not Acceptable\n\nAvailable representations: application/json".to_owned(),
                Some(json!({})),
            ),
            StatusError::BadRequest(message) => ("BadRequest", message.clone(), None),
            StatusError::StreamingUnmatched => streaming_unmatched(),
            StatusError::TooNew { asked, now } => too_new(*asked, *now),
            StatusError::Message(told) => (told.reason, told.message.clone(), told.details.clone()),
        };
        let mut status = json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": self.code().as_u16(),
        });
        // An error of the server's own says no reason.
        if reason.is_empty()
            && let Some(fields) = status.as_object_mut()
        {
            fields.remove("reason");
        }
        if let Some(details) = details {
            status["details"] = details;
        }
        if let StatusError::Message(told) = self
            && let Some(page) = &told.page
        {
            status["metadata"]["continue"] = json!(page);
        }
        Some(status)
    }
}

type StatusFields = (&'static str, String, Option<Value>);

/// How a refusal names an object.
pub(crate) fn object_details(resource: &Resource, name: &str) -> Value {
    match resource.group.as_str() {
        "" => json!({"name": name, "kind": resource.plural}),
        group => json!({"name": name, "group": group, "kind": resource.plural}),
    }
}

fn streaming_unmatched() -> StatusFields {
    let cause = "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
    let causes = json!([
        {"reason": "FieldValueForbidden", "message": cause, "field": "resourceVersionMatch"}
    ]);
    (
        "Invalid",
        format!("ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: {cause}"),
        Some(json!({"group": "meta.k8s.io", "kind": "ListOptions", "causes": causes})),
    )
}

fn too_new(asked: u64, now: u64) -> StatusFields {
    let causes = json!([{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]);
    (
        "Timeout",
        format!("Timeout: Too large resource version: {asked}, current: {now}"),
        Some(json!({"causes": causes, "retryAfterSeconds": 1})),
    )
}
