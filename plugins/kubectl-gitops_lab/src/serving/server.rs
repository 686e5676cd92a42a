//! HTTPS on loopback: connections, and answers as HTTP. HTTP/1.1 and h2, as the client prefers.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

pub(super) type Body = UnsyncBoxBody<Bytes, Infallible>;

/// What answers requests.
pub(super) trait Answering: Send + Sync + 'static {
    /// Answers one.
    fn answer(&self, request: Request<Incoming>) -> impl Future<Output = Response<Body>> + Send;
}

/// Serves until dropped; its connections go with it.
pub(super) async fn serve(listener: TcpListener, acceptor: TlsAcceptor, answering: Arc<impl Answering>) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, acceptor.clone(), Arc::clone(&answering)));
            }
            // Out of file descriptors, most likely: some will be closed.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

/// One client. Whatever goes wrong with it, the client knows.
async fn connection(stream: TcpStream, acceptor: TlsAcceptor, answering: Arc<impl Answering>) {
    let _ = stream.set_nodelay(true);
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let service = service_fn(move |request| {
        let answering = Arc::clone(&answering);
        async move { Ok::<_, Infallible>(answering.answer(request).await) }
    });
    let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
}

/// An answer that is there at once.
pub(super) fn finished(status: StatusCode, media: &'static str, text: impl Into<Bytes>) -> Response<Body> {
    response(status, media, Full::new(text.into()).boxed_unsync())
}

pub(super) fn response(status: StatusCode, media: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

/// The value of a header that is text.
pub(super) fn header(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The token that a request carries.
pub(super) fn token(headers: &HeaderMap) -> Option<String> {
    let value = header(headers, http::header::AUTHORIZATION)?;
    Some(value.strip_prefix("Bearer ").unwrap_or(&value).to_owned())
}
