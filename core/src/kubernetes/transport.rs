//! The HTTP client under kube: one connection that all questions share.
//!
//! kube's own client speaks HTTP/1.1, so twenty questions side by side are twenty TLS handshakes, which cost
//! more than the answers. This one offers HTTP/2 and lets the first connection be made alone: where the
//! server takes HTTP/2 the others share it, where it does not (a proxy) they connect as before. Behind a
//! configured proxy kube's own client is used.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{Connection, HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kube::client::ConfigExt;
use kube::client::retry::RetryPolicy;
use kube::{Client, Config};
use tokio::sync::Semaphore;
use tower::retry::RetryLayer;
use tower::{BoxError, Service, ServiceBuilder};

/// A peer that says nothing for this long is asked whether it is still there.
const PING: Duration = Duration::from_secs(20);

/// A client for a configuration.
pub(super) fn client(config: Config) -> Result<Client, kube::Error> {
    if config.proxy_url.is_some() || config.tls_server_name.is_some() {
        return Client::try_from(config);
    }
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(config.connect_timeout);
    let tls = config.rustls_client_config()?;
    let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
    let connector = FirstAlone::new(https.enable_http1().enable_http2().wrap_connector(tcp));
    let http = legacy::Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .http2_keep_alive_interval(PING)
        .http2_keep_alive_timeout(PING)
        .http2_keep_alive_while_idle(true)
        .build::<_, kube::client::Body>(connector);
    let service = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .layer(RetryLayer::new(RetryPolicy::server_retry()))
        .option_layer(config.auth_layer()?)
        .layer(config.extra_headers_layer()?)
        .map_err(BoxError::from)
        .service(http);
    Ok(Client::new(service, config.default_namespace))
}

/// Connects once; connections that are asked for meanwhile wait to see whether they are needed.
#[derive(Clone)]
struct FirstAlone<C> {
    inner: C,
    turn: Arc<Semaphore>,
    is_shared: Arc<AtomicBool>,
}

/// So long do waiting connections trust that the first one is shared. They are needed after all where it
/// broke before it could be.
const TRUST: Duration = Duration::from_secs(10);

impl<C> FirstAlone<C> {
    fn new(inner: C) -> Self {
        Self { inner, turn: Arc::new(Semaphore::new(1)), is_shared: Arc::default() }
    }
}

impl<C> Service<Uri> for FirstAlone<C>
where
    C: Service<Uri> + Clone + Send + 'static,
    C::Response: Connection + Send,
    C::Future: Send + 'static,
    C::Error: Send,
{
    type Response = C::Response;
    type Error = C::Error;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, C::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let (turn, is_shared) = (self.turn.clone(), self.is_shared.clone());
        // Whoever finds the turn free is the first, or comes after the first has ended.
        let free = turn.clone().try_acquire_owned();
        let inner = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, inner);
        Box::pin(async move {
            let _turn = match free {
                Ok(turn) => Some(turn),
                Err(_) => {
                    let waited = turn.acquire_owned().await.ok();
                    drop(waited);
                    if is_shared.load(Ordering::Acquire) {
                        tokio::time::sleep(TRUST).await;
                    }
                    None
                }
            };
            let connection = inner.call(uri).await?;
            if connection.connected().is_negotiated_h2() {
                is_shared.store(true, Ordering::Release);
            }
            Ok(connection)
        })
    }
}
