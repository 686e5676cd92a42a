//! An environment of a pipeline, and where it is deployed to.

use super::ClusterRef;
use super::cluster::EnvironmentId;

/// A stage of the chain: a branch of the configs and gitops repositories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Its name, which is that of its branches.
    pub name: String,
    /// Where it runs, as far as clusters were asked.
    pub deployments: Vec<EnvironmentId>,
    /// What is deployed, as far as clusters were asked.
    pub targets: Vec<DeploymentTarget>,
}

/// A folder of the gitops repository that clusters follow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeploymentTarget {
    /// The folder, without `./` and slashes at its ends.
    pub path: String,
    /// The cluster that follows it.
    pub cluster: ClusterRef,
}

impl Environment {
    /// An environment of which no cluster said anything.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), deployments: Vec::new(), targets: Vec::new() }
    }
}

impl DeploymentTarget {
    /// The target that a Kustomization's `spec.path` names.
    pub fn new(path: &str, cluster: ClusterRef) -> Self {
        Self { path: target_path(path), cluster }
    }
}

/// A folder as targets are named: without `./` and slashes at its ends.
pub fn target_path(path: &str) -> String {
    path.strip_prefix("./").unwrap_or(path).trim_matches('/').to_owned()
}
