//! A client for each host, so that requests which begin side by side share the first connection to it
//! ([`super::shared_connector`]): one client for all hosts could not tell whose connection is the first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::Uri;
use http::uri::{Authority, Scheme};
use tower::layer::layer_fn;

use super::loss::innermost;
use super::resolver::Resolver;
use super::server_verifier::client_config;
use super::shared_connector::SharedConnector;
use super::transport::{Settings, TransportError};

/// What tells hosts apart: scheme, name and port.
type Host = (Option<Scheme>, Option<Authority>);

/// The clients of the hosts that were asked. Cheap to clone; clones share them.
#[derive(Clone, Debug)]
pub(super) struct HostClients {
    settings: Settings,
    tls: rustls::ClientConfig,
    clients: Arc<Mutex<HashMap<Host, reqwest::Client>>>,
}

impl HostClients {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// A proxy's address cannot be used, or TLS cannot be spoken.
    pub(super) fn new(settings: &Settings) -> Result<Self, TransportError> {
        let tls = client_config(&settings.roots);
        let tls = tls.map_err(|error| TransportError::Unusable { why: innermost(&error) })?;
        let clients = Self { settings: settings.clone(), tls, clients: Arc::default() };
        clients.builder().map(|_| clients)
    }

    /// The client of the host that an address names, made on first use.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn of(&self, address: &Uri) -> Result<reqwest::Client, TransportError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let host = (address.scheme().cloned(), address.authority().cloned());
        if let Some(client) = clients.get(&host) {
            return Ok(client.clone());
        }
        let client = self.builder()?.build();
        let client = client.map_err(|error| TransportError::Unusable { why: innermost(&error) })?;
        clients.insert(host, client.clone());
        Ok(client)
    }

    fn builder(&self) -> Result<reqwest::ClientBuilder, TransportError> {
        let Settings { proxies, agent, timeout, .. } = &self.settings;
        let builder = reqwest::Client::builder()
            .user_agent(agent)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(*timeout)
            .timeout(*timeout)
            .dns_resolver(Resolver)
            .tls_backend_preconfigured(self.tls.clone())
            .connector_layer(layer_fn(SharedConnector::new))
            .no_proxy();
        let none = proxies.none.as_deref().and_then(reqwest::NoProxy::from_string);
        let proxied = |address: &Option<String>, make: fn(String) -> reqwest::Result<reqwest::Proxy>| {
            address.clone().map(make).transpose().map_err(|_| TransportError::Proxy)
        };
        let https = proxied(&proxies.https, reqwest::Proxy::https)?;
        let http = proxied(&proxies.http, reqwest::Proxy::http)?;
        let proxied = https.into_iter().chain(http);
        Ok(proxied.fold(builder, |builder, proxy| builder.proxy(proxy.no_proxy(none.clone()))))
    }
}
