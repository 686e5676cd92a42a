//! From a kubeconfig to a connection, as kubectl does it; without one, the pod's service account.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use kube::config::AuthInfo;
use kube::{Client, Config};

use super::asker::Asker;
use super::credentials::{ClusterInfo, Credentials, CredentialsError, CredentialsLayer, Host};
use super::error::ConnectError;
use super::kubeconfig::{self, SelectedContext};
use super::kuberc::{self, PluginPolicy};
use super::listener::Listener;
use super::tls::TlsSettings;
use super::transport::{self, Clients, Endpoint, EndpointError};
use super::versions::Versions;
use crate::model::ClusterFlags;
use crate::model::pipeline::ClusterRef;
use crate::wire::retry::Patience;
use crate::wire::{Proxies, Proxy, ProxyError, Roots, ServerClock};

/// What selects a cluster and a person.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--kubeconfig`: this file alone.
    pub kubeconfig: Option<PathBuf>,
    /// The value of `KUBECONFIG`.
    pub kubeconfigs: Option<std::ffi::OsString>,
    /// The value of `KUBERC`: kubectl's preferences.
    pub kuberc: Option<std::ffi::OsString>,
    /// The value of `PATH`, where credential plugins are found.
    pub search_path: Option<std::ffi::OsString>,
    /// The home folder.
    pub home: Option<PathBuf>,
    /// Whether this is a pod.
    pub in_pod: bool,
    /// Whether a credential plugin may ask on standard input.
    pub stdin_is_terminal: bool,
    /// Whether a person reads what a credential plugin writes to standard error.
    pub stderr_is_terminal: bool,
    /// `--context`.
    pub context: Option<String>,
    /// `--as`.
    pub impersonate: Option<String>,
    /// `--as-group`.
    pub impersonate_groups: Vec<String>,
    /// The limit of one request; none is no limit.
    pub timeout: Option<Duration>,
    /// How requests are repeated, where not as for a person who waits.
    pub patience: Option<Patience>,
    /// Roots to trust besides the kubeconfig's.
    pub roots: Roots,
    /// The environment's proxies, for clusters whose kubeconfig names none.
    pub proxies: Proxies,
    /// Who hears what is answered.
    pub listener: Option<Listener>,
}

impl Options {
    /// The flags among them, for commands that shall act on the same cluster.
    pub fn flags(&self) -> ClusterFlags {
        ClusterFlags {
            kubeconfig: self.kubeconfig.as_deref().map(|file| file.to_string_lossy().into_owned()),
            context: self.context.clone(),
            impersonate: self.impersonate.clone(),
            impersonate_groups: self.impersonate_groups.clone(),
        }
    }
}

/// A connection to one cluster as one person. Cheap to clone.
#[derive(Clone)]
pub struct Connection {
    pub(super) client: Client,
    /// The client of watches, on the same connection.
    pub(super) watching: Client,
    pub(super) timeout: Option<Duration>,
    pub(super) versions: Arc<Versions>,
    server_clock: ServerClock,
    pub(super) asker: Asker,
    server: String,
    namespace: String,
    cluster: ClusterRef,
    pub(super) options: Options,
}

impl Connection {
    /// Reads the kubeconfig, obtains credentials and builds a client. Asks the server nothing yet.
    pub async fn open(options: Options) -> Result<Self, ConnectError> {
        Self::open_with(options, ServerClock::default()).await
    }

    async fn open_with(options: Options, server_clock: ServerClock) -> Result<Self, ConnectError> {
        let policy = kuberc::read(options.kuberc.as_deref(), &options.home.clone().unwrap_or_default())?;
        let ConnectionSettings { mut user, server, namespace, context, proxy_url, mut tls, cluster_info } =
            access(&options)?;
        user.impersonate = options.impersonate.clone().or(user.impersonate);
        if !options.impersonate_groups.is_empty() {
            user.impersonate_groups = Some(options.impersonate_groups.clone());
        }
        let shown = server.to_string().trim_end_matches('/').to_owned();
        let credentials = credentials(&options, policy, &server, &user, &cluster_info);
        let sign_in = |source| ConnectError::SignIn { server: shown.clone(), source };
        let credentials = credentials.map_err(sign_in)?;
        tls.client_certificate = credentials.client_certificate().await.map_err(sign_in)?;
        let endpoint = proxy(proxy_url.as_deref(), &server, &options).map(|proxy| Endpoint {
            proxy,
            tls,
            connect_timeout: options.timeout.or(Some(CONNECT_TIMEOUT)),
            timeout: options.timeout,
            patience: options.patience,
            server,
        });
        let clients = endpoint
            .map_err(EndpointError::from)
            .and_then(|endpoint| {
                let credentials = CredentialsLayer::new(credentials);
                transport::clients(&endpoint, credentials, server_clock.clone(), &namespace)
            })
            .map_err(|source| ConnectError::Endpoint { server: shown.clone(), source })?;
        let timeout = options.timeout;
        let Clients { asking: client, watching } = clients;
        let (versions, cluster) = (Arc::default(), ClusterRef::of_context(context.as_deref()));
        let (server, asker) = (shown, Asker::default());
        Ok(Self {
            client,
            watching,
            timeout,
            versions,
            server_clock,
            asker,
            server,
            namespace,
            cluster,
            options,
        })
    }

    /// The same connection with credentials read anew, after the server refused the old ones.
    pub async fn renewed(&self) -> Result<Self, ConnectError> {
        let renewed = Self::open_with(self.options.clone(), self.server_clock.clone()).await?;
        Ok(Self { versions: self.versions.clone(), ..renewed })
    }

    /// How long one answer may take; none: for ever.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// The API server's clock, as far as its answers told by now.
    pub fn server_clock(&self) -> &ServerClock {
        &self.server_clock
    }

    /// Who asks, as far as the API server told by now.
    pub fn asker(&self) -> Option<&str> {
        self.asker.name()
    }

    /// The flags that it was made with.
    pub fn flags(&self) -> ClusterFlags {
        self.options.flags()
    }

    /// The API server's address.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The namespace that the context names, else `default`.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Which cluster this is: the context in use, or the one that this pod runs in.
    pub fn cluster(&self) -> &ClusterRef {
        &self.cluster
    }
}

/// A connection is given up after this long where `--request-timeout` says nothing.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// Where to connect, and as whom.
struct ConnectionSettings {
    server: Uri,
    namespace: String,
    context: Option<String>,
    proxy_url: Option<String>,
    tls: TlsSettings,
    user: AuthInfo,
    cluster_info: ClusterInfo,
}

fn access(options: &Options) -> Result<ConnectionSettings, ConnectError> {
    let Some((file, kubeconfig)) = kubeconfig::merged(options)? else {
        if options.in_pod {
            return in_cluster(options);
        }
        let looked = kubeconfig::files(options).into_iter().next().unwrap_or_default();
        return Err(ConnectError::NoKubeconfig { looked });
    };
    let context = options.context.as_deref();
    let selected = SelectedContext::new(&file, &kubeconfig, context, options.impersonate.is_some())?;
    let tls = TlsSettings {
        roots: selected.roots,
        added_roots: options.roots.clone(),
        is_insecure: selected.cluster.insecure_skip_tls_verify.unwrap_or_default(),
        server_name: selected.cluster.tls_server_name,
        ..TlsSettings::default()
    };
    Ok(ConnectionSettings {
        server: selected.server,
        namespace: selected.namespace,
        context: Some(selected.context),
        proxy_url: selected.cluster.proxy_url,
        tls,
        user: selected.user,
        cluster_info: selected.cluster_info,
    })
}

/// The service account of this pod. Its token and its authority are files that a kubelet renews.
fn in_cluster(options: &Options) -> Result<ConnectionSettings, ConnectError> {
    let config =
        Config::incluster_env().map_err(|error| ConnectError::InCluster { why: error.to_string() })?;
    let tls = TlsSettings {
        roots: config.root_cert,
        roots_file: config.root_cert_file,
        added_roots: options.roots.clone(),
        ..TlsSettings::default()
    };
    Ok(ConnectionSettings {
        server: config.cluster_url,
        namespace: config.default_namespace,
        context: None,
        proxy_url: None,
        tls,
        user: config.auth_info,
        cluster_info: ClusterInfo::default(),
    })
}

fn credentials(
    options: &Options,
    policy: PluginPolicy,
    server: &Uri,
    user: &AuthInfo,
    cluster_info: &ClusterInfo,
) -> Result<Credentials, CredentialsError> {
    if server.scheme_str() != Some("https") {
        return Credentials::without_secrets(user);
    }
    let host = Host {
        search_path: options.search_path.clone(),
        policy,
        stdin_is_terminal: options.stdin_is_terminal,
        stderr_is_terminal: options.stderr_is_terminal,
    };
    Credentials::new(user, cluster_info, host)
}

/// A proxy that the kubeconfig names ignores `NO_PROXY`.
fn proxy(proxy_url: Option<&str>, server: &Uri, options: &Options) -> Result<Option<Proxy>, ProxyError> {
    match proxy_url.filter(|address| !address.is_empty()) {
        Some(address) => Proxy::from_kubeconfig(address).map(Some),
        None => options.proxies.proxy_for(server),
    }
}
