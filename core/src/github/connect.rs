//! From addresses and a token to a client. Asks GitHub nothing yet.

use std::sync::Arc;

use bytes::Bytes;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use octocrab::{AuthState, OctoBody, Octocrab, OctocrabBuilder};
use tower::BoxError;

use super::error::ConnectError;
use super::memory::Memory;
use crate::model::harmless;
use crate::wire::retry::Repeat;
use crate::wire::{Secret, Settings, Transport};

/// Where GitHub is and who asks.
#[derive(Clone)]
pub struct Options {
    /// The REST API: `https://api.github.com`, or `https://host/api/v3` on a server of one's own.
    pub api: String,
    /// Pages and git: `https://github.com`.
    pub server: String,
    /// The token; without one only what is public can be read.
    pub token: Option<Secret>,
    /// How it is reached.
    pub transport: Settings,
}

impl Options {
    /// github.com, without a token.
    pub fn public(transport: Settings) -> Self {
        let (api, server) = ("https://api.github.com".to_owned(), "https://github.com".to_owned());
        Self { api, server, token: None, transport }
    }
}

/// An address that somebody typed may hold a password.
impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
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
    /// To take it out of whatever is shown.
    pub(super) token: Option<Secret>,
    /// The address of the API without a slash at its end.
    pub(super) api: String,
    server: String,
    pub(super) memory: Arc<Memory>,
}

impl std::fmt::Debug for Github {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Github").field("api", &self.api).field("token", &self.token).finish_non_exhaustive()
    }
}

impl Github {
    /// Makes a client. Call it inside a Tokio runtime: octocrab keeps a task there.
    pub fn open(options: Options) -> Result<Self, ConnectError> {
        let api = address("GITHUB_API_URL", &options.api)?;
        let server = address("GITHUB_SERVER_URL", &options.server)?;
        let transport = Transport::new(&options.transport)?;
        let base = api.parse::<Uri>().map_err(|_| invalid("GITHUB_API_URL", &options.api))?;
        let service = tower::service_fn(move |request: Request<OctoBody>| {
            let (transport, base) = (transport.clone(), base.clone());
            async move { carry(&transport, &base, request).await }
        });
        let auth = match &options.token {
            Some(token) => AuthState::AccessToken { token: token.expose().to_owned().into() },
            None => AuthState::None,
        };
        let built = OctocrabBuilder::new_empty().with_service(service).with_auth(auth).build();
        let Ok(octocrab) = built;
        Ok(Self { octocrab, token: options.token, api, server, memory: Arc::default() })
    }

    /// The host that git addresses name.
    pub fn host(&self) -> &str {
        self.server.split_once("://").map_or(self.server.as_str(), |(_, host)| host)
    }

    /// The address of pages and of git, without a slash at its end.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Whether a token is sent.
    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }
}

/// Takes a request from octocrab to the transport.
async fn carry(
    transport: &Transport,
    base: &Uri,
    request: Request<OctoBody>,
) -> Result<Response<Full<Bytes>>, BoxError> {
    let (mut head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    if head.uri.authority().is_none() {
        head.uri = beneath(base, &head.uri)?;
    }
    let repeat = head.extensions.get::<Repeat>().copied().unwrap_or(Repeat::Never);
    let answer = transport.send(Request::from_parts(head, body), repeat).await?;
    Ok(answer.map(Full::new))
}

/// A route as an address beneath that of the API.
fn beneath(base: &Uri, route: &Uri) -> Result<Uri, http::Error> {
    let path = base.path().trim_end_matches('/');
    let route = route.path_and_query().map_or("/", PathAndQuery::as_str);
    Uri::builder()
        .scheme(base.scheme().cloned().unwrap_or(Scheme::HTTPS))
        .authority(base.authority().map_or("", Authority::as_str))
        .path_and_query(format!("{path}{route}"))
        .build()
}

/// An https address without anything but host, port and path: a token is sent there.
fn address(name: &'static str, value: &str) -> Result<String, ConnectError> {
    let uri: Uri = value.parse().map_err(|_| invalid(name, value))?;
    let authority = uri.authority().map(Authority::as_str).unwrap_or_default();
    let is_plain = uri.scheme() == Some(&Scheme::HTTPS) && !authority.contains('@') && uri.query().is_none();
    if is_plain && !authority.is_empty() {
        Ok(format!("https://{authority}{}", uri.path().trim_end_matches('/')))
    } else {
        Err(invalid(name, value))
    }
}

fn invalid(name: &'static str, value: &str) -> ConnectError {
    // Whatever it is, what stands before an @ may be a password, and what follows a ? a token.
    let shown = value.split('?').next().unwrap_or_default();
    let shown = shown.rsplit_once('@').map_or(shown.to_owned(), |(_, rest)| format!("…@{rest}"));
    ConnectError::Address { name, value: harmless(&shown) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_sent_to_an_https_address_alone() {
        for value in [
            "http://api.github.com",
            "api.github.com",
            "https://",
            "https://me:secret@host",
            "",
            "https://host?token=secret",
            "me:secret@host",
        ] {
            let told = address("GITHUB_API_URL", value).expect_err("refused").to_string();
            assert!(!told.contains("secret"), "{told}");
        }
        assert_eq!(address("X", "https://host:8443/api/v3/").expect("valid"), "https://host:8443/api/v3");
    }

    #[test]
    fn a_server_of_ones_own_has_a_path() {
        let base = "https://host/api/v3".parse().expect("valid");
        let route = "/repos/o/r?per_page=100".parse().expect("valid");
        assert_eq!(
            beneath(&base, &route).expect("valid").to_string(),
            "https://host/api/v3/repos/o/r?per_page=100"
        );
    }
}
