//! What goes in and what comes out.

use http::header::{AUTHORIZATION, HeaderName};
use http::{HeaderMap, Method, StatusCode};

/// A request to the API, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The method.
    pub(crate) method: Method,
    /// The path below that of the API, not decoded: `/repos/contoso/hello`.
    pub(crate) path: String,
    /// What stands behind the question mark.
    pub(crate) query: String,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(in crate::github) fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The token, however it is carried; a password of basic authentication is one.
    pub(in crate::github) fn token(&self) -> Option<String> {
        let (scheme, value) = self.header(AUTHORIZATION)?.split_once(' ')?;
        match scheme.to_ascii_lowercase().as_str() {
            "basic" => crate::git::password(value),
            _ => Some(value.trim().to_owned()),
        }
    }

    /// A parameter of the query; the last of that name.
    pub(in crate::github) fn parameter(&self, name: &str) -> Option<String> {
        let pairs = form_urlencoded::parse(self.query.as_bytes());
        pairs.filter(|(key, _)| key == name).last().map(|(_, value)| value.into_owned())
    }

    /// Whether content is wanted as it is, without an envelope.
    pub(in crate::github) fn wants_raw(&self) -> bool {
        let accept = self.header(http::header::ACCEPT).unwrap_or_default();
        accept.contains("vnd.github.raw") || accept.contains("vnd.github.v3.raw")
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// The status.
    pub(crate) status: StatusCode,
    /// Everything said beside the body.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Vec<u8>,
}
