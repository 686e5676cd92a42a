//! The recorded world's answers as HTTP: the token, the position, and the body of a watch.

use std::sync::Arc;

use futures::StreamExt;
use http::header::RETRY_AFTER;
use http::{Method, Response, StatusCode};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use jiff::Timestamp;
use tokio::sync::watch::Receiver;
use tokio_rustls::TlsAcceptor;

use super::clock::Time;
use super::server::{Body, ConnectionHandling, Cut, Handler, read, respond, response};
use crate::kubernetes::{IMPERSONATE_USER, Presentation, StatusError, WatchQuery, document};
use crate::message::{Reply, Request};
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

impl Handler for Recorded {
    fn connection_handling(&self) -> ConnectionHandling {
        ConnectionHandling::Tls(self.acceptor.clone())
    }

    fn now(&self) -> Timestamp {
        self.time.now()
    }

    async fn answer(&self, request: http::Request<Incoming>, _: Cut) -> Response<Body> {
        let request = match read(request).await {
            Ok(request) => request,
            Err(response) => return *response,
        };
        match self.begin(&request) {
            Err(refusal) => told(refusal.into()),
            Ok(Begun::Answer(answer)) => told(answer),
            Ok(Begun::Watch(watched, presentation)) => {
                let (world, positions, time) =
                    (Arc::clone(&self.world), self.positions.clone(), Arc::clone(&self.time));
                let events = events(world, watched, presentation, positions, move || time.now());
                let body = StreamBody::new(events.map(|lines| lines.map(Frame::data))).boxed_unsync();
                response(StatusCode::OK, "application/json", body)
            }
        }
    }
}

/// What a request begins.
enum Begun {
    Answer(RecordedAnswer),
    Watch(WatchQuery, Presentation),
}

impl Recorded {
    fn begin(&self, request: &Request) -> Result<Begun, StatusError> {
        if request.token().as_ref() != Some(&self.token) {
            return Err(StatusError::Unauthorized);
        }
        if let Some(kind) = reviewed(&request.path).filter(|_| request.method == Method::POST) {
            return self.reviewed(kind, request).map(Begun::Answer);
        }
        let asked = route(self.world.catalogue(), &request.method, &request.path, &request.query)?;
        let is_text = matches!(asked, RecordedRequest::Log { .. } | RecordedRequest::Health);
        let accept = request.accept().filter(|_| !is_text);
        let presentation = Presentation::asked(accept, &request.query)?;
        let position = *self.positions.borrow();
        if let Some(refusal) = recorded_refusal(&self.world, position, &asked) {
            return Err(refusal);
        }
        Ok(match asked {
            RecordedRequest::Watch(watched) => Begun::Watch(watched, presentation),
            asked => Begun::Answer(answer(&self.world, position, &asked, presentation, self.time.now())),
        })
    }

    /// What whoever asks may do.
    fn reviewed(&self, kind: &'static str, request: &Request) -> Result<RecordedAnswer, StatusError> {
        let asked = document(request.media(), &request.body, kind)?;
        let position = *self.positions.borrow();
        Ok(review(&self.world, position, kind, &asked["spec"], request.header(IMPERSONATE_USER)))
    }
}

fn told(answer: RecordedAnswer) -> Response<Body> {
    let reply: Reply = match answer {
        RecordedAnswer::Json(status, document) => Reply::json(status, document),
        RecordedAnswer::Text(status, text) => Reply::text(status, text.into_owned()),
    };
    let is_late = reply.status == StatusCode::GATEWAY_TIMEOUT;
    let reply = if is_late { reply.with_header(RETRY_AFTER, "1") } else { reply };
    respond(reply, |stream| match stream {})
}
