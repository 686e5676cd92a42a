//! HTTPS on loopback: connections, and answers as HTTP. HTTP/1.1 and h2, as the client prefers.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE, HeaderValue};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::message;

pub(super) type Body = UnsyncBoxBody<Bytes, Infallible>;

/// What answers requests.
pub(super) trait Handler: Send + Sync + 'static {
    /// How a new connection is met.
    fn connection_handling(&self) -> ConnectionHandling;

    /// What time it is at this server.
    fn now(&self) -> Timestamp;

    /// Answers a request.
    fn answer(&self, request: Request<Incoming>, cut: Cut) -> impl Future<Output = Response<Body>> + Send;
}

/// How a connection is met.
pub(super) enum ConnectionHandling {
    /// As it should be.
    Tls(TlsAcceptor),
    /// It stays open, and nothing is said.
    Silence,
    /// It is closed.
    Close,
}

/// Cuts the connection that a request came on, once what was said is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Cut(Arc<Notify>);

impl Cut {
    pub(super) fn now(&self) {
        self.0.notify_one();
    }
}

/// Serves until dropped; its connections go with it.
pub(super) async fn serve(listener: TcpListener, handler: Arc<impl Handler>) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, Arc::clone(&handler)));
            }
            // Out of file descriptors, most likely: some will be closed.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

/// One client. Whatever goes wrong with it, the client knows.
async fn connection(stream: TcpStream, handler: Arc<impl Handler>) {
    let _ = stream.set_nodelay(true);
    let acceptor = match handler.connection_handling() {
        ConnectionHandling::Tls(acceptor) => acceptor,
        ConnectionHandling::Silence => return std::future::pending().await,
        ConnectionHandling::Close => return,
    };
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let cut = Cut::default();
    let service = service_fn(|request| {
        let (handler, cut) = (Arc::clone(&handler), cut.clone());
        async move {
            let mut response = handler.answer(request, cut).await;
            write_date(response.headers_mut(), handler.now());
            Ok::<_, Infallible>(response)
        }
    });
    let connection = auto::Builder::new(TokioExecutor::new());
    tokio::select! {
        // What was said before the cut is written first.
        biased;
        _ = connection.serve_connection(TokioIo::new(stream), service) => {}
        () = cut.0.notified() => {}
    }
}

/// Dates an answer by the server's own clock. hyper would write the machine's time, which is another one in a lab
/// whose clock is stepped or fast.
fn write_date(headers: &mut HeaderMap, now: Timestamp) {
    // Only years beyond 9999 have no such form.
    let Ok(date) = DateTimePrinter::new().timestamp_to_rfc9110_string(&now) else { return };
    if let Ok(date) = HeaderValue::from_str(&date) {
        headers.insert(DATE, date);
    }
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

/// Reads a request to its end. One whose body breaks off is nobody's: it is answered for form.
pub(super) async fn read(request: Request<Incoming>) -> Result<message::Request, Box<Response<Body>>> {
    let (head, body) = request.into_parts();
    let Ok(body) = body.collect().await else {
        let text = "the body of the request ended early\n";
        return Err(Box::new(finished(StatusCode::BAD_REQUEST, "text/plain; charset=utf-8", text)));
    };
    Ok(message::Request {
        method: head.method,
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body: body.to_bytes(),
    })
}

/// A reply as HTTP; `follow` makes the body of what goes on.
pub(super) fn respond<Stream>(
    reply: message::Reply<Stream>,
    follow: impl FnOnce(Stream) -> Body,
) -> Response<Body> {
    let body = match reply.body {
        message::Body::Json(document) => Full::new(Bytes::from(document.to_string())).boxed_unsync(),
        message::Body::Bytes(bytes) => Full::new(bytes).boxed_unsync(),
        message::Body::Stream(stream) => follow(stream),
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response
}
