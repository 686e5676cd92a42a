//! The contexts of a kubeconfig by name, for who offers a choice among them. Nothing is connected to, and entries that
//! could not be used are listed too: kubectl lists them.

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
