//! Why a change was not made, or is not known to be.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::model::{Exit, Failure, harmless};

/// What came of a change that did not succeed. `change` says what was asked for: `patch
/// gitrepositories.source.toolkit.fluxcd.io apps in dev-hello`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// 401: the server does not know who asks.
    #[error("not authenticated: {change}")]
    Unauthenticated {
        /// What was asked for.
        change: String,
    },
    /// 403: who asks may not.
    #[error("not allowed: {change}: {message}")]
    Forbidden {
        /// What was asked for.
        change: String,
        /// The server's reason.
        message: String,
    },
    /// 404: there is no such object, or its kind is not served.
    #[error("not found: {change}")]
    NotFound {
        /// What was asked for.
        change: String,
    },
    /// 409 on creation: an object of that name exists.
    #[error("it exists already: {change}")]
    AlreadyExists {
        /// What was asked for.
        change: String,
    },
    /// 409: the object is another than the caller knows, or another manager owns a field.
    #[error("conflict: {change}: {message}")]
    Conflict {
        /// What was asked for.
        change: String,
        /// The server's reason.
        message: String,
    },
    /// 400, 413, 415 or 422: the server does not accept the object.
    #[error("not valid: {change}: {message}")]
    Invalid {
        /// What was asked for.
        change: String,
        /// The server's reason.
        message: String,
    },
    /// 429: there are too many requests, and the change was not made.
    #[error("the API server takes no more requests: {change}")]
    Limited {
        /// What was asked for.
        change: String,
        /// When to come back, as far as the server says so.
        retry_after: Option<Duration>,
    },
    /// Any other answer. Whether the change was made is unknown after a 5xx.
    #[error("the API server answers {status}: {change}: {message}")]
    Failed {
        /// What was asked for.
        change: String,
        /// The status code.
        status: u16,
        /// The server's reason.
        message: String,
    },
    /// The request never left, so the change was not made.
    #[error("the API server cannot be reached: {change}: {why}")]
    Unreachable {
        /// What was asked for.
        change: String,
        /// What happened.
        why: String,
    },
    /// The request was sent and no whole answer came: the change may have been made.
    #[error("no answer to: {change}: {why}; it may have been done")]
    Lost {
        /// What was asked for.
        change: String,
        /// What happened.
        why: String,
    },
}

impl WriteError {
    /// What a refusing answer means.
    pub(super) fn of_answer(status: StatusCode, headers: &HeaderMap, body: &[u8], change: String) -> Self {
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        let message = answer["message"].as_str().map(harmless);
        let message = message.unwrap_or_else(|| "without a reason".to_owned());
        match status.as_u16() {
            401 => Self::Unauthenticated { change },
            403 => Self::Forbidden { change, message },
            404 => Self::NotFound { change },
            409 if answer["reason"] == "AlreadyExists" => Self::AlreadyExists { change },
            409 => Self::Conflict { change, message },
            400 | 413 | 415 | 422 => Self::Invalid { change, message },
            429 => Self::Limited { change, retry_after: retry_after(headers) },
            status => Self::Failed { change, status, message },
        }
    }

    /// Whether the change may have been made although it did not succeed: the caller has to look.
    pub fn may_have_been_done(&self) -> bool {
        match self {
            WriteError::Lost { .. } => true,
            WriteError::Failed { status, .. } => *status >= 500,
            _ => false,
        }
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

impl Failure for WriteError {
    fn code(&self) -> &'static str {
        match self {
            WriteError::Unauthenticated { .. } => "Unauthenticated",
            WriteError::Forbidden { .. } => "Forbidden",
            WriteError::NotFound { .. } => "NotFound",
            WriteError::AlreadyExists { .. } => "AlreadyExists",
            WriteError::Conflict { .. } => "Conflict",
            WriteError::Invalid { .. } => "Invalid",
            WriteError::Limited { .. } => "TooManyRequests",
            WriteError::Failed { .. } => "ServerFailed",
            WriteError::Unreachable { .. } => "Unreachable",
            WriteError::Lost { .. } => "AnswerLost",
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            WriteError::Unauthenticated { .. } => "see who the server takes you for: kubectl auth whoami",
            WriteError::Forbidden { .. } => "see what you may do: kubectl auth can-i --list -n '<namespace>'",
            WriteError::NotFound { .. } => "check the name and the namespace",
            WriteError::AlreadyExists { .. } => "choose another name, or change what is there",
            WriteError::Conflict { .. } => "somebody else changed it: look again and repeat the command",
            WriteError::Invalid { .. } => return None,
            WriteError::Limited { retry_after: Some(pause), .. } => {
                return Some(format!("repeat the command in {} s", pause.as_secs()));
            }
            WriteError::Limited { .. } => "repeat the command in a minute",
            WriteError::Failed { .. } | WriteError::Lost { .. } => {
                "look whether it was done before the command is repeated"
            }
            WriteError::Unreachable { .. } => "see whether kubectl reaches it: kubectl cluster-info",
        };
        Some(hint.to_owned())
    }

    fn exit(&self) -> Exit {
        match self {
            WriteError::Unauthenticated { .. } | WriteError::Forbidden { .. } => Exit::Denied,
            WriteError::NotFound { .. } => Exit::NotFound,
            _ => Exit::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn error(status: u16, body: &Value) -> WriteError {
        let mut headers = HeaderMap::new();
        headers.insert(http::header::RETRY_AFTER, HeaderValue::from_static("7"));
        let status = StatusCode::from_u16(status).expect("a status");
        WriteError::of_answer(status, &headers, body.to_string().as_bytes(), "create jobs".to_owned())
    }

    #[test]
    fn each_refusal_has_its_kind_and_exit_code() {
        for (status, reason, code, exit, may_be_done) in [
            (401, "Unauthorized", "Unauthenticated", Exit::Denied, false),
            (403, "Forbidden", "Forbidden", Exit::Denied, false),
            (404, "NotFound", "NotFound", Exit::NotFound, false),
            (409, "AlreadyExists", "AlreadyExists", Exit::Failed, false),
            (409, "Conflict", "Conflict", Exit::Failed, false),
            (422, "Invalid", "Invalid", Exit::Failed, false),
            (429, "TooManyRequests", "TooManyRequests", Exit::Failed, false),
            (503, "ServiceUnavailable", "ServerFailed", Exit::Failed, true),
        ] {
            let error = error(status, &json!({ "reason": reason, "message": "so it is" }));
            assert_eq!((error.code(), error.exit()), (code, exit), "{status} {reason}");
            assert_eq!(error.may_have_been_done(), may_be_done, "{status}");
        }
        let limited = error(429, &Value::Null);
        assert_eq!(limited.hint().as_deref(), Some("repeat the command in 7 s"));
    }

    #[test]
    fn what_a_server_writes_steers_no_terminal() {
        let error = error(422, &json!({ "message": "\u{1b}[2Jno\n https://a:b@c/" }));
        assert_eq!(error.to_string(), "not valid: create jobs: \u{fffd}[2Jno  https://redacted@c/");
    }
}
