//! The contexts of a kubeconfig by name, for who offers a choice among them, and what else than the kubeconfig says who
//! signs in. Nothing is connected to, and entries that could not be used are listed too: kubectl lists them.

use std::path::PathBuf;

use super::connect::Options;
use super::error::ConnectError;
use super::kubeconfig;

/// A context of a kubeconfig.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeconfigContext {
    /// Its name.
    pub name: String,
    /// The cluster that it names.
    pub cluster: String,
    /// The namespace that it names.
    pub namespace: Option<String>,
    /// Whether it is the one that is used where none is asked for.
    pub is_current: bool,
}

/// The contexts of the kubeconfig that `options` select.
///
/// # Errors
/// It cannot be read.
pub fn contexts(options: &Options) -> Result<Vec<KubeconfigContext>, ConnectError> {
    let Some((_, kubeconfig)) = kubeconfig::merged(options)? else { return Ok(Vec::new()) };
    let current = kubeconfig.current_context;
    let contexts = kubeconfig.contexts.into_iter().map(|entry| {
        let context = entry.context.unwrap_or_default();
        KubeconfigContext {
            is_current: current.as_ref() == Some(&entry.name),
            name: entry.name,
            cluster: context.cluster,
            namespace: context.namespace.filter(|namespace| !namespace.is_empty()),
        }
    });
    Ok(contexts.collect())
}

/// The files that the kubeconfig is merged from, whether or not they are there.
pub fn kubeconfig_files(options: &Options) -> Vec<PathBuf> {
    kubeconfig::files(options)
}

/// What outside of a kubeconfig says who signs in at a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInSources {
    /// The files that the context's cluster and user name, whether or not they are there.
    pub files: Vec<PathBuf>,
    /// Whether a credential plugin signs in, which may read every variable of the environment.
    pub has_plugin: bool,
}

/// Those of the context that `options` select; none where nothing is selected.
pub fn sign_in_sources(options: &Options) -> SignInSources {
    let Ok(Some((_, kubeconfig))) = kubeconfig::merged(options) else { return SignInSources::default() };
    let selected = options.context.as_ref().or(kubeconfig.current_context.as_ref());
    let context = kubeconfig.contexts.iter().find(|entry| Some(&entry.name) == selected);
    let Some(context) = context.and_then(|entry| entry.context.as_ref()) else {
        return SignInSources::default();
    };
    let cluster = kubeconfig.clusters.iter().find(|entry| entry.name == context.cluster);
    let cluster = cluster.and_then(|entry| entry.cluster.as_ref());
    let user = kubeconfig.auth_infos.iter().find(|entry| Some(&entry.name) == context.user.as_ref());
    let user = user.and_then(|entry| entry.auth_info.as_ref());
    let of_user = user.map(|user| [&user.token_file, &user.client_certificate, &user.client_key]);
    let of_cluster = cluster.map(|cluster| &cluster.certificate_authority);
    let files = of_user.into_iter().flatten().chain(of_cluster).flatten();
    SignInSources {
        files: files.filter(|file| !file.is_empty()).map(PathBuf::from).collect(),
        has_plugin: user.is_some_and(|user| user.exec.is_some()),
    }
}
