//! Flags that select environments of one or more clusters, and their order.

use jiff::Timestamp;

use super::cluster::namespace;
use crate::flow::{EnvironmentSelector, Namespaces, Narrowing};
use crate::model::LabelSelector;
use crate::model::verdict::EnvironmentStatus;

/// Flags that select environments.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Cluster")]
pub struct EnvironmentsArgs {
    /// Namespaces of environments: these alone
    #[arg(
        value_name = "NAMESPACE",
        value_parser = namespace,
        conflicts_with_all = ["namespace", "all_namespaces", "selector"],
        help_heading = "Arguments"
    )]
    namespaces: Vec<String>,
    /// Namespace of an environment: every environment of the pipeline that deploys to it [default: the namespace of the
    /// context]
    #[arg(short, long, value_name = "NAMESPACE", value_parser = namespace)]
    namespace: Option<String>,
    /// Every pipeline this cluster carries: every environment of it, and where the rest of their chains is
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    all_namespaces: bool,
    /// Every environment whose namespace has these labels: a=b, a!=b, 'a in (b,c)', 'a notin (b,c)', a, '!a',
    /// 'a>1' or 'a<1', with commas between
    #[arg(short = 'l', long, value_name = "LABELS", conflicts_with = "namespace")]
    selector: Option<LabelSelector>,
    /// Kubeconfig context; repeat it for environments of several clusters [default: the current context]
    #[arg(long, value_name = "CONTEXT")]
    context: Vec<String>,
}

impl EnvironmentsArgs {
    /// Whether environments of more than one namespace may be selected.
    pub fn may_select_several(&self) -> bool {
        self.all_namespaces || self.selector.is_some() || self.namespaces.len() > 1
    }

    /// Whether a namespace is named: the context's own is not.
    pub fn names_namespace(&self) -> bool {
        self.namespace.is_some() || !self.namespaces.is_empty()
    }

    /// Whether a context is named.
    pub fn names_context(&self) -> bool {
        !self.context.is_empty()
    }

    /// The namespace whose pipeline is selected by name.
    pub fn namespace_of_pipeline(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// Whether nothing selects an environment, so that the context's namespace does.
    pub fn is_default(&self) -> bool {
        self.namespace.is_none()
            && self.namespaces.is_empty()
            && !self.all_namespaces
            && self.selector.is_none()
    }

    /// Whether it is said that more than the pipeline of one namespace is selected, or less.
    pub fn selects_namespaces(&self) -> bool {
        self.all_namespaces || self.selector.is_some() || !self.namespaces.is_empty()
    }

    /// The environments that are selected.
    pub fn selector(&self) -> EnvironmentSelector {
        let named: Vec<Option<String>> = self.context.iter().cloned().map(Some).collect();
        let contexts = if named.is_empty() { vec![None] } else { named };
        let listed = Namespaces::of_names(&self.namespaces);
        let namespaces = match self.all_namespaces || self.selector.is_some() {
            true => Namespaces::All,
            false => listed.unwrap_or_else(|| Namespaces::OfPipeline(self.namespace.clone())),
        };
        // A selector that asks nothing of labels needs no right to read them.
        let labels = self.selector.clone().filter(|selector| !selector.is_everything());
        EnvironmentSelector { contexts, namespaces, labels, narrowing: Narrowing::default() }
    }
}

/// The order of environments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum SortBy {
    /// The worst first
    Standing,
    /// By namespace
    Namespace,
    /// By the environment's name
    Environment,
    /// The latest change first
    Age,
    /// The oldest version first
    Version,
}

impl SortBy {
    /// Puts environments in this order; those that are alike in it by cluster and namespace.
    pub fn sort(self, environments: &mut [EnvironmentStatus]) {
        environments.sort_by(|a, b| a.id.cmp(&b.id));
        match self {
            SortBy::Standing => environments.sort_by_key(EnvironmentStatus::severity),
            SortBy::Namespace => environments.sort_by(|a, b| a.id.namespace.cmp(&b.id.namespace)),
            SortBy::Environment => environments.sort_by(|a, b| a.environment.cmp(&b.environment)),
            SortBy::Age => environments.sort_by_key(|environment| {
                let since: Option<Timestamp> = environment.since.map(|since| since.time);
                (since.is_none(), std::cmp::Reverse(since))
            }),
            SortBy::Version => environments.sort_by_key(|environment| {
                (environment.version.is_none(), environment.version.as_deref().map(version_key))
            }),
        }
    }
}

/// A version in parts, so that 0.0.1-9 comes before 0.0.1-12.
fn version_key(version: &str) -> Vec<(u64, String)> {
    let parts = version.split(['.', '-', '+']);
    let key = |part: &str| match part.trim_start_matches('v').parse::<u64>() {
        Ok(number) => (number, String::new()),
        Err(_) => (u64::MAX, part.to_owned()),
    };
    parts.map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::version_key;

    #[test]
    fn versions_are_numbers() {
        let mut versions = ["0.0.1-12", "0.0.1-9", "v0.0.2", "0.0.1-rc", "0.0.1"];
        versions.sort_by_key(|version| version_key(version));
        assert_eq!(versions, ["0.0.1", "0.0.1-9", "0.0.1-12", "0.0.1-rc", "v0.0.2"]);
    }
}
