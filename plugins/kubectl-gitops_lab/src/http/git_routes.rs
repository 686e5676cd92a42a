//! The git host over HTTPS: stock git behind three routes.
//!
//! `git upload-pack` and `git receive-pack` speak the protocol; this module carries requests to them and lets in
//! whoever may, so fetches and pushes are those of a real host. Not `git http-backend`: that is a CGI program
//! whose answers would have to be parsed again.

use std::io::Read;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING, HeaderName, HeaderValue, WWW_AUTHENTICATE,
};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio_rustls::TlsAcceptor;

use super::clock::Time;
use super::faults::Host;
use super::git_process::{Service, exchange};
use super::github_routes;
use super::journal::RequestLine;
use super::middleware::Routes;
use super::releases::Releases;
use super::server::{Body, Cut, Meeting, finished, header};
use super::shared_world::locked;
use crate::git::{Door, FetchError, GitHost, Right};
use crate::github::GitHub;

const TEXT: &str = "text/plain; charset=utf-8";
const PROTOCOL: HeaderName = HeaderName::from_static("git-protocol");

/// What requests are answered from.
pub(super) struct GitRoutes {
    pub(super) host: GitHost,
    /// What is known of the repositories beside what git knows.
    pub(super) hub: Arc<Mutex<GitHub>>,
    pub(super) releases: Releases,
    pub(super) time: Arc<Time>,
    /// `https://127.0.0.1:<port>`
    pub(super) address: String,
    pub(super) acceptor: TlsAcceptor,
    /// With a certificate that nobody signed.
    pub(super) foreign: TlsAcceptor,
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

    fn asked(&self, request: &Request<Incoming>) -> RequestLine {
        let uri = request.uri();
        // GitHub takes no secrets in a query; of the others who knows.
        let (host, target) = match github_routes::path(uri.path()) {
            Some(_) => (Host::Github, uri.path_and_query().map_or("/", PathAndQuery::as_str)),
            None => (Host::Git, uri.path()),
        };
        RequestLine { host, method: request.method().to_string(), target: target.to_owned(), is_watch: false }
    }

    fn is_private(&self, _: &Request<Incoming>) -> bool {
        false
    }

    async fn answer(&self, request: Request<Incoming>, cut: Cut) -> Response<Body> {
        // A connection may be older than what has become of the host.
        match self.host.door(&self.address) {
            Door::Silent => return std::future::pending().await,
            Door::Down => {
                cut.now();
                return std::future::pending().await;
            }
            Door::Well | Door::Foreign => {}
        }
        let (head, body) = request.into_parts();
        if let Some(path) = github_routes::path(head.uri.path()) {
            let path = path.to_owned();
            return github_routes::answer(&self.hub, &self.time, path, head, body).await;
        }
        if let Some(page) = self.releases.answer(head.uri.path()) {
            return page;
        }
        if let Some(log) = locked(&self.hub).log(head.uri.path()) {
            return finished(StatusCode::OK, TEXT, log.to_owned());
        }
        let wanted = match GitRequest::of(&head) {
            Ok(wanted) => wanted,
            Err(response) => return *response,
        };
        let folder = match self.admit(&wanted, &head.headers) {
            Ok(folder) => folder,
            Err(error) => return refusal(&error),
        };
        let Ok(body) = body.collect().await else {
            return finished(StatusCode::BAD_REQUEST, TEXT, "half a body\n");
        };
        let body = match unpacked(&head.headers, &body.to_bytes()) {
            Ok(body) => body,
            Err(status) => return finished(status, TEXT, "a body that cannot be unpacked\n"),
        };
        let protocol = header(&head.headers, PROTOCOL).unwrap_or_default();
        match exchange(wanted.service, wanted.is_advertisement, &folder, &protocol, &body).await {
            Ok(told) => {
                let mut response = finished(StatusCode::OK, wanted.media(), told);
                response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
                response
            }
            Err(error) => {
                finished(StatusCode::INTERNAL_SERVER_ERROR, TEXT, format!("git does not run: {error}\n"))
            }
        }
    }
}

impl GitRoutes {
    fn admit(&self, wanted: &GitRequest, headers: &HeaderMap) -> Result<PathBuf, FetchError> {
        let token = password(headers);
        self.host.admit(token.as_deref(), &wanted.repository, wanted.service.right())
    }
}

/// What a request wants.
struct GitRequest {
    repository: String,
    service: Service,
    /// The refs that there are, and not yet the exchange.
    is_advertisement: bool,
}

impl GitRequest {
    fn of(head: &Parts) -> Result<Self, Box<Response<Body>>> {
        let path = head.uri.path().trim_start_matches('/');
        let refused = |status, text: String| Err(Box::new(finished(status, TEXT, text)));
        let unknown = || {
            let told = format!("the lab does not serve {} /{path} on its git host\n", head.method);
            refused(StatusCode::NOT_IMPLEMENTED, told)
        };
        let mut words = path.splitn(3, '/');
        let (Some(organisation), Some(repository), Some(rest)) = (words.next(), words.next(), words.next())
        else {
            return unknown();
        };
        let (service, is_advertisement) = match (&head.method, rest) {
            (&Method::GET, "info/refs") => {
                let query = head.uri.query().unwrap_or_default();
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

/// The token that a request carries.
fn password(headers: &HeaderMap) -> Option<String> {
    let value = header(headers, AUTHORIZATION)?;
    let (scheme, credentials) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("basic") { crate::git::password(credentials) } else { None }
}

/// Refusals in GitHub's words; git shows them as `remote: …`, and Flux repeats them.
pub(super) fn words(error: &FetchError) -> (StatusCode, &'static str) {
    match error {
        FetchError::Unauthorized => (
            StatusCode::UNAUTHORIZED,
            "Invalid username or token. Password authentication is not supported for Git operations.",
        ),
        FetchError::Forbidden => (StatusCode::FORBIDDEN, "Write access to repository not granted."),
        _ => (StatusCode::NOT_FOUND, "Repository not found."),
    }
}

fn refusal(error: &FetchError) -> Response<Body> {
    let (status, text) = words(error);
    let mut response = finished(status, TEXT, text);
    if status == StatusCode::UNAUTHORIZED {
        let realm = HeaderValue::from_static("Basic realm=\"GitHub\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, realm);
    }
    response
}

/// A body as it was before it was packed for the way.
fn unpacked(headers: &HeaderMap, body: &[u8]) -> Result<Vec<u8>, StatusCode> {
    match headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"identity") => Ok(body.to_vec()),
        Some(b"gzip" | b"x-gzip") => {
            let mut unpacked = Vec::new();
            let read = flate2::read::MultiGzDecoder::new(body).read_to_end(&mut unpacked);
            read.map(|_| unpacked).map_err(|_| StatusCode::BAD_REQUEST)
        }
        Some(_) => Err(StatusCode::UNSUPPORTED_MEDIA_TYPE),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use http::HeaderMap;
    use http::header::AUTHORIZATION;

    use super::password;

    #[test]
    fn the_token_is_found_where_clients_put_it() {
        for (credentials, token) in [
            ("git:t0ken", Some("t0ken")),
            ("x-access-token:t0ken", Some("t0ken")),
            ("t0ken:", Some("t0ken")),
            ("t0ken:x-oauth-basic", Some("t0ken")),
            ("t0ken", None),
        ] {
            let mut headers = HeaderMap::new();
            let value = format!("Basic {}", STANDARD.encode(credentials));
            headers.insert(AUTHORIZATION, value.parse().unwrap());
            assert_eq!(password(&headers).as_deref(), token, "{credentials}");
        }
        assert_eq!(password(&HeaderMap::new()), None);
    }
}
