//! What goes wrong with GitHub, in words that name the thing and the next step.

use jiff::Timestamp;
use serde_json::Value;

use super::answer::Answer;
use crate::model::{Exit, Failure, harmless};
use crate::wire::{RootsError, Secret, TransportError, retry};

/// Why no client could be made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// An address is none.
    #[error("{name} is not an https address: {value}")]
    Address {
        /// The variable.
        name: &'static str,
        /// What it holds, without user and password.
        value: String,
    },
    /// The transport cannot be made.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The authorities to trust cannot be read.
    #[error(transparent)]
    Roots(#[from] RootsError),
    /// A token file cannot be read.
    #[error("token file {} cannot be read: {why}", file.display())]
    TokenFile {
        /// The file.
        file: std::path::PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A token holds what no header can.
    #[error("the GitHub token from {origin} holds characters that no token has")]
    Token {
        /// Where it came from.
        origin: String,
    },
}

impl Failure for ConnectError {
    fn code(&self) -> &'static str {
        match self {
            ConnectError::Address { .. } => "GithubAddressInvalid",
            ConnectError::Transport(_) => "TransportUnusable",
            ConnectError::Roots(error) => error.code(),
            ConnectError::TokenFile { .. } | ConnectError::Token { .. } => "GithubTokenInvalid",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            ConnectError::Address { name, .. } => format!("set {name} as Actions does, or unset it"),
            ConnectError::Transport(_) => "check HTTPS_PROXY, HTTP_PROXY and GITOPS_CA_FILE".to_owned(),
            ConnectError::Roots(error) => return error.hint(),
            ConnectError::TokenFile { .. } => "name a file that holds a token and nothing else".to_owned(),
            ConnectError::Token { .. } => "copy the token again: it is one word".to_owned(),
        })
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

/// Why GitHub did not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum GithubError {
    /// No answer.
    #[error(transparent)]
    Unreachable(TransportError),
    /// The token is missing or not accepted.
    #[error("GitHub does not accept {}: {asked}: {message}", if *had_token { "the token" } else { "a request without a token" })]
    Unauthenticated {
        /// What was asked.
        asked: String,
        /// What GitHub says.
        message: String,
        /// Whether a token was sent.
        had_token: bool,
    },
    /// The token's rights do not suffice.
    #[error("GitHub does not allow it: {asked}: {message}")]
    Forbidden {
        /// What was asked.
        asked: String,
        /// What GitHub says.
        message: String,
        /// The permissions that would do, as far as GitHub says.
        accepted: Option<String>,
        /// The page on which an organisation's single sign-on admits the token.
        sign_on: Option<String>,
    },
    /// It is not there, or may not be seen.
    #[error("GitHub has nothing there, or hides it: {asked}: {message}")]
    NotFound {
        /// What was asked.
        asked: String,
        /// What GitHub says.
        message: String,
        /// Whether a token was sent.
        had_token: bool,
    },
    /// It contradicts what is there.
    #[error("GitHub refuses it as things stand: {asked}: {message}")]
    Conflict {
        /// What was asked.
        asked: String,
        /// What GitHub says.
        message: String,
        /// 405, 409, 412 or 423.
        status: u16,
    },
    /// It is not acceptable as it is.
    #[error("GitHub refuses it: {asked}: {message}")]
    Invalid {
        /// What was asked.
        asked: String,
        /// What GitHub says, with its details.
        message: String,
    },
    /// Too many requests.
    #[error("GitHub takes no more requests{}: {asked}", until.map(|until| format!(" until {until:.0}")).unwrap_or_default())]
    Limited {
        /// What was asked.
        asked: String,
        /// When it takes some again.
        until: Option<Timestamp>,
        /// Whether it is the limit on bursts.
        is_secondary: bool,
        /// Whether a token was sent: without one there are 60 an hour.
        had_token: bool,
    },
    /// It failed by itself.
    #[error("GitHub failed with {status}: {asked}")]
    Broken {
        /// What was asked.
        asked: String,
        /// 5xx, or anything unheard of.
        status: u16,
    },
    /// The answer is not what GitHub would say.
    #[error("the answer is not what GitHub would say: {asked}")]
    Nonsense {
        /// What was asked.
        asked: String,
    },
}

impl GithubError {
    /// What a refusing answer means.
    pub(super) fn of(answer: &Answer, token: Option<&Secret>, now: Timestamp) -> Self {
        let (asked, had_token) = (answer.asked.clone(), token.is_some());
        if retry::is_limited(answer.status, &answer.headers, &answer.body) {
            let until = retry::resumes(&answer.headers, now);
            return Self::Limited {
                asked,
                until,
                is_secondary: retry::is_secondary(&answer.body),
                had_token,
            };
        }
        let message = without(token, message(answer));
        match answer.status.as_u16() {
            401 => Self::Unauthenticated { asked, message, had_token },
            403 => Self::Forbidden {
                asked,
                message,
                accepted: answer
                    .header("x-accepted-oauth-scopes")
                    .filter(|list| !list.is_empty())
                    .or(answer.header("x-accepted-github-permissions"))
                    .map(harmless),
                sign_on: answer
                    .header("x-github-sso")
                    .and_then(|text| text.split_once("url="))
                    .map(|(_, url)| harmless(url)),
            },
            404 | 410 => Self::NotFound { asked, message, had_token },
            status @ (405 | 409 | 412 | 423) => Self::Conflict { asked, message, status },
            400 | 422 => Self::Invalid { asked, message },
            status => Self::Broken { asked, status },
        }
    }

    /// What happened, in few words, beside what was asked.
    pub fn brief(&self) -> String {
        match self {
            Self::Unreachable(TransportError::Lost { loss, .. }) => loss.to_string(),
            Self::Unreachable(error) => error.to_string(),
            Self::Unauthenticated { message, .. } => format!("not authenticated: {message}"),
            Self::Forbidden { message, .. } => format!("not allowed: {message}"),
            Self::NotFound { .. } => "not there, or hidden".to_owned(),
            Self::Conflict { message, .. } | Self::Invalid { message, .. } => message.clone(),
            Self::Limited { until: Some(until), .. } => format!("too many requests, until {until:.0}"),
            Self::Limited { .. } => "too many requests".to_owned(),
            Self::Broken { status, .. } => format!("GitHub failed with {status}"),
            Self::Nonsense { .. } => "the answer is not what GitHub would say".to_owned(),
        }
    }

    /// Whether what was asked for is not there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }
}

/// `text` without the token: whatever stands between us and GitHub might say back what it was told.
fn without(token: Option<&Secret>, text: String) -> String {
    match token.map(Secret::expose).filter(|token| !token.is_empty()) {
        Some(token) => text.replace(token, "***"),
        None => text,
    }
}

/// What GitHub says, with the details that it gives beside it.
fn message(answer: &Answer) -> String {
    let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let mut message = match value["message"].as_str() {
        Some(message) => message.to_owned(),
        None => answer.status.to_string(),
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
    fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "GithubUnreachable",
            Self::Unauthenticated { .. } => "GithubUnauthenticated",
            Self::Forbidden { .. } => "GithubForbidden",
            Self::NotFound { .. } => "GithubNotFound",
            Self::Conflict { .. } => "GithubConflict",
            Self::Invalid { .. } => "GithubInvalid",
            Self::Limited { .. } => "GithubRateLimited",
            Self::Broken { .. } | Self::Nonsense { .. } => "GithubFailed",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unreachable(_) => "check the network, HTTPS_PROXY and GITOPS_CA_FILE".to_owned(),
            Self::Unauthenticated { had_token: true, .. } => {
                "the token may have expired or been revoked; sign in again: gh auth login".to_owned()
            }
            Self::Unauthenticated { .. }
            | Self::Limited { had_token: false, .. }
            | Self::NotFound { had_token: false, .. } => {
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
            Self::Conflict { .. } | Self::Invalid { .. } => return None,
            Self::Limited { .. } => "wait, or use another token".to_owned(),
            Self::Broken { .. } | Self::Nonsense { .. } => {
                "look at https://www.githubstatus.com and try again".to_owned()
            }
        })
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Unauthenticated { .. } | Self::Forbidden { .. } => Exit::Denied,
            Self::NotFound { .. } => Exit::NotFound,
            _ => Exit::Failed,
        }
    }
}
