//! The git host over HTTPS: three routes, and who may take them.
//!
//! `git upload-pack` serves fetches, so these are those of a real host. Pushes are read here and not by
//! `git receive-pack`, which would move refs past GitHub's rules and leave their locks behind when it is killed.
//! Not `git http-backend`: that is a CGI program whose answers would have to be parsed again.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use http::header::{CACHE_CONTROL, CONTENT_ENCODING, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use http::{Method, Response, StatusCode};
use jiff::Timestamp;
use tokio_rustls::TlsAcceptor;

use super::git_process::upload_pack;
use super::middleware::Routes;
use super::releases::Releases;
use super::server::{Body, Cut, Meeting, finished, respond};
use super::shared_world::SharedWorld;
use crate::git::{Door, FetchError, GitHost, Right};
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
    fn meet(&self) -> Meeting {
        match self.host.door(&self.address) {
            Door::Well => Meeting::Tls(self.acceptor.clone()),
            Door::Foreign => Meeting::Tls(self.foreign.clone()),
            Door::Silent => Meeting::Silence,
            Door::Down => Meeting::Close,
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
        match self.host.door(&self.address) {
            Door::Silent => return std::future::pending().await,
            Door::Down => {
                cut.now();
                return std::future::pending().await;
            }
            Door::Well | Door::Foreign => {}
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

/// The two things that git does for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    Upload,
    Receive,
}

/// What a request wants.
struct GitRequest {
    repository: String,
    service: Service,
    /// The refs that there are, and not yet the exchange.
    is_advertisement: bool,
}

impl GitRequest {
    fn of(request: &Request) -> Result<Self, Box<Response<Body>>> {
        let path = request.path.trim_start_matches('/');
        let refused = |status, text: String| Err(Box::new(finished(status, TEXT, text)));
        let unknown = || {
            let told = format!("the lab does not serve {} /{path} on its git host\n", request.method);
            refused(StatusCode::NOT_IMPLEMENTED, told)
        };
        let mut words = path.splitn(3, '/');
        let (Some(organisation), Some(repository), Some(rest)) = (words.next(), words.next(), words.next())
        else {
            return unknown();
        };
        let (service, is_advertisement) = match (&request.method, rest) {
            (&Method::GET, "info/refs") => {
                let query = request.query.as_str();
                let service = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "service");
                match service.as_ref().and_then(|(_, service)| Service::named(service)) {
                    Some(service) => (service, true),
                    // The protocol of before 2010, which reads files. No client of today speaks it first.
                    None => {
                        return refused(StatusCode::FORBIDDEN, "Please upgrade your git client.\n".into());
                    }
                }
            }
            (&Method::POST, rest) => match Service::named(rest) {
                Some(service) => (service, false),
                None => return unknown(),
            },
            _ => return unknown(),
        };
        let repository = repository.strip_suffix(".git").unwrap_or(repository);
        Ok(Self { repository: format!("{organisation}/{repository}"), service, is_advertisement })
    }

    fn media(&self) -> &'static str {
        match (self.service, self.is_advertisement) {
            (Service::Upload, true) => "application/x-git-upload-pack-advertisement",
            (Service::Upload, false) => "application/x-git-upload-pack-result",
            (Service::Receive, true) => "application/x-git-receive-pack-advertisement",
            (Service::Receive, false) => "application/x-git-receive-pack-result",
        }
    }
}

impl Service {
    fn named(name: &str) -> Option<Self> {
        match name {
            "git-upload-pack" => Some(Service::Upload),
            "git-receive-pack" => Some(Service::Receive),
            _ => None,
        }
    }

    fn right(self) -> Right {
        match self {
            Service::Upload => Right::Read,
            Service::Receive => Right::Write,
        }
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

/// A body as it was before it was packed for the way.
fn unpacked(request: &Request) -> Result<Vec<u8>, StatusCode> {
    let body = &request.body[..];
    match request.headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"identity") => Ok(body.to_vec()),
        Some(b"gzip" | b"x-gzip") => {
            let mut unpacked = Vec::new();
            let read = flate2::read::MultiGzDecoder::new(body).read_to_end(&mut unpacked);
            read.map(|_| unpacked).map_err(|_| StatusCode::BAD_REQUEST)
        }
        Some(_) => Err(StatusCode::UNSUPPORTED_MEDIA_TYPE),
    }
}
