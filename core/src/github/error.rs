//! What goes wrong with GitHub, in words that name the request and the next step.

use jiff::Timestamp;
use serde_json::Value;

use super::response::GithubResponse;
use crate::model::github::RepositoryName;
use crate::model::{Exit, Failure, harmless, without_url_users};
use crate::wire::{Secret, TransportError, retry};

/// Why GitHub did not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum GithubError {
    /// No response.
    #[error(transparent)]
    Unreachable(TransportError),
    /// The token is missing or not accepted.
    #[error("GitHub does not accept {}: {request}: {message}", token(*had_token, origin.as_deref()))]
    Unauthenticated {
        /// Method and route of the request.
        request: String,
        /// What GitHub says.
        message: String,
        /// Whether a token was sent.
        had_token: bool,
        /// The variable or file that the token was taken from.
        origin: Option<String>,
    },
    /// The token's rights do not suffice.
    #[error("GitHub does not allow it: {request}: {message}")]
    Forbidden {
        /// Method and route of the request.
        request: String,
        /// What GitHub says.
        message: String,
        /// The permissions that would do, as far as GitHub says.
        accepted: Option<String>,
        /// The page on which an organisation's single sign-on admits the token.
        sign_on: Option<String>,
    },
    /// What was asked for is not there, or the token may not see it.
    #[error("GitHub has nothing there, or hides it: {request}: {message}")]
    NotFound {
        /// Method and route of the request.
        request: String,
        /// What GitHub says.
        message: String,
        /// Whether a token was sent.
        had_token: bool,
    },
    /// Everything of a repository answers 404, the repository itself too.
    #[error("{} {repository}, or it is not there", if *had_token { "the token does not see" } else { "nobody without a token sees" })]
    RepositoryHidden {
        /// The repository.
        repository: RepositoryName,
        /// Whether a token was sent.
        had_token: bool,
    },
    /// The request contradicts what is there.
    #[error("GitHub refuses it as things stand: {request}: {message}")]
    Conflict {
        /// Method and route of the request.
        request: String,
        /// What GitHub says.
        message: String,
        /// 405, 409, 412 or 423.
        status: u16,
    },
    /// The request is not acceptable.
    #[error("GitHub refuses it: {request}: {message}")]
    Invalid {
        /// Method and route of the request.
        request: String,
        /// What GitHub says, with its details.
        message: String,
    },
    /// Too many requests.
    #[error("GitHub takes no more requests{}: {request}", until.map(|until| format!(" until {until:.0}")).unwrap_or_default())]
    RateLimited {
        /// Method and route of the request.
        request: String,
        /// When GitHub takes requests again.
        until: Option<Timestamp>,
        /// Whether it is a secondary limit, on bursts.
        is_secondary: bool,
        /// Whether a token was sent: without one there are 60 an hour.
        had_token: bool,
    },
    /// GitHub failed by itself.
    #[error("GitHub failed with {status}: {request}")]
    Failed {
        /// Method and route of the request.
        request: String,
        /// 5xx, or a status that has no meaning here.
        status: u16,
    },
    /// The response does not have the shape that GitHub documents.
    #[error("GitHub's response is malformed: {request}")]
    Malformed {
        /// Method and route of the request.
        request: String,
    },
}

/// What was sent, for a sentence.
fn token(had_token: bool, origin: Option<&str>) -> String {
    match (had_token, origin) {
        (true, Some(origin)) => format!("the token from {origin}"),
        (true, None) => "the token".to_owned(),
        (false, _) => "a request without a token".to_owned(),
    }
}

impl GithubError {
    /// The error that a refusal means.
    pub(super) fn from_response(response: &GithubResponse, token: Option<&Secret>, now: Timestamp) -> Self {
        let (request, had_token) = (response.request.clone(), token.is_some());
        if retry::is_limited(response.status, &response.headers, &response.body) {
            let until = retry::resumes(&response.headers, now);
            return Self::RateLimited {
                request,
                until,
                is_secondary: retry::is_secondary(&response.body),
                had_token,
            };
        }
        let message = redact(token, error_message(response));
        match response.status.as_u16() {
            401 => {
                let origin = token.and_then(Secret::origin).map(str::to_owned);
                Self::Unauthenticated { request, message, had_token, origin }
            }
            403 => Self::Forbidden {
                request,
                message,
                accepted: response
                    .header("x-accepted-oauth-scopes")
                    .filter(|list| !list.is_empty())
                    .or(response.header("x-accepted-github-permissions"))
                    .map(harmless),
                sign_on: response
                    .header("x-github-sso")
                    .and_then(|text| text.split_once("url="))
                    .map(|(_, url)| without_url_users(url)),
            },
            404 | 410 => Self::NotFound { request, message, had_token },
            status @ (405 | 409 | 412 | 423) => Self::Conflict { request, message, status },
            400 | 422 => Self::Invalid { request, message },
            status => Self::Failed { request, status },
        }
    }

    /// What happened, without the request: for a row that names it already.
    pub fn brief(&self) -> String {
        match self {
            Self::Unreachable(TransportError::Lost { loss, .. }) => loss.to_string(),
            Self::Unreachable(error) => error.to_string(),
            Self::Unauthenticated { message, origin: Some(origin), .. } => {
                format!("not authenticated: {message}; the token is from {origin}")
            }
            Self::Unauthenticated { message, .. } => format!("not authenticated: {message}"),
            Self::Forbidden { message, .. } => format!("not allowed: {message}"),
            Self::NotFound { .. } => "not there, or hidden".to_owned(),
            Self::RepositoryHidden { had_token: true, .. } => {
                "the token does not see it, or it is not there".to_owned()
            }
            Self::RepositoryHidden { had_token: false, .. } => {
                "nobody without a token sees it, or it is not there".to_owned()
            }
            Self::Conflict { message, .. } | Self::Invalid { message, .. } => message.clone(),
            Self::RateLimited { .. } => "rate limit reached".to_owned(),
            Self::Failed { status, .. } => format!("GitHub failed with {status}"),
            Self::Malformed { .. } => "GitHub's response is malformed".to_owned(),
        }
    }

    /// Whether what was asked for is not there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::NotFound { .. } | Self::RepositoryHidden { .. })
    }
}

/// `text` without the token: a proxy in between may quote the headers that it received.
fn redact(token: Option<&Secret>, text: String) -> String {
    match token.map(Secret::expose).filter(|token| !token.is_empty()) {
        Some(token) => text.replace(token, "***"),
        None => text,
    }
}

/// GitHub's message, with the details that it gives beside it.
fn error_message(response: &GithubResponse) -> String {
    let value: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let mut message = match value["message"].as_str() {
        Some(message) => message.to_owned(),
        None => response.status.to_string(),
    };
    let details = value["errors"].as_array().into_iter().flatten().filter_map(|error| match error {
        Value::String(text) => Some(text.clone()),
        error => error["message"].as_str().map(str::to_owned).or_else(|| {
            let (field, code) = (error["field"].as_str()?, error["code"].as_str()?);
            Some(format!("{field} {}", code.replace('_', " ")))
        }),
    });
    let details: Vec<String> = details.filter(|detail| !message.contains(detail.as_str())).collect();
    if !details.is_empty() {
        message = format!("{message}: {}", details.join("; "));
    }
    harmless(&message)
}

impl Failure for GithubError {
    fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(TransportError::Lost { .. }) | Self::RateLimited { .. } => true,
            Self::Failed { status, .. } => *status == 408 || *status >= 500,
            // Half an answer, or what a proxy says in GitHub's place.
            Self::Malformed { .. } => true,
            _ => false,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "GithubUnreachable",
            Self::Unauthenticated { .. } => "GithubUnauthenticated",
            Self::Forbidden { .. } => "GithubForbidden",
            Self::NotFound { .. } => "GithubNotFound",
            Self::RepositoryHidden { .. } => "GithubRepositoryHidden",
            Self::Conflict { .. } => "GithubConflict",
            Self::Invalid { .. } => "GithubInvalid",
            Self::RateLimited { .. } => "GithubRateLimited",
            Self::Failed { .. } | Self::Malformed { .. } => "GithubFailed",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unreachable(_) => "check the network, HTTPS_PROXY and GITOPS_CA_FILE".to_owned(),
            Self::Unauthenticated { had_token: true, .. } => {
                "the token may have expired or been revoked; sign in again: gh auth login".to_owned()
            }
            Self::Unauthenticated { .. }
            | Self::RateLimited { had_token: false, .. }
            | Self::NotFound { had_token: false, .. }
            | Self::RepositoryHidden { had_token: false, .. } => {
                "give a token: GITOPS_GITHUB_TOKEN, GH_TOKEN, --github-token-file, or gh auth login"
                    .to_owned()
            }
            Self::Forbidden { sign_on: Some(url), .. } => {
                format!("admit the token to the organisation: {url}")
            }
            Self::Forbidden { message, .. } if message.contains("workflow") => {
                "give the token the scope workflow: gh auth refresh -s workflow".to_owned()
            }
            Self::Forbidden { accepted: Some(accepted), .. } => format!("give the token one of: {accepted}"),
            Self::Forbidden { .. } => "use a token with more rights to that repository".to_owned(),
            Self::NotFound { .. } => "check the name, and whether the token may see it".to_owned(),
            Self::RepositoryHidden { repository, .. } => {
                format!("check the name, and give the token access to {repository}")
            }
            Self::Conflict { .. } | Self::Invalid { .. } => return None,
            Self::RateLimited { .. } => "wait, or use another token".to_owned(),
            Self::Failed { .. } | Self::Malformed { .. } => {
                "look at https://www.githubstatus.com and try again".to_owned()
            }
        })
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Unauthenticated { .. } | Self::Forbidden { .. } => Exit::Denied,
            Self::NotFound { .. } | Self::RepositoryHidden { .. } => Exit::NotFound,
            _ => Exit::Failed,
        }
    }
}
