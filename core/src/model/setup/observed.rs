//! What exists before set-up.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::azure::FluxConfiguration;
use crate::model::github::{Label, PullRequest, Repository};
use crate::model::pipeline::Role;

/// What exists of a pipeline.
#[derive(Clone, Debug, Default)]
pub struct ObservedSetup {
    /// The repositories that exist.
    pub repositories: BTreeMap<Role, ObservedRepository>,
    /// What each cluster has, in the order of the request.
    pub clusters: Vec<ObservedArcCluster>,
    /// How many configurations on other clusters follow the gitops repository.
    pub other_configurations: usize,
}

/// A repository.
#[derive(Clone, Debug)]
pub struct ObservedRepository {
    /// Itself.
    pub repository: Repository,
    /// The branches that set-up looks at.
    pub branches: BTreeMap<String, ObservedBranch>,
    /// Its variables.
    pub variables: BTreeMap<String, String>,
    /// The names of its secrets.
    pub secrets: BTreeSet<String>,
    /// Its labels.
    pub labels: Vec<Label>,
    /// Its deployment environments.
    pub environments: BTreeMap<String, ObservedEnvironment>,
    /// The newest pull request from the branch of set-up.
    pub setup_pull: Option<PullRequest>,
}

/// A branch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObservedBranch {
    /// The hashes of its files' contents, by path.
    pub files: BTreeMap<String, String>,
    /// Contents of files that differ from what set-up writes, by path, as far as they are text.
    pub contents: BTreeMap<String, String>,
}

/// A deployment environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObservedEnvironment {
    /// Its variables.
    pub variables: BTreeMap<String, String>,
    /// Whether somebody must approve what runs in it.
    pub has_reviewers: bool,
}

/// What a cluster has, in Azure and itself.
#[derive(Clone, Debug, Default)]
pub struct ObservedArcCluster {
    /// Whether the extension that installs Flux is there and settled.
    pub has_flux: bool,
    /// Its configurations, by name.
    pub configurations: BTreeMap<String, FluxConfiguration>,
    /// The environments' namespaces, by name; those that are not there are not listed.
    pub namespaces: BTreeMap<String, ObservedNamespace>,
}

/// A namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObservedNamespace {
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Whether it is being deleted.
    pub is_terminating: bool,
    /// Whether it has the secret that images are pulled with.
    pub has_pull_secret: bool,
}

impl ObservedSetup {
    /// A repository, where it exists.
    pub fn repository(&self, role: Role) -> Option<&ObservedRepository> {
        self.repositories.get(&role)
    }
}

impl ObservedRepository {
    /// One that was found and not looked into yet.
    pub fn new(repository: Repository) -> Self {
        Self {
            repository,
            branches: BTreeMap::new(),
            variables: BTreeMap::new(),
            secrets: BTreeSet::new(),
            labels: Vec::new(),
            environments: BTreeMap::new(),
            setup_pull: None,
        }
    }
}
