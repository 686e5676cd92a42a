//! What a scenario has GitHub asked for, once its repositories are there: its own API, as whoever runs the lab.

use http::Method;
use http::header::{ACCEPT, USER_AGENT};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::error::ScenarioError;
use crate::github::GitHub;
use crate::message::Request;

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
    github: &mut GitHub,
    token: &str,
    (method, path): (Method, &str),
    body: &Value,
    now: Timestamp,
) -> Result<Value, ScenarioError> {
    let what = format!("{method} {path}");
    let request = Request::new(method, path)
        .with_header(USER_AGENT, "lab")
        .with_header(ACCEPT, "application/vnd.github+json")
        .with_token(token)
        .with_json(body);
    let (status, told) = github.answer(&request, now).into_json();
    if status.is_success() {
        return Ok(told);
    }
    let why = format!("{} {}", status.as_u16(), told["message"].as_str().unwrap_or_default());
    Err(ScenarioError::Github { what, why })
}
