//! From a kubeconfig to a connection, as kubectl does it: `--kubeconfig`, else `KUBECONFIG` (several files
//! are merged, missing ones skipped), else `~/.kube/config`, else the pod's service account.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use kube::config::{AuthInfo, KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};
use secrecy::ExposeSecret;

use super::error::{self, ConnectError};
use super::resource::Versions;
use super::tls::{ClientCertificate, TlsSettings};
use super::transport::{self, Endpoint, EndpointError};
use crate::model::pipeline::ClusterRef;
use crate::wire::{Proxies, Proxy, Roots, Secret};

/// What selects a cluster and a person.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--kubeconfig`: this file alone.
    pub kubeconfig: Option<PathBuf>,
    /// The value of `KUBECONFIG`.
    pub kubeconfigs: Option<std::ffi::OsString>,
    /// The home folder.
    pub home: Option<PathBuf>,
    /// Whether this is a pod.
    pub in_pod: bool,
    /// `--context`.
    pub context: Option<String>,
    /// `--as`.
    pub impersonate: Option<String>,
    /// `--as-group`.
    pub impersonate_groups: Vec<String>,
    /// The limit of one request; none is no limit.
    pub timeout: Option<Duration>,
    /// Roots to trust besides the kubeconfig's.
    pub roots: Roots,
    /// The environment's proxies, for clusters whose kubeconfig names none.
    pub proxies: Proxies,
}

/// A connection to one cluster as one person. Cheap to clone.
#[derive(Clone)]
pub struct Connection {
    pub(super) client: Client,
    pub(super) timeout: Option<Duration>,
    pub(super) versions: Arc<Versions>,
    server: String,
    namespace: String,
    cluster: ClusterRef,
    options: Options,
}

impl Connection {
    /// Reads the kubeconfig and builds a client. Asks the server nothing yet.
    pub async fn open(options: Options) -> Result<Self, ConnectError> {
        let (mut config, context, proxy_url) = config(&options).await?;
        config.auth_info.impersonate = options.impersonate.clone().or(config.auth_info.impersonate.take());
        if !options.impersonate_groups.is_empty() {
            config.auth_info.impersonate_groups = Some(options.impersonate_groups.clone());
        }
        let server = config.cluster_url.to_string().trim_end_matches('/').to_owned();
        let namespace = config.default_namespace.clone();
        let client = endpoint(&config, proxy_url.as_deref(), &options)
            .and_then(|endpoint| transport::client(&endpoint, &config))
            .map_err(|source| ConnectError::Endpoint { server: server.clone(), source })?;
        let timeout = options.timeout;
        let cluster = ClusterRef::of_context(context.as_deref());
        Ok(Self { client, timeout, versions: Arc::default(), server, namespace, cluster, options })
    }

    /// The same connection with credentials read anew, after the server refused the old ones.
    pub async fn renewed(&self) -> Result<Self, ConnectError> {
        let renewed = Self::open(self.options.clone()).await?;
        Ok(Self { versions: self.versions.clone(), ..renewed })
    }

    /// How long one answer may take; none: for ever.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
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

/// How the API server of a configuration is reached. A proxy that the kubeconfig names ignores `NO_PROXY`.
fn endpoint(config: &Config, proxy_url: Option<&str>, options: &Options) -> Result<Endpoint, EndpointError> {
    let proxy = match proxy_url.filter(|address| !address.is_empty()) {
        Some(address) => Some(Proxy::from_kubeconfig(address)?),
        None => options.proxies.proxy_for(&config.cluster_url)?,
    };
    Ok(Endpoint {
        server: config.cluster_url.clone(),
        proxy,
        tls: TlsSettings {
            roots: config.root_cert.clone(),
            roots_file: config.root_cert_file.clone(),
            added_roots: options.roots.clone(),
            is_insecure: config.accept_invalid_certs,
            server_name: config.tls_server_name.clone(),
            client_certificate: client_certificate(&config.auth_info),
        },
        connect_timeout: options.timeout.or(config.connect_timeout),
        timeout: options.timeout,
    })
}

/// The certificate that a user has, in the kubeconfig or in files beside it.
fn client_certificate(user: &AuthInfo) -> Option<ClientCertificate> {
    let read = |data: Option<&str>, file: Option<&String>| match data {
        Some(data) => BASE64_STANDARD.decode(data).ok(),
        None => std::fs::read(file?).ok(),
    };
    let chain = read(user.client_certificate_data.as_deref(), user.client_certificate.as_ref())?;
    let key = user.client_key_data.as_ref().map(ExposeSecret::expose_secret);
    let key = String::from_utf8(read(key, user.client_key.as_ref())?).ok()?;
    Some(ClientCertificate { chain, key: Secret::new(key) })
}

async fn config(options: &Options) -> Result<(Config, Option<String>, Option<String>), ConnectError> {
    let files = files(options);
    let present: Vec<&PathBuf> = files.iter().filter(|file| file.exists()).collect();
    let explicit = options.kubeconfig.is_some();
    if present.is_empty() && !explicit {
        if options.in_pod {
            let config = Config::incluster_env()
                .map_err(|error| ConnectError::InCluster { why: error.to_string() })?;
            return Ok((config, None, None));
        }
        return Err(ConnectError::NoKubeconfig { looked: files.into_iter().next().unwrap_or_default() });
    }
    let mut merged = Kubeconfig::default();
    for file in if explicit { files.iter().collect() } else { present } {
        merged = read(file).and_then(|next| merged.merge(next)).map_err(|error| unreadable(file, &error))?;
    }
    let file = files.into_iter().next().unwrap_or_default();
    let context = options.context.clone().or_else(|| merged.current_context.clone());
    let contexts: Vec<String> = merged.contexts.iter().map(|context| context.name.clone()).collect();
    let proxy_url = proxy_url(&merged, context.as_deref());
    let choice = KubeConfigOptions { context: context.clone(), ..KubeConfigOptions::default() };
    let config = Config::from_custom_kubeconfig(merged, &choice).await;
    let config =
        config.map_err(|error| ConnectError::Unusable { file, why: error::kubeconfig(&error), contexts })?;
    Ok((config, context, proxy_url))
}

/// The proxy that the context's cluster names.
fn proxy_url(kubeconfig: &Kubeconfig, context: Option<&str>) -> Option<String> {
    let context = kubeconfig.contexts.iter().find(|named| Some(named.name.as_str()) == context)?;
    let cluster = &context.context.as_ref()?.cluster;
    let cluster = kubeconfig.clusters.iter().find(|named| named.name == *cluster)?;
    cluster.cluster.as_ref()?.proxy_url.clone()
}

fn read(file: &Path) -> Result<Kubeconfig, KubeconfigError> {
    Kubeconfig::read_from(file)
}

fn unreadable(file: &Path, error: &KubeconfigError) -> ConnectError {
    ConnectError::Unreadable { file: file.to_owned(), why: error::kubeconfig(error) }
}

fn files(options: &Options) -> Vec<PathBuf> {
    if let Some(file) = &options.kubeconfig {
        return vec![file.clone()];
    }
    if let Some(list) = &options.kubeconfigs {
        let files: Vec<PathBuf> =
            std::env::split_paths(list).filter(|file| !file.as_os_str().is_empty()).collect();
        if !files.is_empty() {
            return files;
        }
    }
    let home = options.home.clone().unwrap_or_default();
    vec![home.join(".kube").join("config")]
}
