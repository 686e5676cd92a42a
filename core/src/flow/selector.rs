//! Which environments of which clusters a command is about.

/// Environments of one or more clusters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentSelector {
    /// The kubeconfig's contexts; `None` is its current one.
    pub contexts: Vec<Option<String>>,
    /// The namespaces, on each of them.
    pub namespaces: Namespaces,
}

/// Which namespaces of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Namespaces {
    /// Every one that something delivers to.
    All,
    /// This one.
    Named(String),
    /// The one that the kubeconfig's context names, else `default`.
    OfContext,
}

impl Namespaces {
    /// What `-n` says, or its absence.
    pub fn of_flag(namespace: Option<&str>) -> Self {
        namespace.map_or(Namespaces::OfContext, |namespace| Namespaces::Named(namespace.to_owned()))
    }
}
