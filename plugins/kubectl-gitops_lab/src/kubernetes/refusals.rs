//! Refusals of a server that is written to, in the words of a real one (`tests/golden/kubernetes`). Those of a
//! server that is only read are variants of [`StatusError`].

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Value, json};

use super::ownership::Conflict;
use super::schema::strategic_merge::Unpatchable;
use super::{Resource, StatusError, StatusMessage, object_details};

fn told(code: StatusCode, reason: &'static str, message: String, details: Option<Value>) -> StatusError {
    StatusError::Message(Box::new(StatusMessage { code, reason, message, details, page: None }))
}

/// Something that a real server has and the lab does not.
pub(super) fn unknown(what: &str) -> StatusError {
    let message = format!("the lab does not serve {what}");
    told(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message, None)
}

pub(super) fn bad_request(message: impl Into<String>) -> StatusError {
    StatusError::BadRequest(message.into())
}

pub(super) fn not_found(resource: &Resource, name: &str) -> StatusError {
    StatusError::NoSuchObject { resource: Box::new(resource.clone()), name: name.to_owned() }
}

pub(super) fn already_exists(resource: &Resource, name: &str) -> StatusError {
    let message = format!("{} {name:?} already exists", resource.qualified());
    told(StatusCode::CONFLICT, "AlreadyExists", message, Some(object_details(resource, name)))
}

/// A write that lost against another one.
pub(super) fn modified(resource: &Resource, name: &str) -> StatusError {
    let why = "the object has been modified; please apply your changes to the latest version and try again";
    conflict(resource, name, why)
}

pub(super) fn conflict(resource: &Resource, name: &str, why: &str) -> StatusError {
    let message = format!("Operation cannot be fulfilled on {} {name:?}: {why}", resource.qualified());
    told(StatusCode::CONFLICT, "Conflict", message, Some(object_details(resource, name)))
}

/// A precondition of a deletion that does not hold: it names the kind where others name the plural.
pub(super) fn precondition(resource: &Resource, name: &str, why: &str) -> StatusError {
    let mut details = object_details(resource, name);
    details["kind"] = json!(resource.kind);
    let message = format!("Operation cannot be fulfilled on {} {name:?}: {why}", qualified_kind(resource));
    told(StatusCode::CONFLICT, "Conflict", message, Some(details))
}

/// Content for a namespace that is going.
pub(super) fn terminating(resource: &Resource, name: &str, namespace: &str) -> StatusError {
    let message = format!(
        "{} {name:?} is forbidden: unable to create new content in namespace {namespace} because it is being \
         terminated",
        resource.qualified()
    );
    let mut details = object_details(resource, name);
    details["causes"] = json!([{
        "reason": "NamespaceTerminating",
        "message": format!("namespace {namespace} is being terminated"),
        "field": "metadata.namespace",
    }]);
    told(StatusCode::FORBIDDEN, "Forbidden", message, Some(details))
}

/// An object that a rule of its namespace does not allow.
pub(super) fn not_admitted(resource: &Resource, name: &str, why: &str) -> StatusError {
    let message = format!("{} {name:?} is forbidden: {why}", resource.qualified());
    forbidden(message, object_details(resource, name))
}

/// Somebody who may not do this.
pub(super) fn forbidden(message: String, details: Value) -> StatusError {
    told(StatusCode::FORBIDDEN, "Forbidden", message, Some(details))
}

/// A namespace that nobody may delete.
pub(super) fn immortal(resource: &Resource, name: &str) -> StatusError {
    let message =
        format!("{} {name:?} is forbidden: this namespace may not be deleted", resource.qualified());
    forbidden(message, object_details(resource, name))
}

pub(super) fn method_not_allowed() -> StatusError {
    let message = "the server does not allow this method on the requested resource".to_owned();
    told(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message, Some(json!({})))
}

pub(super) fn not_acceptable() -> StatusError {
    let message = "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, \
                   application/vnd.kubernetes.protobuf";
    told(StatusCode::NOT_ACCEPTABLE, "NotAcceptable", message.to_owned(), Some(json!({})))
}

/// A media type that a kind of patch never has.
pub(super) fn unsupported_patch() -> StatusError {
    let message = "415: Unsupported Media Type".to_owned();
    told(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType", message, Some(json!({})))
}

pub(super) fn unsupported_media(accepted: &str) -> StatusError {
    let message = format!(
        "the body of the request was in an unknown format - accepted media types include: {accepted}"
    );
    told(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType", message, None)
}

/// A JSON patch that cannot be applied.
pub(super) fn unpatchable() -> StatusError {
    let message = "the server rejected our request due to an error in our request".to_owned();
    told(StatusCode::UNPROCESSABLE_ENTITY, "Invalid", message, Some(json!({})))
}

/// A patch that makes of an object what is none: `value` is what the server has tried to read.
pub(super) fn undecodable_patch(value: &str, why: &str) -> StatusError {
    let cause = Cause::invalid("patch", format!("{value:?}: {why}"));
    invalid_as("", "", json!({}), &[cause])
}

/// A strategic merge patch that cannot be applied.
pub(super) fn unmergeable(error: &Unpatchable) -> StatusError {
    match error {
        Unpatchable::Malformed(_) => bad_request(error.to_string()),
        _ => told(StatusCode::INTERNAL_SERVER_ERROR, "", error.to_string(), None),
    }
}

/// A version that has been forgotten; `page` continues at the present.
pub(super) fn expired(message: impl Into<String>, page: Option<String>) -> StatusError {
    let (code, message) = (StatusCode::GONE, message.into());
    StatusError::Message(Box::new(StatusMessage { code, reason: "Expired", message, details: None, page }))
}

/// An apply that others stand against.
pub(super) fn apply_conflicts(conflicts: &[Conflict]) -> StatusError {
    let causes = conflicts.iter().map(|conflict| {
        json!({
            "reason": "FieldManagerConflict",
            "message": format!("conflict with {}", conflict.manager),
            "field": conflict.field,
        })
    });
    let details = json!({"causes": causes.collect::<Vec<Value>>()});
    let shown = match conflicts {
        [one] => format!("1 conflict: conflict with {}: {}", one.manager, one.field),
        many => {
            let mut fields: BTreeMap<&str, String> = BTreeMap::new();
            for Conflict { manager, field } in many {
                fields.entry(manager).or_default().push_str(&format!("\n- {field}"));
            }
            let shown: Vec<String> =
                fields.iter().map(|(manager, fields)| format!("conflicts with {manager}:{fields}")).collect();
            format!("{} conflicts: {}", many.len(), shown.join("\n"))
        }
    };
    told(StatusCode::CONFLICT, "Conflict", format!("Apply failed with {shown}"), Some(details))
}

/// An apply of fields that the kind does not have.
pub(super) fn undeclared(resource: &Resource, object: &Value, fields: &[String]) -> StatusError {
    let told_of = |field: &String| format!(".{field}: field not declared in schema");
    let why = match fields {
        [one] => told_of(one),
        many => {
            let lines: Vec<String> = many.iter().map(|field| format!("\n  {}", told_of(field))).collect();
            format!("errors:{}", lines.concat())
        }
    };
    let text = |name: &str| object["metadata"][name].as_str().unwrap_or_default();
    let Resource { group, version, kind, .. } = resource;
    let message = format!(
        "failed to create typed patch object ({}/{}; {group}/{version}, Kind={kind}): {why}",
        text("namespace"),
        text("name"),
    );
    told(StatusCode::INTERNAL_SERVER_ERROR, "", message, None)
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cause {
    pub(super) reason: &'static str,
    pub(super) field: String,
    pub(super) message: String,
}

impl Cause {
    pub(super) fn invalid(field: impl Into<String>, message: impl std::fmt::Display) -> Self {
        let message = format!("Invalid value: {message}");
        Self { reason: "FieldValueInvalid", field: field.into(), message }
    }

    pub(super) fn required(field: impl Into<String>) -> Self {
        let message = "Required value".to_owned();
        Self { reason: "FieldValueRequired", field: field.into(), message }
    }

    pub(super) fn too_long(field: impl Into<String>, message: impl std::fmt::Display) -> Self {
        let message = format!("Too long: {message}");
        Self { reason: "FieldValueTooLong", field: field.into(), message }
    }

    pub(super) fn too_many(field: impl Into<String>, message: impl std::fmt::Display) -> Self {
        let message = format!("Too many: {message}");
        Self { reason: "FieldValueTooMany", field: field.into(), message }
    }

    pub(super) fn wrong_type(field: impl Into<String>, message: impl std::fmt::Display) -> Self {
        let message = format!("Invalid value: {message}");
        Self { reason: "FieldValueTypeInvalid", field: field.into(), message }
    }

    pub(super) fn forbidden(field: impl Into<String>, message: impl std::fmt::Display) -> Self {
        let message = format!("Forbidden: {message}");
        Self { reason: "FieldValueForbidden", field: field.into(), message }
    }

    pub(super) fn unsupported(field: impl Into<String>, message: impl std::fmt::Display) -> Self {
        let message = format!("Unsupported value: {message}");
        Self { reason: "FieldValueNotSupported", field: field.into(), message }
    }
}

/// An object with fields that are wrong.
pub(super) fn invalid(resource: &Resource, name: &str, causes: &[Cause]) -> StatusError {
    let mut details = object_details(resource, name);
    details["kind"] = json!(resource.kind);
    invalid_as(&qualified_kind(resource), name, details, causes)
}

/// The same for what is no object of a kind: options, reviews.
pub(super) fn invalid_as(what: &str, name: &str, mut details: Value, causes: &[Cause]) -> StatusError {
    let mut told_of: Vec<String> = Vec::new();
    for cause in causes {
        let text = format!("{}: {}", cause.field, cause.message);
        if !told_of.contains(&text) {
            told_of.push(text);
        }
    }
    let all = match &told_of[..] {
        [one] => one.clone(),
        many => format!("[{}]", many.join(", ")),
    };
    let causes = causes
        .iter()
        .map(|cause| json!({"reason": cause.reason, "message": cause.message, "field": cause.field}));
    details["causes"] = causes.collect();
    let message = format!("{what} {name:?} is invalid: {all}");
    told(StatusCode::UNPROCESSABLE_ENTITY, "Invalid", message, Some(details))
}

fn qualified_kind(resource: &Resource) -> String {
    match resource.group.as_str() {
        "" => resource.kind.clone(),
        group => format!("{}.{group}", resource.kind),
    }
}
