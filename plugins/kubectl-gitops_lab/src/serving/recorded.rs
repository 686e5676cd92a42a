//! The recorded world's answers as HTTP: the token, the position, and the body of a watch.

use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use http::header::{ACCEPT, HeaderValue, RETRY_AFTER};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use jiff::Timestamp;
use tokio::sync::watch::Receiver;
use tokio_rustls::TlsAcceptor;

use super::clock::Time;
use super::server::{Answering, Body, Cut, Meeting, finished, header, response, token};
use crate::api::{Answer, Asked, Refusal, answer, events, route};
use crate::recording::World;

/// What every request is answered from.
pub(super) struct Recorded {
    pub(super) world: Arc<World>,
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
        match self.asked(&request) {
            Err(refusal) => told(refusal.into()),
            Ok(Asked::Watch(watched)) => {
                let events = events(Arc::clone(&self.world), watched, self.positions.clone());
                let body = StreamBody::new(events.map(|lines| lines.map(Frame::data))).boxed_unsync();
                response(StatusCode::OK, "application/json", body)
            }
            Ok(asked) => {
                let position = *self.positions.borrow();
                told(answer(&self.world, position, &asked))
            }
        }
    }
}

impl Recorded {
    fn asked(&self, request: &Request<Incoming>) -> Result<Asked, Refusal> {
        let headers = request.headers();
        if token(headers).as_ref() != Some(&self.token) {
            return Err(Refusal::Unauthorized);
        }
        let uri = request.uri();
        let accept = header(headers, ACCEPT);
        route(
            self.world.catalogue(),
            request.method(),
            uri.path(),
            uri.query().unwrap_or_default(),
            accept.as_deref(),
        )
    }
}

fn told(answer: Answer) -> Response<Body> {
    let (status, media, text) = match answer {
        Answer::Json(status, document) => (status, "application/json", Bytes::from(document.to_string())),
        Answer::Text(status, text) => {
            (status, "text/plain; charset=utf-8", Bytes::from_static(text.as_bytes()))
        }
    };
    let mut response = finished(status, media, text);
    if status == StatusCode::GATEWAY_TIMEOUT {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
