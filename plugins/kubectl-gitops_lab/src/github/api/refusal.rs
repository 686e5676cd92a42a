//! Refusals, in GitHub's words.

use http::StatusCode;
use serde_json::{Value, json};

/// Why a request was not done.
#[derive(Debug)]
pub(in crate::github) struct Refusal {
    pub(in crate::github) status: StatusCode,
    pub(in crate::github) message: String,
    /// What is wrong with which field.
    pub(in crate::github) errors: Option<Value>,
    /// Where to read of it, if not with the route.
    pub(in crate::github) documentation: Option<&'static str>,
    /// Where it is instead.
    pub(in crate::github) location: Option<String>,
    /// Seconds after which to come again.
    pub(in crate::github) retry_after: Option<u64>,
}

impl Refusal {
    pub(in crate::github) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            errors: None,
            documentation: None,
            location: None,
            retry_after: None,
        }
    }

    pub(in crate::github) fn at(self, documentation: &'static str) -> Self {
        Self { documentation: Some(documentation), ..self }
    }

    /// It is not there, or must not be seen.
    pub(in crate::github) fn not_found() -> Self {
        Self::absent("Not Found")
    }

    pub(in crate::github) fn absent(message: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(in crate::github) fn forbidden(message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub(in crate::github) fn conflict(message: &str) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// A body that can be read, and not be followed.
    pub(in crate::github) fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// A body without something that it needs.
    pub(in crate::github) fn missing(field: &str) -> Self {
        Self::unprocessable(format!("Invalid request.\n\n\"{field}\" wasn't supplied."))
    }

    /// A field of another type.
    pub(in crate::github) fn mistyped(field: &str, value: &Value, wanted: &str) -> Self {
        Self::unprocessable(format!("Invalid request.\n\nFor 'properties/{field}', {value} is not {wanted}."))
    }

    /// Fields that contradict what there is.
    pub(in crate::github) fn invalid(errors: Value) -> Self {
        Self { errors: Some(errors), ..Self::unprocessable("Validation Failed") }
    }

    /// One field, and a sentence about it.
    pub(in crate::github) fn custom(resource: &str, message: &str) -> Self {
        Self::invalid(json!([{"resource": resource, "code": "custom", "message": message}]))
    }

    /// One field that holds something which cannot be.
    pub(in crate::github) fn field(resource: &str, field: &str, code: &str) -> Self {
        Self::invalid(json!([{"resource": resource, "field": field, "code": code}]))
    }

    /// Nothing was ever committed.
    pub(in crate::github) fn empty() -> Self {
        Self::conflict("Git Repository is empty.")
    }

    pub(in crate::github) fn bad_credentials() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Bad credentials").at("rest")
    }

    pub(in crate::github) fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Requires authentication")
    }

    pub(in crate::github) fn must_administer() -> Self {
        Self::forbidden("Must have admin rights to Repository.")
    }

    /// It was renamed. What only reads is told to go there, and everything else to do it there.
    pub(in crate::github) fn moved(is_read: bool, location: String) -> Self {
        let (status, message) = match is_read {
            true => (StatusCode::MOVED_PERMANENTLY, "Moved Permanently"),
            false => (StatusCode::TEMPORARY_REDIRECT, "Temporary Redirect"),
        };
        let refusal = Self { location: Some(location), ..Self::new(status, message) };
        refusal.at("rest/guides/best-practices-for-using-the-rest-api#follow-redirects")
    }

    pub(in crate::github) fn body(&self, documentation: &str) -> Value {
        let page = self.documentation.unwrap_or(documentation);
        let mut body = json!({"message": self.message});
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        if let Some(location) = &self.location {
            body["url"] = json!(location);
        }
        body["documentation_url"] = json!(format!("https://docs.github.com/{page}"));
        body["status"] = json!(self.status.as_str());
        body
    }
}

impl From<git2::Error> for Refusal {
    fn from(error: git2::Error) -> Self {
        let message = format!("Server Error: {}", error.message());
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }
}

impl From<crate::git::GitError> for Refusal {
    fn from(error: crate::git::GitError) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, format!("Server Error: {error}"))
    }
}
