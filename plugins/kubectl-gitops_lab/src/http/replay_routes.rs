//! The recorded world's answers as HTTP: the token, the position, and the body of a watch.

use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use jiff::Timestamp;
use tokio::sync::watch::Receiver;
use tokio_rustls::TlsAcceptor;

use super::clock::Time;
use super::kubernetes_routes::IMPERSONATE;
use super::server::{Answering, Body, Cut, Meeting, finished, header, response, token};
use crate::kubernetes::{Presentation, StatusError, document};
use crate::recording::{
    RecordedAnswer, RecordedCluster, RecordedRequest, answer, events, recorded_refusal, review, reviewed,
    route,
};

/// What every request is answered from.
pub(super) struct Recorded {
    pub(super) world: Arc<RecordedCluster>,
    pub(super) positions: Receiver<usize>,
    pub(super) time: Arc<Time>,
    pub(super) token: String,
    pub(super) acceptor: TlsAcceptor,
}

impl Answering for Recorded {
    fn meet(&self) -> Meeting {
        Meeting::Tls(self.acceptor.clone())
    }

    fn now(&self) -> Timestamp {
        self.time.now()
    }

    async fn answer(&self, request: Request<Incoming>, _: Cut) -> Response<Body> {
        if token(request.headers()).as_ref() != Some(&self.token) {
            return told(StatusError::Unauthorized.into());
        }
        if let Some(kind) = reviewed(request.uri().path()).filter(|_| request.method() == Method::POST) {
            return told(self.reviewed(kind, request).await.unwrap_or_else(RecordedAnswer::from));
        }
        let (asked, presentation) = match self.asked(&request) {
            Err(refusal) => return told(refusal.into()),
            Ok(asked) => asked,
        };
        let position = *self.positions.borrow();
        if let Some(refusal) = recorded_refusal(&self.world, position, &asked) {
            return told(refusal.into());
        }
        match asked {
            RecordedRequest::Watch(watched) => {
                let (world, positions, time) =
                    (Arc::clone(&self.world), self.positions.clone(), Arc::clone(&self.time));
                let events = events(world, watched, presentation, positions, move || time.now());
                let body = StreamBody::new(events.map(|lines| lines.map(Frame::data))).boxed_unsync();
                response(StatusCode::OK, "application/json", body)
            }
            asked => told(answer(&self.world, position, &asked, presentation, self.time.now())),
        }
    }
}

impl Recorded {
    /// What whoever asks may do.
    async fn reviewed(
        &self,
        kind: &'static str,
        request: Request<Incoming>,
    ) -> Result<RecordedAnswer, StatusError> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| StatusError::BadRequest("half a body".to_owned()))?;
        let media = header(&head.headers, CONTENT_TYPE);
        let asked = document(media.as_deref(), &body.to_bytes(), kind)?;
        let other = header(&head.headers, IMPERSONATE);
        let position = *self.positions.borrow();
        Ok(review(&self.world, position, kind, &asked["spec"], other.as_deref()))
    }

    fn asked(&self, request: &Request<Incoming>) -> Result<(RecordedRequest, Presentation), StatusError> {
        let headers = request.headers();
        let uri = request.uri();
        let query = uri.query().unwrap_or_default();
        let asked = route(self.world.catalogue(), request.method(), uri.path(), query)?;
        let is_text = matches!(asked, RecordedRequest::Log { .. } | RecordedRequest::Health);
        let accept = header(headers, ACCEPT).filter(|_| !is_text);
        Ok((asked, Presentation::asked(accept.as_deref(), query)?))
    }
}

fn told(answer: RecordedAnswer) -> Response<Body> {
    let (status, media, text) = match answer {
        RecordedAnswer::Json(status, document) => {
            (status, "application/json", Bytes::from(document.to_string()))
        }
        RecordedAnswer::Text(status, text) => {
            (status, "text/plain; charset=utf-8", Bytes::from(text.into_owned()))
        }
    };
    let mut response = finished(status, media, text);
    if status == StatusCode::GATEWAY_TIMEOUT {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
