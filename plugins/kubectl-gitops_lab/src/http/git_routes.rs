//! The git host over HTTPS: three routes, and who may take them.
//!
//! `git upload-pack` serves fetches, so these are those of a real host. Pushes are read here and not by
//! `git receive-pack`, which would move refs past GitHub's rules and leave their locks behind when it is killed.
//! Not `git http-backend`: that is a CGI program whose answers would have to be parsed again.

use std::path::PathBuf;
use std::sync::Arc;

use http::header::{CACHE_CONTROL, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use http::{Response, StatusCode};
use jiff::Timestamp;
use tokio_rustls::TlsAcceptor;

use super::git_process::upload_pack;
use super::git_request::{GitRequest, Service, unpacked};
use super::middleware::Routes;
use super::releases::Releases;
use super::server::{Body, ConnectionHandling, Cut, finished, respond};
use super::shared_world::SharedWorld;
use crate::git::{FetchError, GitHost, Reachability};
use crate::message::Request;
use crate::world::{Host, RequestLine, World};

const TEXT: &str = "text/plain; charset=utf-8";
const ARCHIVED: &str = "This repository was archived so it is read-only.";
const PROTOCOL: HeaderName = HeaderName::from_static("git-protocol");
/// Where GitHub's API begins, as on a server of one's own: clients that know such servers need to be told the host alone.
pub(super) const API: &str = "/api/v3";

/// What requests are answered from.
pub(super) struct GitRoutes {
    pub(super) host: GitHost,
    /// What is known of the repositories beside what git knows.
    pub(super) world: Arc<SharedWorld>,
    pub(super) releases: Releases,
    /// `https://127.0.0.1:<port>`
    pub(super) address: String,
    pub(super) acceptor: TlsAcceptor,
    /// With a certificate that nobody signed.
    pub(super) foreign: TlsAcceptor,
}

/// What of a path is below GitHub's API.
fn api_path(path: &str) -> Option<&str> {
    path.strip_prefix(API).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Routes for GitRoutes {
    fn connection_handling(&self) -> ConnectionHandling {
        match self.host.reachability(&self.address) {
            Reachability::Up => ConnectionHandling::Tls(self.acceptor.clone()),
            Reachability::Untrusted => ConnectionHandling::Tls(self.foreign.clone()),
            Reachability::Silent => ConnectionHandling::Silence,
            Reachability::Down => ConnectionHandling::Close,
        }
    }

    fn line(&self, request: &Request, world: &World, _: Timestamp) -> RequestLine {
        // GitHub takes no secrets in a query; of the others who knows.
        let (host, target) = match api_path(&request.path) {
            Some(_) => (Host::Github, request.target()),
            None => (Host::Git, request.path.clone()),
        };
        let actor = world.github.actor(request);
        RequestLine { host, site: None, actor, method: request.method.to_string(), target, is_watch: false }
    }

    fn is_private(&self, _: &Request) -> bool {
        false
    }

    async fn answer(&self, mut request: Request, cut: Cut) -> Response<Body> {
        // A connection may be older than what has become of the host.
        match self.host.reachability(&self.address) {
            Reachability::Silent => return std::future::pending().await,
            Reachability::Down => {
                cut.now();
                return std::future::pending().await;
            }
            Reachability::Up | Reachability::Untrusted => {}
        }
        if let Some(path) = api_path(&request.path) {
            request.path = path.to_owned();
            let reply = self.world.with(|world, now| world.ask_github(&request, now));
            return respond(reply, |stream| match stream {});
        }
        if let Some(page) = self.releases.answer(&request.path) {
            return page;
        }
        if let Some(log) = self.world.with(|world, _| world.github.log(&request.path).map(str::to_owned)) {
            return finished(StatusCode::OK, TEXT, log);
        }
        let wanted = match GitRequest::of(&request) {
            Ok(wanted) => wanted,
            Err(response) => return *response,
        };
        let folder = match self.admit(&wanted, &request) {
            Ok(folder) => folder,
            Err(error) => return refusal(&error),
        };
        if wanted.service == Service::Receive && self.is_archived(&wanted.repository) {
            return finished(StatusCode::FORBIDDEN, TEXT, ARCHIVED);
        }
        let body = match unpacked(&request) {
            Ok(body) => body,
            Err(status) => return finished(status, TEXT, "a body that cannot be unpacked\n"),
        };
        let told = match (wanted.service, wanted.is_advertisement) {
            (Service::Upload, is_advertisement) => {
                let protocol = request.header(PROTOCOL).unwrap_or_default();
                upload_pack(is_advertisement, &folder, protocol, &body).await.map(Some)
            }
            (Service::Receive, true) => match self.advertise(&wanted.repository) {
                Ok(told) => Ok(Some(told)),
                Err(error) => return refusal(&error),
            },
            (Service::Receive, false) => {
                self.push(&wanted.repository, &folder, request.password(), &body).await
            }
        };
        match told {
            Ok(Some(told)) => {
                let mut response = finished(StatusCode::OK, wanted.media(), told);
                response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
                response
            }
            Ok(None) => finished(StatusCode::BAD_REQUEST, TEXT, "no push that git would send\n"),
            Err(error) => {
                finished(StatusCode::INTERNAL_SERVER_ERROR, TEXT, format!("git does not run: {error}\n"))
            }
        }
    }
}

impl GitRoutes {
    fn admit(&self, wanted: &GitRequest, request: &Request) -> Result<PathBuf, FetchError> {
        // git over HTTP takes no bearer tokens on GitHub.
        let token = request.password();
        self.host.admit(token.as_deref(), &wanted.repository, wanted.service.right())
    }

    fn is_archived(&self, repository: &str) -> bool {
        self.world.with(|world, now| world.github.is_archived(repository, now))
    }
}

fn refusal(error: &FetchError) -> Response<Body> {
    let (status, text) = error.answer();
    let mut response = finished(status, TEXT, text);
    if status == StatusCode::UNAUTHORIZED {
        let realm = HeaderValue::from_static("Basic realm=\"GitHub\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, realm);
    }
    response
}
