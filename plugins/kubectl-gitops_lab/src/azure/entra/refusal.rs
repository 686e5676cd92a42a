//! Refusals in Entra's words.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::azure::guid::guid;

/// Why nobody was signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SignInRefusal {
    pub(super) status: StatusCode,
    /// As OAuth calls it: `invalid_client`.
    error: &'static str,
    /// As Entra numbers it: 7000215.
    code: u32,
    message: String,
}

impl SignInRefusal {
    fn new(status: StatusCode, error: &'static str, code: u32, message: String) -> Self {
        Self { status, error, code, message }
    }

    fn bad(error: &'static str, code: u32, message: String) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, code, message)
    }

    fn client(code: u32, message: String) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", code, message)
    }

    pub(super) fn unknown_tenant(tenant: &str) -> Self {
        let message = format!(
            "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the \
             correct cloud. Check with your subscription administrator, this may happen if there are no active \
             subscriptions for the tenant."
        );
        Self::bad("invalid_request", 90002, message)
    }

    pub(super) fn no_tenant() -> Self {
        let message = "No tenant-identifying information found in either the request or implied by any provided credentials.";
        Self::bad("invalid_request", 50059, message.to_owned())
    }

    pub(super) fn missing(parameter: &str) -> Self {
        let message = format!("The request body must contain the following parameter: '{parameter}'.");
        Self::bad("invalid_request", 900_144, message)
    }

    pub(super) fn not_a_form() -> Self {
        let message = "The request must have a body of application/x-www-form-urlencoded.".to_owned();
        Self::bad("invalid_request", 900_561, message)
    }

    pub(super) fn grant(grant: &str) -> Self {
        let message = format!("The app requested an unsupported grant type '{grant}'.");
        Self::bad("unsupported_grant_type", 70003, message)
    }

    pub(super) fn unknown_application(client: &str, tenant: &str) -> Self {
        let message = format!(
            "Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if the \
             application has not been installed by the administrator of the tenant or consented to by any user in the \
             tenant. You may have sent your authentication request to the wrong tenant."
        );
        Self::bad("unauthorized_client", 700_016, message)
    }

    pub(super) fn no_credential() -> Self {
        let message =
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        Self::client(7_000_218, message.to_owned())
    }

    pub(super) fn wrong_secret(client: &str) -> Self {
        let message = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, \
             not the client secret ID, for a secret added to app '{client}'."
        );
        Self::client(7_000_215, message)
    }

    pub(super) fn expired_secret(client: &str) -> Self {
        let message = format!(
            "The provided client secret keys for app '{client}' are expired. Visit the Azure portal to create new keys \
             for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added \
             security: https://aka.ms/certCreds."
        );
        Self::client(7_000_222, message)
    }

    pub(super) fn assertion_type(kind: &str) -> Self {
        let message = format!("Client assertion type '{kind}' is not supported.");
        Self::bad("invalid_request", 7_000_014, message)
    }

    pub(super) fn malformed_assertion() -> Self {
        Self::bad("invalid_request", 50027, "JWT token is invalid or malformed.".to_owned())
    }

    pub(super) fn unknown_assertion() -> Self {
        let message = "No matching federated identity record found for presented assertion. Please check your \
                       federated identity credential Subject, Audience and Issuer against the presented assertion.";
        Self::bad("invalid_request", 70021, message.to_owned())
    }

    pub(super) fn scope(scope: &str) -> Self {
        let message = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with \
             /.default suffixed to the resource identifier (application ID URI)."
        );
        Self::bad("invalid_scope", 1_002_012, message)
    }

    pub(super) fn unknown_resource(resource: &str, tenant: &str) -> Self {
        let message = format!(
            "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if \
             the application has not been installed by the administrator of the tenant or consented to by any user in \
             the tenant. You might have sent your authentication request to the wrong tenant."
        );
        Self::bad("invalid_resource", 500_011, message)
    }

    /// As it is told; `count` makes its identifiers.
    pub(super) fn document(&self, count: u64, url: &str, now: Timestamp) -> Value {
        let Self { error, code, message, .. } = self;
        let count = count.to_string();
        let (trace, correlation) = (guid(&["trace", &count]), guid(&["correlation", &count]));
        let timestamp = now.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let description = format!(
            "AADSTS{code}: {message} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}"
        );
        json!({
            "error": error,
            "error_description": description,
            "error_codes": [code],
            "timestamp": timestamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("{url}/error?code={code}"),
        })
    }
}
