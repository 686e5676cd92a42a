//! The HTTP client under kube: one connection that all requests share, directly or through a proxy.
//!
//! kube's own client speaks HTTP/1.1, repeats writes, and reads proxies from the process's environment. This one
//! offers HTTP/2 on every route, and repeats by the policy of `wire` alone.

use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use http::header::PROXY_AUTHORIZATION;
use hyper_rustls::{DefaultServerNameResolver, FixedServerNameResolver, HttpsConnector, ResolveServerName};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kube::Client;
use kube::client::Body;
use tower::{BoxError, ServiceBuilder};

use super::credentials::CredentialsLayer;
use super::proxy_connector::ProxyConnector;
use super::retries::Retries;
use super::server_date::ServerDateLayer;
use super::tls::{TlsError, TlsSettings};
use crate::wire::retry::Patience;
use crate::wire::{Proxy, ProxyError, ProxyScheme, Resolver, ServerClock, SharedConnector};

/// A peer that says nothing for this long is asked whether it is still there.
const PING: Duration = Duration::from_secs(8);
/// It is gone when it does not answer that within this long.
const PONG: Duration = Duration::from_secs(4);

/// Where an API server is, and how it is reached.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    /// Its address; a path is put before that of every request.
    pub(super) server: Uri,
    /// The proxy before it.
    pub(super) proxy: Option<Proxy>,
    /// How it is verified, and who asks.
    pub(super) tls: TlsSettings,
    /// How long a connection may take to be made.
    pub(super) connect_timeout: Option<Duration>,
    /// How long one answer may take; none: for ever.
    pub(super) timeout: Option<Duration>,
    /// How requests are repeated, where something is said of that.
    pub(super) patience: Option<Patience>,
}

/// Why an API server cannot be reached as a kubeconfig says. kubectl refuses the same.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// The way through a proxy is none.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// TLS cannot be made.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Two clients on one connection.
pub(super) struct Clients {
    /// For requests with one answer, which are repeated by the policy.
    pub(super) asking: Client,
    /// For kube's watcher, which repeats by itself what it lists and watches: it backs off and tells every failure.
    pub(super) watching: Client,
}

/// The clients for an endpoint, whose answers teach `clock` the server's time. Connects to nothing yet.
pub(super) fn clients(
    endpoint: &Endpoint,
    credentials: CredentialsLayer,
    clock: ServerClock,
    default_namespace: &str,
) -> Result<Clients, EndpointError> {
    let proxy_authorization = endpoint.requests_are_read_by_proxy().and_then(Proxy::authorization);
    let signed = ServiceBuilder::new()
        .layer(credentials)
        .map_request(move |mut request: http::Request<Body>| {
            if let Some(authorization) = &proxy_authorization {
                request.headers_mut().insert(PROXY_AUTHORIZATION, authorization.clone());
            }
            request
        })
        .map_err(BoxError::from)
        .layer(ServerDateLayer::new(clock))
        .service(endpoint.http()?);
    let client = |retries| {
        let base = kube::client::middleware::BaseUriLayer::new(endpoint.server.clone());
        Client::new(ServiceBuilder::new().layer(base).service(retries), default_namespace)
    };
    Ok(Clients {
        asking: client(Retries::new(signed.clone(), endpoint.timeout).patiently(endpoint.patience)),
        watching: client(Retries::none(signed, endpoint.timeout)),
    })
}

type Http = legacy::Client<SharedConnector<HttpsConnector<ProxyConnector>>, Body>;

impl Endpoint {
    fn http(&self) -> Result<Http, TlsError> {
        let mut tcp = HttpConnector::new_with_resolver(Resolver);
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(self.connect_timeout);
        let mut tls = self.tls_settings().client_config()?;
        let names: Arc<dyn ResolveServerName + Send + Sync> = match self.tls_settings().server_name()? {
            Some(name) => Arc::new(FixedServerNameResolver::new(name)),
            None => Arc::new(DefaultServerNameResolver::default()),
        };
        let proxied = ProxyConnector::new(tcp, self.proxy.as_ref(), Arc::new(tls.clone()), names.clone());
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let https = HttpsConnector::new(proxied, tls, false, names);
        Ok(legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .http2_keep_alive_interval(PING)
            .http2_keep_alive_timeout(PONG)
            .http2_keep_alive_while_idle(true)
            .build(SharedConnector::new(https)))
    }

    /// kubectl reads no settings of TLS for a server that has none; the system's roots verify a proxy before it.
    fn tls_settings(&self) -> TlsSettings {
        match self.proxy.as_ref().map(Proxy::scheme) {
            _ if !self.is_plain() => self.tls.clone(),
            Some(ProxyScheme::Https) => TlsSettings::default(),
            _ => TlsSettings { is_insecure: true, ..TlsSettings::default() },
        }
    }

    /// The proxy that reads the requests themselves, rather than carrying a tunnel.
    fn requests_are_read_by_proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref().filter(|proxy| self.is_plain() && proxy.scheme() != ProxyScheme::Socks5)
    }

    fn is_plain(&self) -> bool {
        self.server.scheme_str() == Some("http")
    }
}
