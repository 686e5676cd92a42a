//! The requests and answers of the lab's Kubernetes API as HTTP.

use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT, WARNING};
use http::{Response, StatusCode};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use tokio_rustls::TlsAcceptor;

use super::faults::Host;
use super::journal::RequestLine;
use super::lab_routes;
use super::middleware::{Gate, Routes};
use super::server::{Body, Cut, Meeting, finished, header, response, token};
use super::shared_world::Running;
use crate::kubernetes::{Document, Reply, Request};

/// As whom a client wants to act.
pub(super) const IMPERSONATE: HeaderName = HeaderName::from_static("impersonate-user");

/// What requests are answered from.
pub(super) struct Served {
    running: Arc<Running>,
    gate: Arc<Gate>,
    /// The administrator's, who may read the journal.
    token: String,
    acceptor: TlsAcceptor,
}

impl Routes for Served {
    fn meet(&self) -> Meeting {
        Meeting::Tls(self.acceptor.clone())
    }

    fn asked(&self, request: &http::Request<Incoming>) -> RequestLine {
        let query = request.uri().query().unwrap_or_default();
        RequestLine {
            host: Host::Kubernetes,
            method: request.method().to_string(),
            // Kubernetes takes no secrets in a query.
            target: request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            is_watch: query.split('&').any(|pair| matches!(pair, "watch=1" | "watch=true")),
        }
    }

    fn is_private(&self, request: &http::Request<Incoming>) -> bool {
        lab_routes::knows(request.uri().path()) && token(request.headers()).as_ref() == Some(&self.token)
    }

    async fn answer(&self, request: http::Request<Incoming>, _: Cut) -> Response<Body> {
        let is_private = self.is_private(&request);
        let (head, body) = request.into_parts();
        let Ok(body) = body.collect().await else {
            return finished(StatusCode::BAD_REQUEST, "text/plain; charset=utf-8", "half a body\n");
        };
        let body = body.to_bytes();
        if is_private {
            return lab_routes::answer(&self.gate, &head.method, head.uri.path(), &body);
        }
        let request = Request {
            method: head.method.clone(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            accept: header(&head.headers, ACCEPT),
            media: header(&head.headers, CONTENT_TYPE),
            token: token(&head.headers),
            agent: header(&head.headers, USER_AGENT),
            impersonated: header(&head.headers, IMPERSONATE),
            body: body.to_vec(),
        };
        self.told(self.running.answer(&request))
    }
}

impl Served {
    pub(super) fn new(running: Arc<Running>, gate: Arc<Gate>, token: String, acceptor: TlsAcceptor) -> Self {
        Self { running, gate, token, acceptor }
    }

    fn told(&self, reply: Reply) -> Response<Body> {
        match reply {
            Reply::Text(status, text) => finished(status, "text/plain; charset=utf-8", text),
            Reply::Document(document) => told(&document),
            Reply::Log(text, None) => finished(StatusCode::OK, "text/plain", text),
            Reply::Log(text, Some(following)) => {
                let first = futures::stream::iter([Ok(Bytes::from(text))]);
                let lines = first.chain(self.running.lines(following));
                let body = StreamBody::new(lines.map(|lines| lines.map(Frame::data))).boxed_unsync();
                response(StatusCode::OK, "text/plain", body)
            }
            Reply::Watch(watching) => {
                let events = self.running.events(watching);
                let body = StreamBody::new(events.map(|lines| lines.map(Frame::data))).boxed_unsync();
                response(StatusCode::OK, "application/json", body)
            }
        }
    }
}

fn told(document: &Document) -> Response<Body> {
    let mut response = finished(document.status, document.media, document.value.to_string());
    for warning in &document.warnings {
        let text = warning.replace('\\', "\\\\").replace('"', "\\\"");
        if let Ok(value) = HeaderValue::from_str(&format!("299 - \"{text}\"")) {
            response.headers_mut().append(WARNING, value);
        }
    }
    if document.status == StatusCode::GATEWAY_TIMEOUT {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
