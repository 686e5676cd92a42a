//! The client: from addresses and a token to octocrab over the suite's own transport. Asks GitHub nothing yet.
//!
//! octocrab decides by rules of its own which requests carry the token. What it decided is checked where requests
//! leave: the token goes to the scheme, host and port of the configured API and to nobody else.

use std::sync::Arc;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use jiff::Timestamp;
use octocrab::{AuthState, OctoBody, Octocrab, OctocrabBuilder};
use tower::BoxError;

use super::access_error::AccessError;
use super::rate_limit::{LearnedLimit, ReachedLimit, RequestQuota};
use super::response_cache::ResponseCache;
use crate::model::harmless;
use crate::wire::retry::Repeat;
use crate::wire::{BaseUrl, Clock, Secret, ServerClock, ServerTime, Settings, Transport};

/// Where GitHub is and who asks.
#[derive(Clone)]
pub struct GithubOptions {
    /// The REST API: `https://api.github.com`, or `https://host/api/v3` on GitHub Enterprise Server.
    pub api: String,
    /// Pages and git: `https://github.com`.
    pub server: String,
    /// The token; without one only what is public can be read.
    pub token: Option<Secret>,
    /// How it is reached.
    pub transport: Settings,
}

impl GithubOptions {
    /// github.com, without a token.
    pub fn public(transport: Settings) -> Self {
        let (api, server) = ("https://api.github.com".to_owned(), "https://github.com".to_owned());
        Self { api, server, token: None, transport }
    }
}

/// Shows addresses without what may be a password in them.
impl std::fmt::Debug for GithubOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GithubOptions")
            .field("api", &harmless(&self.api))
            .field("server", &harmless(&self.server))
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

/// GitHub as one person sees it. Cheap to clone.
#[derive(Clone)]
pub struct Github {
    pub(super) octocrab: Octocrab,
    /// Kept to redact it from whatever GitHub answers.
    pub(super) token: Option<Secret>,
    pub(super) api: BaseUrl,
    server: BaseUrl,
    server_clock: ServerClock,
    clock: Clock,
    pub(super) limit: LearnedLimit,
    pub(super) response_cache: Arc<ResponseCache>,
}

impl std::fmt::Debug for Github {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Github").field("api", &self.api).field("token", &self.token).finish_non_exhaustive()
    }
}

impl Github {
    /// The token that it asks with, for whoever hands it on.
    pub fn token(&self) -> Option<&Secret> {
        self.token.as_ref()
    }

    /// Makes a client. Call it inside a Tokio runtime: octocrab keeps a task there.
    pub fn open(options: GithubOptions) -> Result<Self, AccessError> {
        let api = base_url("GITHUB_API_URL", &options.api)?;
        let server = base_url("GITHUB_SERVER_URL", &options.server)?;
        let server_clock = ServerClock::default();
        let connection = ApiConnection {
            transport: Transport::new(&options.transport)?,
            api: api.clone(),
            server_clock: server_clock.clone(),
        };
        let service = tower::service_fn(move |request: Request<OctoBody>| {
            let connection = connection.clone();
            async move { connection.send(request).await }
        });
        let auth = match &options.token {
            Some(token) => AuthState::AccessToken { token: token.expose().to_owned().into() },
            None => AuthState::None,
        };
        let Ok(octocrab) = OctocrabBuilder::new_empty().with_service(service).with_auth(auth).build();
        Ok(Self {
            octocrab,
            token: options.token,
            api,
            server,
            server_clock,
            clock: Clock::system(),
            limit: LearnedLimit::default(),
            response_cache: Arc::default(),
        })
    }

    /// The same client by another clock than the machine's: it says when a rate limit has ended.
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The host that git addresses name.
    pub fn host(&self) -> &str {
        self.server.host()
    }

    /// The address of pages and of git, without a slash at its end.
    pub fn server(&self) -> String {
        self.server.to_string()
    }

    /// GitHub's clock, as far as its answers told by now.
    pub fn server_clock(&self) -> &ServerClock {
        &self.server_clock
    }

    /// The time at GitHub, as far as it is known.
    pub fn now(&self) -> Timestamp {
        ServerTime::decide(self.clock.now(), self.clock.is_given(), self.server_clock.offset()).now
    }

    /// The rate limit that is reached: until it ends nothing is sent.
    pub fn reached_limit(&self) -> Option<ReachedLimit> {
        self.limit.reached(self.now())
    }

    /// How many requests GitHub takes until when, as far as its answers told.
    pub fn quota(&self) -> Option<RequestQuota> {
        self.limit.quota(self.now())
    }

    /// Whether a token is sent.
    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }
}

/// What takes requests from octocrab to the transport.
#[derive(Clone)]
struct ApiConnection {
    transport: Transport,
    api: BaseUrl,
    server_clock: ServerClock,
}

impl ApiConnection {
    async fn send(&self, request: Request<OctoBody>) -> Result<Response<Full<Bytes>>, BoxError> {
        let (mut head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        if head.uri.authority().is_none() {
            head.uri = self.api.address(&head.uri)?;
        }
        let is_api = self.api.is_origin_of(&head.uri);
        if !is_api {
            head.headers.remove(AUTHORIZATION);
        }
        let repeat = head.extensions.get::<Repeat>().copied().unwrap_or(Repeat::Never);
        let sent = Timestamp::now();
        let response = self.transport.send(Request::from_parts(head, body), repeat).await?;
        if is_api {
            self.server_clock.observe(response.headers(), sent, Timestamp::now());
        }
        Ok(response.map(Full::new))
    }
}

fn base_url(variable: &'static str, address: &str) -> Result<BaseUrl, AccessError> {
    BaseUrl::parse(address).ok_or_else(|| invalid_address(variable, address))
}

/// What stands before an `@` may be a password, and what follows a `?` a token: neither is shown.
fn invalid_address(variable: &'static str, address: &str) -> AccessError {
    let shown = address.split('?').next().unwrap_or_default();
    let shown = shown.rsplit_once('@').map_or(shown.to_owned(), |(_, rest)| format!("…@{rest}"));
    AccessError::Address { variable, address: harmless(&shown) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_address_is_shown_without_secrets() {
        for address in ["https://me:secret@host", "https://host?token=secret", "me:secret@host"] {
            let error = base_url("GITHUB_API_URL", address).expect_err("refused").to_string();
            assert!(error.contains("GITHUB_API_URL") && !error.contains("secret"), "{error}");
        }
    }
}
