//! Flags that choose a cluster, a person and a namespace: kubectl's, with kubectl's meaning.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Session;
use crate::flow::{EnvironmentSelector, Namespaces};
use crate::kubernetes::Options;
use crate::wire::{Proxies, Roots, RootsError};

/// Cluster flags.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Cluster")]
pub struct ClusterArgs {
    /// Namespace of the environment [default: the context's]
    #[arg(short, long, value_name = "NAMESPACE", value_parser = namespace)]
    namespace: Option<String>,
    /// Every environment of the cluster
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    all_namespaces: bool,
    /// Context of the kubeconfig; may be repeated, for environments on several clusters [default: its current one]
    #[arg(long, value_name = "NAME")]
    context: Vec<String>,
    /// Kubeconfig file [default: KUBECONFIG, then ~/.kube/config, then the pod's service account]
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Act as this user
    #[arg(long = "as", value_name = "USER")]
    impersonate: Option<String>,
    /// Act as a member of this group; may be repeated
    #[arg(long = "as-group", value_name = "GROUP", requires = "impersonate")]
    impersonate_group: Vec<String>,
    /// How long to wait for one answer: 1s, 2m, 3h; 0 waits for ever
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = timeout)]
    request_timeout: Limit,
}

/// A limit, or none.
#[derive(Clone, Copy, Debug)]
struct Limit(Option<Duration>);

impl ClusterArgs {
    /// How clusters are connected to. Nothing is read but `GITOPS_CA_FILE`.
    ///
    /// # Errors
    /// That file cannot be used.
    pub(super) fn options(&self, session: &Session) -> Result<Options, RootsError> {
        let env_vars = &session.env_vars;
        let roots = Roots::read(env_vars.get_os("GITOPS_CA_FILE").map(Path::new))?;
        Ok(Options {
            kubeconfig: self.kubeconfig.clone(),
            kubeconfigs: env_vars.get_os("KUBECONFIG").map(ToOwned::to_owned),
            kuberc: env_vars.get_os("KUBERC").map(ToOwned::to_owned),
            search_path: env_vars.get_os("PATH").map(ToOwned::to_owned),
            home: env_vars.get_os("HOME").map(PathBuf::from),
            in_pod: env_vars.get("KUBERNETES_SERVICE_HOST").is_some(),
            stdin_is_terminal: session.streams().in_is_terminal,
            stderr_is_terminal: session.streams().err_is_terminal,
            context: None,
            impersonate: self.impersonate.clone(),
            impersonate_groups: self.impersonate_group.clone(),
            timeout: self.request_timeout.0,
            roots,
            proxies: Proxies::from_variables(|name| env_vars.get(name)),
        })
    }

    /// Whether every environment is asked about.
    pub fn is_for_all(&self) -> bool {
        self.all_namespaces
    }

    /// Whether environments of several clusters are asked about.
    pub fn is_for_several(&self) -> bool {
        self.context.len() > 1
    }

    /// The environments that are asked about.
    pub fn selector(&self) -> EnvironmentSelector {
        let mut contexts: Vec<Option<String>> = self.context.iter().cloned().map(Some).collect();
        if contexts.is_empty() {
            contexts.push(None);
        }
        let namespaces = match &self.namespace {
            _ if self.all_namespaces => Namespaces::All,
            Some(namespace) => Namespaces::Named(namespace.clone()),
            None => Namespaces::OfContext,
        };
        EnvironmentSelector { contexts, namespaces }
    }
}

/// A namespace goes into paths of requests, so nothing but a DNS label is let through.
fn namespace(text: &str) -> Result<String, String> {
    let fits = (1..=63).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-');
    fits.then(|| text.to_owned()).ok_or_else(|| {
        "a namespace is 1 to 63 of a-z, 0-9 and '-', and neither begins nor ends with '-'".to_owned()
    })
}

/// kubectl's form: a number with a unit; a bare number is seconds.
fn timeout(text: &str) -> Result<Limit, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "" | "s" => 1.0,
        "ms" => 0.001,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err("a duration is a number with a unit: 500ms, 10s, 2m, 1h".to_owned()),
    };
    let seconds: f64 = number
        .parse::<f64>()
        .map_err(|_| "a duration is a number with a unit: 500ms, 10s, 2m, 1h".to_owned())?
        * factor;
    let limit = Duration::try_from_secs_f64(seconds).map_err(|_| "that is too long".to_owned())?;
    Ok(Limit((!limit.is_zero()).then_some(limit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_kubectls() {
        let read = |text: &str| timeout(text).map(|limit| limit.0);
        assert_eq!(read("1s"), Ok(Some(Duration::from_secs(1))));
        assert_eq!(read("2m"), Ok(Some(Duration::from_secs(120))));
        assert_eq!(read("10"), Ok(Some(Duration::from_secs(10))));
        assert_eq!(read("250ms"), Ok(Some(Duration::from_millis(250))));
        assert_eq!(read("0"), Ok(None));
        assert!(read("soon").is_err() && read("1d").is_err() && read("").is_err());
    }

    #[test]
    fn namespaces_are_dns_labels() {
        assert!(namespace("dev-hello").is_ok() && namespace("a").is_ok());
        for text in ["", "-a", "a-", "A", "a/b", "a.b", "..", &"a".repeat(64)] {
            assert!(namespace(text).is_err(), "{text}");
        }
    }
}
