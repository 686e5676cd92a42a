//! How Resource Manager and its providers refuse.

use http::StatusCode;
use serde_json::{Value, json};

use crate::azure::resources::ResourceId;
use crate::azure::subscriptions::LOCATIONS;

/// Why a request was not done.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::azure) struct Refusal {
    pub(in crate::azure) status: StatusCode,
    pub(in crate::azure) code: &'static str,
    pub(in crate::azure) message: String,
    /// More of it, where there is more to say.
    pub(in crate::azure) details: Vec<Value>,
    /// What of the request it is about.
    pub(in crate::azure) target: Option<String>,
    /// Headers that belong to it.
    pub(in crate::azure) headers: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(in crate::azure) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { status, code, message, details: Vec::new(), target: None, headers: Vec::new() }
    }

    pub(in crate::azure) fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// A property that cannot be so.
    pub(in crate::azure) fn property(path: &str, message: impl Into<String>) -> Self {
        Self { target: Some(path.to_owned()), ..Self::bad("InvalidRequestContent", message) }
    }

    pub(in crate::azure) fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    pub(in crate::azure) fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    pub(super) fn missing_version() -> Self {
        let message = "The api-version query parameter (?api-version=) is required for all requests.";
        Self::bad("MissingApiVersionParameter", message)
    }

    pub(super) fn invalid_version(version: &str) -> Self {
        let message = format!(
            "The api-version '{version}' is invalid. The supported versions are \
             '2024-11-01,2024-07-01,2024-03-01,2022-12-01,2022-09-01,2021-04-01,2021-01-01,2020-01-01,2019-11-01,\
             2019-06-01,2018-01-01,2016-06-01,2015-11-01,2015-01-01,2014-04-01'."
        );
        Self::bad("InvalidApiVersionParameter", message)
    }

    pub(super) fn invalid_type(name: &str, namespace: &str, version: &str, known: &[&str]) -> Self {
        let known = known.join(",");
        let message = format!(
            "The resource type '{name}' could not be found in the namespace '{namespace}' for api version '{version}'. \
             The supported api-versions are '{known}'."
        );
        Self::bad("InvalidResourceType", message)
    }

    pub(super) fn no_provider(name: &str, version: &str, known: &[&str]) -> Self {
        let (known, locations) = (known.join(", "), LOCATIONS.map(|(name, _)| name).join(", "));
        let message = format!(
            "No registered resource provider found for location 'westeurope' and API version '{version}' for type \
             '{name}'. The supported api-versions are '{known}'. The supported locations are '{locations}'."
        );
        Self::bad("NoRegisteredProviderFound", message)
    }

    pub(in crate::azure) fn invalid_namespace(namespace: &str) -> Self {
        let message = format!("The resource namespace '{namespace}' is invalid.");
        Self::not_found("InvalidResourceNamespace", message)
    }

    pub(in crate::azure) fn resource_absent(id: &ResourceId) -> Self {
        let message = format!(
            "The Resource '{}/{}' under resource group '{}' was not found. For more details please go to \
             https://aka.ms/ARMResourceNotFoundFix",
            id.kind(),
            id.name(),
            id.word_after("resourceGroups").unwrap_or_default(),
        );
        Self::not_found("ResourceNotFound", message)
    }

    pub(in crate::azure) fn parent_absent(verb: &str, kind: &str, parent: &ResourceId) -> Self {
        let types = parent.kind();
        let types = types.split_once('/').map_or(types.as_str(), |(_, types)| types);
        let kind = kind.split_once('/').map_or(kind, |(_, kind)| kind);
        let message = format!(
            "Failed to perform '{verb}' on resource(s) of type '{types}/providers/{kind}', because the parent resource \
             '{parent}' could not be found."
        );
        Self::not_found("ParentResourceNotFound", message)
    }

    pub(in crate::azure) fn unregistered(namespace: &str) -> Self {
        let message = format!(
            "The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found for \
             how to register subscriptions."
        );
        let detail =
            json!({"code": "MissingSubscriptionRegistration", "target": namespace, "message": message});
        let refusal = Self::conflict("MissingSubscriptionRegistration", message);
        Self { details: vec![detail], ..refusal }
    }

    /// As it is told.
    pub(in crate::azure) fn document(&self) -> Value {
        let mut error = json!({"code": self.code, "message": self.message});
        if let Some(target) = &self.target {
            error["target"] = json!(target);
        }
        if !self.details.is_empty() {
            error["details"] = json!(self.details);
        }
        json!({"error": error})
    }
}

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
