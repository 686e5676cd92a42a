//! The cluster and the user that a context means.

use std::path::{Path, PathBuf};

use http::Uri;
use kube::config::{AuthInfo, Cluster, Kubeconfig};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::{Value, json};

use super::validation::{cluster_problem, user_problem};
use crate::kubernetes::credentials::{ClusterInfo, pem};
use crate::kubernetes::error::ConnectError;
use crate::model::{harmless, printable};

/// The name under which a cluster keeps what its plugins want to know.
const EXEC_EXTENSION: &str = "client.authentication.k8s.io/exec";

/// What a context stands for, checked as kubectl checks it.
pub(in crate::kubernetes) struct SelectedContext {
    /// The context's name.
    pub(in crate::kubernetes) context: String,
    /// Its namespace.
    pub(in crate::kubernetes) namespace: String,
    /// The API server's address.
    pub(in crate::kubernetes) server: Uri,
    /// The cluster's entry.
    pub(in crate::kubernetes) cluster: Cluster,
    /// The authorities of the cluster; the system's without.
    pub(in crate::kubernetes) roots: Option<Vec<Vec<u8>>>,
    /// The cluster as credential plugins see it.
    pub(in crate::kubernetes) cluster_info: ClusterInfo,
    /// The user's entry; an empty one where the context names none.
    pub(in crate::kubernetes) user: AuthInfo,
}

/// The arguments and variables of a user's plugin may be secrets.
impl std::fmt::Debug for SelectedContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SelectedContext").field("context", &self.context).finish_non_exhaustive()
    }
}

impl SelectedContext {
    /// Chooses from a kubeconfig: the context that is asked for, else its current one. `impersonates`: a flag
    /// names the user to act as.
    pub(in crate::kubernetes) fn new(
        file: &Path,
        kubeconfig: &Kubeconfig,
        context: Option<&str>,
        impersonates: bool,
    ) -> Result<Self, ConnectError> {
        let unusable =
            |why: String| ConnectError::Unusable { file: file.to_owned(), why, contexts: Vec::new() };
        let name = context.or(kubeconfig.current_context.as_deref());
        let name =
            name.ok_or_else(|| no_context(file, kubeconfig, "it has no current context".to_owned()))?;
        let found = kubeconfig.contexts.iter().find(|context| context.name == name);
        let context = found
            .and_then(|context| context.context.as_ref())
            .ok_or_else(|| no_context(file, kubeconfig, format!("it has no context {}", harmless(name))))?;
        let shown = harmless(&context.cluster);
        let cluster = kubeconfig.clusters.iter().find(|cluster| cluster.name == context.cluster);
        let cluster = cluster.and_then(|cluster| cluster.cluster.clone());
        let cluster =
            cluster.ok_or_else(|| unusable(format!("it has no cluster {shown}, which its context names")))?;
        let user_name = context.user.as_deref().filter(|name| !name.is_empty());
        let user = kubeconfig.auth_infos.iter().find(|user| Some(user.name.as_str()) == user_name);
        let user = user.map(|user| user.auth_info.clone().unwrap_or_default());
        if let Some(problem) = cluster_problem(&cluster) {
            return Err(unusable(problem));
        }
        let server =
            server(&cluster).ok_or_else(|| unusable("the address of its server is no URL".to_owned()))?;
        let is_secure = server.scheme_str() == Some("https");
        let problem = user_problem(user.as_ref(), user_name, is_secure, impersonates);
        if let Some(problem) = problem {
            return Err(unusable(problem));
        }
        let authority = authority(&cluster).map_err(|error| unusable(error.to_string()))?;
        let roots = authority.as_deref().map(certificates);
        if roots.as_ref().is_some_and(Vec::is_empty) {
            return Err(unusable("its certificate authority holds no certificate".to_owned()));
        }
        Ok(Self {
            context: name.to_owned(),
            namespace: context
                .namespace
                .as_deref()
                .filter(|name| !name.is_empty())
                .map(printable)
                .unwrap_or_else(|| "default".into()),
            cluster_info: cluster_info(&cluster, authority.as_deref()),
            user: user.unwrap_or_default(),
            server,
            cluster,
            roots,
        })
    }
}

fn no_context(file: &Path, kubeconfig: &Kubeconfig, why: String) -> ConnectError {
    let contexts = kubeconfig.contexts.iter().map(|context| context.name.clone()).collect();
    ConnectError::Unusable { file: PathBuf::from(file), why, contexts }
}

/// As client-go: an address without a scheme is one of plain HTTP.
fn server(cluster: &Cluster) -> Option<Uri> {
    let address = cluster.server.as_deref()?;
    let address = address.split(['?', '#']).next()?.trim_end_matches('/');
    let address = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    address.parse().ok().filter(|uri: &Uri| uri.host().is_some())
}

fn authority(cluster: &Cluster) -> Result<Option<Vec<u8>>, crate::kubernetes::credentials::CredentialsError> {
    pem(
        ("certificate-authority-data", cluster.certificate_authority_data.as_deref()),
        ("certificate-authority", cluster.certificate_authority.as_deref()),
    )
}

/// What does not parse is passed over while something does.
fn certificates(text: &[u8]) -> Vec<Vec<u8>> {
    CertificateDer::pem_slice_iter(text)
        .filter_map(Result::ok)
        .map(|certificate| certificate.to_vec())
        .collect()
}

fn cluster_info(cluster: &Cluster, authority: Option<&[u8]>) -> ClusterInfo {
    use base64::Engine;
    let mut info = json!({ "server": cluster.server });
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            info[name] = value;
        }
    };
    let encoded = |text: &[u8]| base64::engine::general_purpose::STANDARD.encode(text).into();
    put("tls-server-name", cluster.tls_server_name.clone().map(Value::from));
    put("insecure-skip-tls-verify", cluster.insecure_skip_tls_verify.filter(|is| *is).map(Value::from));
    put("certificate-authority-data", authority.map(encoded));
    put("proxy-url", cluster.proxy_url.clone().map(Value::from));
    put("disable-compression", cluster.disable_compression.filter(|is| *is).map(Value::from));
    let extensions = cluster.extensions.iter().flatten();
    let mut config =
        extensions.filter(|extension| extension.name == EXEC_EXTENSION).map(|found| &found.extension);
    put("config", Some(config.next().cloned().unwrap_or_default()));
    ClusterInfo(info)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn select(text: &str, context: Option<&str>) -> Result<SelectedContext, ConnectError> {
        let kubeconfig = Kubeconfig::from_yaml(text).expect("a kubeconfig");
        SelectedContext::new(Path::new("config"), &kubeconfig, context, false)
    }

    const TEXT: &str = "
current-context: one
contexts:
- {name: one, context: {cluster: c, user: u, namespace: dev}}
- {name: plain, context: {cluster: http, user: absent}}
- {name: no-cluster, context: {cluster: absent, user: u}}
- {name: no-user, context: {cluster: c, user: absent}}
- {name: nobody, context: {cluster: c, user: empty}}
- {name: broken, context: {cluster: broken, user: u}}
clusters:
- {name: c, cluster: {server: 'https://h:1/base/?q#f', extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: a}}]}}
- {name: http, cluster: {server: 'h:8080'}}
- {name: broken, cluster: {server: 'https://h', certificate-authority-data: '%'}}
users:
- {name: u, user: {token: t}}
- {name: empty, user: {}}
";

    #[test]
    fn a_context_stands_for_a_cluster_a_user_and_a_namespace() {
        let one = select(TEXT, None).expect("usable");
        assert_eq!((one.context.as_str(), one.namespace.as_str()), ("one", "dev"));
        assert_eq!(one.server.to_string(), "https://h:1/base");
        assert_eq!(one.cluster_info.0["config"], json!({ "audience": "a" }));
        let plain = select(TEXT, Some("plain")).expect("nobody signs in over plain HTTP");
        assert_eq!(plain.server.scheme_str(), Some("http"));
        assert_eq!(plain.namespace, "default");
    }

    #[test]
    fn what_a_context_names_has_to_be_there() {
        for (context, reason) in [
            ("two", "it has no context two"),
            ("no-cluster", "it has no cluster absent, which its context names"),
            ("no-user", "it has no user absent, which its context names"),
            ("nobody", "its user empty has no credentials"),
            ("broken", "its certificate-authority-data is not base64"),
        ] {
            let error = select(TEXT, Some(context)).expect_err(context).to_string();
            assert_eq!(error, format!("kubeconfig config: {reason}"));
        }
    }
}
