//! The lab's requests and answers as HTTP.

use std::sync::{Arc, Mutex};

use futures::StreamExt;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WARNING};
use http::{Response, StatusCode};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};

use super::journal::{Entry, Journal};
use super::running::{Running, locked};
use super::server::{Answering, Body, finished, header, response, token};
use crate::kubernetes::{Document, Reply, Request};

/// Where requests are told.
const JOURNAL: &str = "/_lab/requests";
/// As whom a client wants to act.
const IMPERSONATE: HeaderName = HeaderName::from_static("impersonate-user");

/// What requests are answered from.
pub(super) struct Served {
    running: Arc<Running>,
    journal: Mutex<Journal>,
    /// The administrator's, who may read the journal.
    token: String,
}

impl Answering for Served {
    async fn answer(&self, request: http::Request<Incoming>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let target = head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        let token = token(&head.headers);
        if head.uri.path() == JOURNAL && token.as_ref() == Some(&self.token) {
            return finished(
                StatusCode::OK,
                "application/json",
                locked(&self.journal).document().to_string(),
            );
        }
        let Ok(body) = body.collect().await else {
            return finished(StatusCode::BAD_REQUEST, "text/plain; charset=utf-8", "half a body\n");
        };
        let now = self.running.time.now();
        let request = Request {
            method: head.method.clone(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            accept: header(&head.headers, ACCEPT),
            media: header(&head.headers, CONTENT_TYPE),
            token,
            impersonated: header(&head.headers, IMPERSONATE),
            body: body.to_bytes().to_vec(),
        };
        let reply = self.running.answer(&request);
        let response = self.told(reply);
        let entry = Entry {
            at: now.to_string(),
            method: head.method.to_string(),
            target,
            status: response.status().as_u16(),
        };
        locked(&self.journal).write(entry);
        response
    }
}

impl Served {
    pub(super) fn new(running: Arc<Running>, token: String) -> Self {
        Self { running, journal: Mutex::default(), token }
    }

    fn told(&self, reply: Reply) -> Response<Body> {
        match reply {
            Reply::Text(status, text) => finished(status, "text/plain; charset=utf-8", text),
            Reply::Document(document) => told(&document),
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
