//! From an address to a stream of bytes: directly, or through the one proxy that was chosen before.
//!
//! TLS towards the API server lies above, so a proxy never sees more than its address. `https` servers are reached
//! through a tunnel (CONNECT), `http` servers by sending the request itself to the proxy, both through SOCKS 5 by
//! its handshake: as Go's transport does it. CONNECT is spoken here rather than by hyper-util, which does not tell
//! what the proxy answered.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{HeaderValue, Uri};
use hyper_rustls::{HttpsConnector, ResolveServerName};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::SocksV5;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::{BoxError, Service, ServiceExt};

use super::proxied_stream::{ProxiedStream, Transfer};
use crate::model::harmless;
use crate::wire::{Proxy, ProxyError, ProxyScheme, Resolver};

/// More than this is no answer to CONNECT.
const LARGEST_ANSWER: usize = 16 * 1024;

/// Connects to a host and a port.
#[derive(Clone)]
pub(super) struct ProxyConnector {
    tcp: HttpConnector<Resolver>,
    route: Route,
}

#[derive(Clone)]
enum Route {
    Direct,
    Http { proxy: Proxy, connector: HttpsConnector<HttpConnector<Resolver>> },
    Socks { proxy: Proxy },
}

impl ProxyConnector {
    /// `tls` and `names` are those of the server: as in Go's transport a proxy with TLS is verified by the same.
    pub(super) fn new(
        tcp: HttpConnector<Resolver>,
        proxy: Option<&Proxy>,
        tls: Arc<ClientConfig>,
        names: Arc<dyn ResolveServerName + Send + Sync>,
    ) -> Self {
        let route = match proxy.cloned() {
            None => Route::Direct,
            Some(proxy) if proxy.scheme() == ProxyScheme::Socks5 => Route::Socks { proxy },
            Some(proxy) => {
                Route::Http { proxy, connector: HttpsConnector::new(tcp.clone(), tls, false, names) }
            }
        };
        Self { tcp, route }
    }

    async fn connect(mut self, server: Uri) -> Result<ProxiedStream, BoxError> {
        match self.route {
            Route::Direct => {
                let stream = self.tcp.ready().await?.call(server).await?;
                Ok(ProxiedStream::new(Transfer::Http(stream), false))
            }
            Route::Http { proxy, mut connector } => {
                let unreachable = |source| ProxyError::Unreachable { proxy: proxy.to_string(), source };
                let stream = connector.ready().await.map_err(unreachable)?.call(proxy.uri());
                let stream = stream.await.map_err(unreachable)?;
                if server.scheme_str() == Some("http") {
                    return Ok(ProxiedStream::new(stream, true));
                }
                Ok(ProxiedStream::new(tunnel(stream, &proxy, &server).await?, false))
            }
            Route::Socks { proxy } => {
                let unreachable = |source| ProxyError::Unreachable { proxy: proxy.to_string(), source };
                let stream = self.tcp.ready().await?.call(proxy.uri()).await;
                let stream =
                    socks(stream.map_err(|error| unreachable(error.into()))?, &proxy, &server).await?;
                Ok(ProxiedStream::new(Transfer::Http(stream), false))
            }
        }
    }
}

impl Service<Uri> for ProxyConnector {
    type Response = ProxiedStream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<ProxiedStream, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        Box::pin(self.clone().connect(server))
    }
}

fn authority(server: &Uri) -> String {
    let default_port = if server.scheme_str() == Some("http") { 80 } else { 443 };
    format!("{}:{}", server.host().unwrap_or_default(), server.port_u16().unwrap_or(default_port))
}

/// Asks the proxy for a tunnel (RFC 9110, 9.3.6).
async fn tunnel(stream: Transfer, proxy: &Proxy, server: &Uri) -> Result<Transfer, ProxyError> {
    let unreachable =
        |source: io::Error| ProxyError::Unreachable { proxy: proxy.to_string(), source: source.into() };
    let server = authority(server);
    let mut request = format!("CONNECT {server} HTTP/1.1\r\nHost: {server}\r\n").into_bytes();
    if let Some(authorization) = proxy.authorization() {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(HeaderValue::as_bytes(&authorization));
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    let mut stream = TokioIo::new(stream);
    stream.write_all(&request).await.map_err(unreachable)?;
    stream.flush().await.map_err(unreachable)?;
    let mut answer = Vec::new();
    // Byte by byte: what follows the answer belongs to the tunnel.
    while !answer.ends_with(b"\r\n\r\n") && answer.len() < LARGEST_ANSWER {
        answer.push(stream.read_u8().await.map_err(unreachable)?);
    }
    let line = String::from_utf8_lossy(&answer);
    let status =
        line.lines().next().and_then(|line| line.split_once(' ')).map_or("", |(_, status)| status).trim();
    match status.get(..3).and_then(|code| code.parse::<u16>().ok()) {
        Some(200) => Ok(stream.into_inner()),
        code => Err(ProxyError::Refused {
            proxy: proxy.to_string(),
            answer: harmless(if status.is_empty() { "its answer is not HTTP" } else { status }),
            is_passing: code.is_some_and(|code| matches!(code, 429 | 500..)),
        }),
    }
}

/// Asks the proxy for a connection (RFC 1928) on a stream that leads to it.
async fn socks(
    stream: TokioIo<TcpStream>,
    proxy: &Proxy,
    server: &Uri,
) -> Result<TokioIo<TcpStream>, ProxyError> {
    let refused = |answer: String| ProxyError::Refused {
        proxy: proxy.to_string(),
        answer: harmless(&answer),
        is_passing: false,
    };
    let mut connected = Some(stream);
    let connected = tower::service_fn(move |_: Uri| {
        std::future::ready(connected.take().ok_or(io::Error::from(io::ErrorKind::NotConnected)))
    });
    let mut handshake = SocksV5::new(proxy.uri(), connected);
    if let Some((name, password)) = proxy.user() {
        handshake = handshake.with_auth(name.to_owned(), password.expose().to_owned());
    }
    // SOCKS names a port always; without one in the address it would be that of https.
    let server = Uri::builder().scheme("http").authority(authority(server)).path_and_query("/").build();
    let server = server.map_err(|error| refused(error.to_string()))?;
    handshake.call(server).await.map_err(|error| refused(error.to_string()))
}
