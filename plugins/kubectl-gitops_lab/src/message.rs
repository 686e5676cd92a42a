//! A request and a reply of any of the lab's services, as values: what a connection carries, without the connection.
//!
//! One pair for all services, so that the journal, faults and whoever asks from inside the lab know one form.

use std::collections::HashMap;
use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

/// A request, read to its end.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Not decoded: `/repos/contoso/hello`.
    pub(crate) path: String,
    /// What stands behind the question mark.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Headers and bodies hold secrets.
impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}, {} bytes", self.method, self.path, self.body.len())
    }
}

impl Request {
    /// A request without headers and body; `target` is a path and perhaps a query.
    pub(crate) fn new(method: Method, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// The same with a header. A value that cannot stand in one is left out.
    pub(crate) fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// The same with a token.
    pub(crate) fn with_token(self, token: &str) -> Self {
        self.with_header(AUTHORIZATION, &format!("Bearer {token}"))
    }

    /// The same with a body of a media type.
    pub(crate) fn with_body(self, media: &str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Self { body, ..self.with_header(CONTENT_TYPE, media) }
    }

    /// The same with a JSON document as its body; with none for null.
    pub(crate) fn with_json(self, document: &Value) -> Self {
        if document.is_null() { self } else { self.with_body("application/json", document.to_string()) }
    }

    /// The value of a header that is text.
    pub(crate) fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What the body is.
    pub(crate) fn media(&self) -> Option<&str> {
        self.header(CONTENT_TYPE)
    }

    /// What is wanted.
    pub(crate) fn accept(&self) -> Option<&str> {
        self.header(ACCEPT)
    }

    /// What the client calls itself.
    pub(crate) fn agent(&self) -> Option<&str> {
        self.header(USER_AGENT)
    }

    /// The token, however it is carried; a password of basic authentication is one.
    pub(crate) fn token(&self) -> Option<String> {
        let value = self.header(AUTHORIZATION)?;
        match value.split_once(' ') {
            Some((scheme, value)) if scheme.eq_ignore_ascii_case("basic") => crate::git::password(value),
            Some((_, value)) => Some(value.trim().to_owned()),
            None => Some(value.to_owned()),
        }
    }

    /// The password of basic authentication, whoever the user is.
    pub(crate) fn password(&self) -> Option<String> {
        let (scheme, credentials) = self.header(AUTHORIZATION)?.split_once(' ')?;
        if scheme.eq_ignore_ascii_case("basic") { crate::git::password(credentials) } else { None }
    }

    /// The parameters of the query; the last wins.
    pub(crate) fn parameters(&self) -> HashMap<String, String> {
        form_urlencoded::parse(self.query.as_bytes()).into_owned().collect()
    }

    /// A parameter of the query; the last of that name.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let pairs = form_urlencoded::parse(self.query.as_bytes());
        pairs.filter(|(key, _)| key == name).last().map(|(_, value)| value.into_owned())
    }

    /// The path with the query.
    pub(crate) fn target(&self) -> String {
        match self.query.as_str() {
            "" => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }
}

/// A reply. `Stream` is what goes on after the head: nothing can, for most services.
#[derive(Debug)]
pub(crate) struct Reply<Stream = std::convert::Infallible> {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body<Stream>,
}

/// The body of a reply.
#[derive(Debug)]
pub(crate) enum Body<Stream> {
    /// A document, not yet written down.
    Json(Value),
    Bytes(Bytes),
    Stream(Stream),
}

impl<Stream> Reply<Stream> {
    /// A document.
    pub(crate) fn json(status: StatusCode, document: Value) -> Self {
        Self::new(status, "application/json", Body::Json(document))
    }

    /// A text.
    pub(crate) fn text(status: StatusCode, text: impl Into<Bytes>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", Body::Bytes(text.into()))
    }

    /// A reply of a media type.
    pub(crate) fn new(status: StatusCode, media: &'static str, body: Body<Stream>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
        Self { status, headers, body }
    }

    /// The same with a header more. A value that cannot stand in one is left out.
    pub(crate) fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.append(name, value);
        }
        self
    }

    /// Status and document, read from the body; null where it is none.
    pub(crate) fn into_json(self) -> (StatusCode, Value) {
        let document = match self.body {
            Body::Json(document) => document,
            Body::Bytes(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Body::Stream(_) => Value::Null,
        };
        (self.status, document)
    }

    /// Status and document; a text is a document of one string, a stream is none.
    pub(crate) fn into_document(self) -> (StatusCode, Value) {
        let document = match self.body {
            Body::Json(document) => document,
            Body::Bytes(bytes) => Value::String(String::from_utf8_lossy(&bytes).into_owned()),
            Body::Stream(_) => Value::Null,
        };
        (self.status, document)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use http::Method;
    use http::header::AUTHORIZATION;

    use super::Request;

    #[test]
    fn the_token_is_found_where_clients_put_it() {
        let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
        for (header, token) in [
            ("Bearer t0ken".to_owned(), Some("t0ken")),
            ("token t0ken".to_owned(), Some("t0ken")),
            (basic("git:t0ken"), Some("t0ken")),
            (basic("x-access-token:t0ken"), Some("t0ken")),
            (basic("t0ken:"), Some("t0ken")),
            (basic("t0ken:x-oauth-basic"), Some("t0ken")),
            (basic("t0ken"), None),
        ] {
            let request = Request::new(Method::GET, "/").with_header(AUTHORIZATION, &header);
            assert_eq!(request.token().as_deref(), token, "{header}");
        }
        assert_eq!(Request::new(Method::GET, "/").token(), None);
        let bearer = Request::new(Method::GET, "/").with_token("t0ken");
        assert_eq!((bearer.token().as_deref(), bearer.password()), (Some("t0ken"), None));
    }

    #[test]
    fn a_target_is_a_path_and_a_query() {
        let request = Request::new(Method::GET, "/a/b?c=1&c=2");
        assert_eq!((request.path.as_str(), request.parameter("c").as_deref()), ("/a/b", Some("2")));
        assert_eq!(request.target(), "/a/b?c=1&c=2");
        assert_eq!(Request::new(Method::GET, "/a").target(), "/a");
    }

    #[test]
    fn neither_tokens_nor_bodies_are_shown() {
        let request = Request::new(Method::POST, "/a").with_token("t0ken").with_body("text/plain", "hunter2");
        assert_eq!(format!("{request:?}"), "POST /a, 7 bytes");
    }
}
