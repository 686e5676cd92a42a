//! HTTPS on loopback: connections, the token, and the world's answers as HTTP. HTTP/1.1 and h2, as the client
//! prefers.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch::Receiver;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::api::{Answer, Asked, Refusal, answer, events, route};
use crate::recording::World;

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// What every request is answered from.
pub(super) struct Served {
    pub(super) world: Arc<World>,
    pub(super) positions: Receiver<usize>,
    pub(super) token: String,
}

/// Serves until dropped; its connections go with it.
pub(super) async fn serve(listener: TcpListener, acceptor: TlsAcceptor, served: Arc<Served>) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, acceptor.clone(), Arc::clone(&served)));
            }
            // Out of file descriptors, most likely: some will be closed.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

/// One client. Whatever goes wrong with it, the client knows.
async fn connection(stream: TcpStream, acceptor: TlsAcceptor, served: Arc<Served>) {
    let _ = stream.set_nodelay(true);
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let service = service_fn(move |request| {
        let served = Arc::clone(&served);
        async move { Ok::<_, Infallible>(respond(&served, &request)) }
    });
    let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
}

fn respond(served: &Served, request: &Request<Incoming>) -> Response<Body> {
    match asked(served, request) {
        Err(refusal) => finished(refusal.into()),
        Ok(Asked::Watch(watched)) => {
            let events = events(Arc::clone(&served.world), watched, served.positions.clone());
            let body = StreamBody::new(events.map(|lines| lines.map(Frame::data))).boxed_unsync();
            response(StatusCode::OK, "application/json", body)
        }
        Ok(asked) => {
            let position = *served.positions.borrow();
            finished(answer(&served.world, position, &asked))
        }
    }
}

fn asked(served: &Served, request: &Request<Incoming>) -> Result<Asked, Refusal> {
    let header = |headers: &HeaderMap, name| {
        headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).map(str::to_owned)
    };
    let headers = request.headers();
    let token = header(headers, AUTHORIZATION);
    if token.as_deref().and_then(|value| value.strip_prefix("Bearer ")) != Some(&served.token) {
        return Err(Refusal::Unauthorized);
    }
    let uri = request.uri();
    let accept = header(headers, ACCEPT);
    route(
        served.world.catalogue(),
        request.method(),
        uri.path(),
        uri.query().unwrap_or_default(),
        accept.as_deref(),
    )
}

fn finished(answer: Answer) -> Response<Body> {
    let (status, media, text) = match answer {
        Answer::Json(status, document) => (status, "application/json", Bytes::from(document.to_string())),
        Answer::Text(status, text) => {
            (status, "text/plain; charset=utf-8", Bytes::from_static(text.as_bytes()))
        }
    };
    let mut response = response(status, media, Full::new(text).boxed_unsync());
    if status == StatusCode::GATEWAY_TIMEOUT {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn response(status: StatusCode, media: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    response
}
