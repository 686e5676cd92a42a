//! What a scenario has GitHub and Azure asked for: their own APIs, as whoever runs the lab.

use http::Method;
use http::header::{ACCEPT, USER_AGENT};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::error::ScenarioError;
use super::placeholders::LAB;
use crate::azure::Azure;
use crate::github::GitHub;
use crate::message::Request;

/// One thing that GitHub or Azure is asked for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum ScenarioRequest {
    /// To make something new.
    Post(ScenarioRequestBody),
    /// To set something.
    Put(ScenarioRequestBody),
    /// To change something.
    Patch(ScenarioRequestBody),
    /// To remove something.
    Delete(ScenarioRequestBody),
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioRequestBody {
    /// The path below that of the API: `/repos/contoso/hello/environments/dev`. Azure's has a query with the API's version.
    pub path: String,
    /// The body.
    #[serde(default)]
    pub body: Value,
    /// The name of the token that GitHub is asked with, where it is not that of whoever runs the lab.
    #[serde(default)]
    pub token: Option<String>,
}

impl ScenarioRequest {
    pub(super) fn asked(&self) -> (Method, &ScenarioRequestBody) {
        match self {
            ScenarioRequest::Post(asked) => (Method::POST, asked),
            ScenarioRequest::Put(asked) => (Method::PUT, asked),
            ScenarioRequest::Patch(asked) => (Method::PATCH, asked),
            ScenarioRequest::Delete(asked) => (Method::DELETE, asked),
        }
    }
}

impl ScenarioRequestBody {
    /// Whether it is about each cluster, and not about all of them together: it names `${lab.cluster}`.
    pub(super) fn is_of_cluster(&self) -> bool {
        let word = format!("{LAB}cluster}}");
        self.path.contains(&word) || self.body.to_string().contains(&word)
    }
}

/// Asks GitHub, and is answered well: the answer.
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

/// Asks Azure, and is answered well.
pub(super) fn ask_azure(
    azure: &mut Azure,
    (method, path): (Method, &str),
    body: &Value,
    now: Timestamp,
) -> Result<(), ScenarioError> {
    let what = format!("{method} {path}");
    let token = azure.owner_token(now);
    let request = Request::new(method, path).with_token(&token).with_json(body);
    let (status, told) = azure.answer(&request, now).into_json();
    if status.is_success() {
        return Ok(());
    }
    let error = &told["error"];
    let text = |field: &str| error[field].as_str().unwrap_or_default().to_owned();
    let why = format!("{} {}: {}", status.as_u16(), text("code"), text("message"));
    Err(ScenarioError::Azure { what, why })
}
