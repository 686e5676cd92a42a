//! How Azure refuses.

use http::StatusCode;
use serde_json::{Value, json};

/// A refusal as Azure words it when it has nothing more to say.
pub(crate) fn refusal(status: StatusCode) -> Value {
    let (code, message) = match status.as_u16() {
        400 => ("BadRequest", "The request is invalid."),
        401 => ("InvalidAuthenticationToken", "The access token is invalid."),
        403 => ("AuthorizationFailed", "The client does not have authorization to perform the action."),
        404 => ("ResourceNotFound", "The resource was not found."),
        409 => ("Conflict", "The request conflicts with the state of the resource."),
        429 => ("TooManyRequests", "The request is being throttled."),
        503 => ("ServiceUnavailable", "The service is temporarily unavailable."),
        504 => ("GatewayTimeout", "The gateway did not receive a response within the specified time period."),
        _ => ("InternalServerError", "The server encountered an error and could not satisfy the request."),
    };
    json!({"error": {"code": code, "message": message}})
}
