//! What a scenario has GitHub asked for, once its repositories are there: its own API, as whoever runs the lab.

use http::header::{ACCEPT, AUTHORIZATION, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::error::ScenarioError;
use crate::github::{GitHub, Request};

/// One thing that GitHub is asked for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum GitHubRequest {
    /// To make something new.
    Post(GitHubRequestBody),
    /// To set something.
    Put(GitHubRequestBody),
    /// To change something.
    Patch(GitHubRequestBody),
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GitHubRequestBody {
    /// The path below that of the API: `/repos/contoso/hello/environments/dev`.
    pub path: String,
    /// The body.
    #[serde(default)]
    pub body: Value,
}

impl GitHubRequest {
    pub(super) fn asked(&self) -> (Method, &GitHubRequestBody) {
        match self {
            GitHubRequest::Post(asked) => (Method::POST, asked),
            GitHubRequest::Put(asked) => (Method::PUT, asked),
            GitHubRequest::Patch(asked) => (Method::PATCH, asked),
        }
    }
}

/// Asks, and is answered well: the answer.
pub(crate) fn ask(
    hub: &mut GitHub,
    token: &str,
    (method, path): (Method, &str),
    body: &Value,
    now: Timestamp,
) -> Result<Value, ScenarioError> {
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_static("lab"));
    headers.insert(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
    if let Ok(value) = HeaderValue::from_str(&format!("Bearer {token}")) {
        headers.insert(AUTHORIZATION, value);
    }
    let what = format!("{method} {path}");
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let request = Request { method, path: path.to_owned(), query: String::new(), headers, body };
    let reply = hub.answer(&request, now);
    let told: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    if reply.status.is_success() {
        return Ok(told);
    }
    let why = format!("{} {}", reply.status.as_u16(), told["message"].as_str().unwrap_or_default());
    Err(ScenarioError::Github { what, why })
}
