//! The routes of Entra. They are told from Resource Manager's by their paths alone: both are on one host here.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, PRAGMA};
use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::directory::Directory;
use super::form::SignInForm;
use super::refusal::SignInRefusal;
use super::token_endpoint::Version;
use crate::azure::guid::guid;
use crate::message::{Reply, Request};
use crate::path_pattern::{Case, PathWords};

/// What a route is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Endpoint {
    Token(Version),
    Configuration { is_newer: bool },
    Instance,
    Keys,
}

const ROUTES: [(Method, &str, Endpoint); 9] = [
    (Method::POST, "/{tenant}/oauth2/v2.0/token", Endpoint::Token(Version::Two)),
    (Method::POST, "/{tenant}/oauth2/token", Endpoint::Token(Version::One)),
    (
        Method::GET,
        "/{tenant}/v2.0/.well-known/openid-configuration",
        Endpoint::Configuration { is_newer: true },
    ),
    (Method::GET, "/{tenant}/.well-known/openid-configuration", Endpoint::Configuration { is_newer: false }),
    (Method::GET, "/common/discovery/instance", Endpoint::Instance),
    (Method::GET, "/discovery/instance", Endpoint::Instance),
    (Method::GET, "/{tenant}/discovery/instance", Endpoint::Instance),
    (Method::GET, "/{tenant}/discovery/v2.0/keys", Endpoint::Keys),
    (Method::GET, "/{tenant}/discovery/keys", Endpoint::Keys),
];

impl Directory {
    /// Answers what is asked of Entra; nothing where something else is asked. `count` makes identifiers.
    pub(crate) fn answer(&mut self, request: &Request, count: u64, now: Timestamp) -> Option<Reply> {
        let (endpoint, tenant) = find(request)?;
        let answer = match endpoint {
            Endpoint::Token(version) => self.sign_in(&tenant, version, request, now),
            Endpoint::Configuration { is_newer } => self
                .check_tenant(&tenant)
                .or_else(|refusal| if refusal == SignInRefusal::no_tenant() { Ok(()) } else { Err(refusal) })
                .map(|()| self.openid_configuration(&tenant, is_newer)),
            Endpoint::Instance => Ok(self.instance()),
            // Whoever wants to look at a signature asks Resource Manager, which knows every token.
            Endpoint::Keys => Ok(json!({"keys": []})),
        };
        let (status, document) = match answer {
            Ok(document) => (StatusCode::OK, document),
            Err(refusal) => self.refusal_response(&refusal, count, now),
        };
        Some(reply(status, document, count))
    }

    /// Which application says of itself that it wants to sign in; nobody where something else is asked.
    pub(crate) fn claimed_client(&self, request: &Request) -> Option<String> {
        match find(request)? {
            (Endpoint::Token(_), _) => SignInForm::of(request)?.get("client_id").map(str::to_owned),
            _ => None,
        }
    }

    /// Whether a request carries secrets, and should carry none in its address: nothing behind a question mark is read.
    pub(crate) fn is_sign_in(request: &Request) -> bool {
        matches!(find(request), Some((Endpoint::Token(_), _)))
    }
}

fn find(request: &Request) -> Option<(Endpoint, String)> {
    let words = PathWords::of(&request.path);
    let method = if request.method == Method::HEAD { &Method::GET } else { &request.method };
    ROUTES.iter().filter(|(known, ..)| known == method).find_map(|(_, path, endpoint)| {
        let found = words.matched(path, Case::Insensitive)?;
        Some((*endpoint, found.into_iter().next().map(|(_, tenant)| tenant).unwrap_or_default()))
    })
}

fn reply(status: StatusCode, document: Value, count: u64) -> Reply {
    let mut reply = Reply::json(status, document)
        .with_header(CACHE_CONTROL, "no-store, no-cache")
        .with_header(PRAGMA, "no-cache")
        .with_header(HeaderName::from_static("x-ms-request-id"), &guid(&["request", &count.to_string()]));
    let media = HeaderValue::from_static("application/json; charset=utf-8");
    reply.headers.insert(CONTENT_TYPE, media);
    reply
}
