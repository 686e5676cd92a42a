//! Flags that choose a cluster, a person and a namespace: kubectl's, with kubectl's meaning.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{EnvVars, Session, duration};
use crate::flow::{EnvironmentSelector, Namespaces, Narrowing};
use crate::kubernetes::Options;
use crate::wire::{Proxies, Roots, RootsError};

/// Flags that say how clusters are connected to.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Cluster")]
pub struct ClusterArgs {
    /// Kubeconfig file [default: KUBECONFIG, then ~/.kube/config, then the pod's service account]
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// User to impersonate
    #[arg(long = "as", value_name = "USER")]
    impersonate: Option<String>,
    /// Group to impersonate, with --as; may be repeated
    #[arg(long = "as-group", value_name = "GROUP", requires = "impersonate")]
    impersonate_group: Vec<String>,
    /// How long to wait for one answer of the API server, such as 1s, 2m or 3h; 0 means no limit
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = limit)]
    request_timeout: Limit,
}

/// Flags that select one environment.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Cluster")]
pub struct EnvironmentArgs {
    /// Namespace of the environment [default: the namespace of the context]
    #[arg(short, long, value_name = "NAMESPACE", value_parser = namespace)]
    namespace: Option<String>,
    /// Kubeconfig context [default: the current context]
    #[arg(long, value_name = "CONTEXT")]
    context: Option<String>,
}

impl EnvironmentArgs {
    /// The environment that is selected.
    pub fn selector(&self) -> EnvironmentSelector {
        EnvironmentSelector {
            contexts: vec![self.context.clone()],
            namespaces: Namespaces::of_flag(self.namespace.as_deref()),
            labels: None,
            narrowing: Narrowing::default(),
        }
    }
}

/// A limit; none is no limit.
#[derive(Clone, Copy, Debug)]
struct Limit(Option<Duration>);

impl ClusterArgs {
    /// How clusters are connected to. Nothing is read but `GITOPS_CA_FILE`.
    ///
    /// # Errors
    /// That file cannot be used.
    pub(super) fn options(&self, session: &Session) -> Result<Options, RootsError> {
        let terminals = session.terminals();
        let options = self.options_without_terminals(&session.env_vars)?;
        Ok(Options { stdin_is_terminal: terminals.input, stderr_is_terminal: terminals.err, ..options })
    }

    /// How long one answer may take; none: as long as it takes.
    pub fn request_timeout(&self) -> Option<Duration> {
        self.request_timeout.0
    }

    /// The same for somebody who cannot be asked.
    pub(super) fn options_without_terminals(&self, env_vars: &EnvVars) -> Result<Options, RootsError> {
        let roots = Roots::read(env_vars.get_os("GITOPS_CA_FILE").map(Path::new))?;
        Ok(Options {
            kubeconfig: self.kubeconfig.clone(),
            kubeconfigs: env_vars.get_os("KUBECONFIG").map(ToOwned::to_owned),
            kuberc: env_vars.get_os("KUBERC").map(ToOwned::to_owned),
            search_path: env_vars.get_os("PATH").map(ToOwned::to_owned),
            home: env_vars.get_os("HOME").map(PathBuf::from),
            in_pod: env_vars.get("KUBERNETES_SERVICE_HOST").is_some(),
            stdin_is_terminal: false,
            stderr_is_terminal: false,
            context: None,
            impersonate: self.impersonate.clone(),
            impersonate_groups: self.impersonate_group.clone(),
            timeout: self.request_timeout.0,
            patience: None,
            roots,
            proxies: Proxies::from_variables(|name| env_vars.get(name)),
            listener: None,
        })
    }
}

/// A namespace goes into paths of requests, so nothing but a DNS label is let through.
pub(super) fn namespace(text: &str) -> Result<String, String> {
    let fits = (1..=63).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-');
    fits.then(|| text.to_owned()).ok_or_else(|| {
        "a namespace is 1 to 63 of a-z, 0-9 and '-', and neither begins nor ends with '-'".to_owned()
    })
}

/// A duration, where 0 is no limit.
fn limit(text: &str) -> Result<Limit, String> {
    let limit = duration(text)?;
    Ok(Limit((!limit.is_zero()).then_some(limit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_limit_is_0_as_with_kubectl() {
        let read = |text: &str| limit(text).map(|limit| limit.0);
        assert_eq!(read("1s"), Ok(Some(Duration::from_secs(1))));
        assert_eq!(read("0"), Ok(None));
        assert!(read("soon").is_err());
    }

    #[test]
    fn namespaces_are_dns_labels() {
        assert!(namespace("dev-hello").is_ok() && namespace("a").is_ok());
        for text in ["", "-a", "a-", "A", "a/b", "a.b", "..", &"a".repeat(64)] {
            assert!(namespace(text).is_err(), "{text}");
        }
    }
}
