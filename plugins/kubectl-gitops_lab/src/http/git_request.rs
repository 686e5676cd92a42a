//! What a request to the git host wants: git's smart protocol over HTTP, `info/refs` and the two exchanges.

use std::io::Read;

use http::header::{CONTENT_ENCODING, HeaderValue};
use http::{Method, Response, StatusCode};

use super::server::{Body, finished};
use crate::git::Right;
use crate::message::Request;
use crate::path_pattern::{Case, PathWords};

const TEXT: &str = "text/plain; charset=utf-8";

/// The two things that git does for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Upload,
    Receive,
}

/// What a request wants.
pub(super) struct GitRequest {
    pub(super) repository: String,
    pub(super) service: Service,
    /// The refs that there are, and not yet the exchange.
    pub(super) is_advertisement: bool,
}

impl GitRequest {
    pub(super) fn of(request: &Request) -> Result<Self, Box<Response<Body>>> {
        let refused = |status, text: String| Err(Box::new(finished(status, TEXT, text)));
        let words = PathWords::of(&request.path);
        let repository = |pattern| {
            let parameters = words.matched(pattern, Case::Sensitive)?;
            let [(_, owner), (_, name)] = &parameters[..] else { return None };
            Some(format!("{owner}/{}", name.strip_suffix(".git").unwrap_or(name)))
        };
        let exchange = |service, pattern| Some((repository(pattern)?, service));
        if let Some(repository) =
            repository("/{owner}/{repo}/info/refs").filter(|_| request.method == Method::GET)
        {
            return match request.parameter("service").as_deref().and_then(Service::named) {
                Some(service) => Ok(Self { repository, service, is_advertisement: true }),
                // The protocol of before 2010, which reads files. No client of today speaks it first.
                None => refused(StatusCode::FORBIDDEN, "Please upgrade your git client.\n".into()),
            };
        }
        let found = exchange(Service::Upload, "/{owner}/{repo}/git-upload-pack")
            .or_else(|| exchange(Service::Receive, "/{owner}/{repo}/git-receive-pack"));
        match found.filter(|_| request.method == Method::POST) {
            Some((repository, service)) => Ok(Self { repository, service, is_advertisement: false }),
            None => {
                let (method, path) = (&request.method, &request.path);
                refused(
                    StatusCode::NOT_IMPLEMENTED,
                    format!("the lab does not serve {method} {path} on its git host\n"),
                )
            }
        }
    }

    pub(super) fn media(&self) -> &'static str {
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

    pub(super) fn right(self) -> Right {
        match self {
            Service::Upload => Right::Read,
            Service::Receive => Right::Write,
        }
    }
}

/// A body as it was before it was packed for the way.
pub(super) fn unpacked(request: &Request) -> Result<Vec<u8>, StatusCode> {
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
