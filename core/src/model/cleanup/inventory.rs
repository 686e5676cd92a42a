//! What exists of a project, in all three worlds, before anything is deleted.

use std::collections::BTreeMap;

use super::NamespaceContent;
use crate::model::azure::{ArcCluster, Connectivity, FluxConfiguration};
use crate::model::contract::AZURE_CONFIGURATION_LABEL;
use crate::model::github::{Repository, RepositoryName, TokenScopes};
use crate::model::is_same_repository;
use crate::model::objects::{Kustomization, Namespace, Source};
use crate::model::pipeline::{Project, Role};

/// What exists of a project.
#[derive(Clone, Debug)]
pub struct CleanupInventory {
    /// The project.
    pub project: Project,
    /// The address of the gitops repository.
    pub address: String,
    /// The environments that are known, in the order of the chain as far as that is known.
    pub environments: Vec<String>,
    /// Whether those were given, and others stay.
    pub is_limited: bool,
    /// The clusters that were named.
    pub clusters: Vec<CleanupCluster>,
    /// The other clusters that follow the gitops repository.
    pub followers: OtherFollowers,
    /// The three repositories; none where GitHub was not asked.
    pub repositories: Vec<CleanupRepository>,
    /// The scopes of the token that repositories would be deleted with.
    pub scopes: TokenScopes,
    /// The page with the packages of the project.
    pub packages_page: String,
    /// The page on which tokens are revoked.
    pub tokens_page: String,
    /// The client id of the service principal that workflows sign in with, where that is known here.
    pub service_principal: Option<String>,
}

/// A cluster that was named.
#[derive(Clone, Debug)]
pub struct CleanupCluster {
    /// Which one.
    pub arc: ArcCluster,
    /// Whether Azure hears of it; nothing where that is not told.
    pub connectivity: Option<Connectivity>,
    /// All its Flux configurations.
    pub configurations: Vec<FluxConfiguration>,
    /// What the cluster itself says; none where it is not reached.
    pub flux: Option<ClusterFlux>,
}

/// What a cluster says of itself.
#[derive(Clone, Debug, Default)]
pub struct ClusterFlux {
    /// The git sources of Flux.
    pub sources: Vec<Source>,
    /// The kustomizations of Flux.
    pub kustomizations: Vec<Kustomization>,
    /// The namespaces that may be the project's.
    pub namespaces: Vec<CandidateNamespace>,
}

/// A namespace that may be the project's.
#[derive(Clone, Debug)]
pub struct CandidateNamespace {
    /// The namespace.
    pub namespace: Namespace,
    /// Its environment, by its label or its name.
    pub environment: Option<String>,
    /// What is in it, where that had to be looked at.
    pub content: Option<NamespaceContent>,
}

/// What Azure says of other clusters that follow the gitops repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OtherFollowers {
    /// These configurations follow it; their messages are left out.
    Known(Vec<FollowingConfiguration>),
    /// Azure does not answer the question.
    NotTold(String),
}

/// A configuration of a cluster that was not named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowingConfiguration {
    /// The configuration.
    pub configuration: FluxConfiguration,
    /// Whether Azure hears of its cluster; nothing where that is not told.
    pub connectivity: Option<Connectivity>,
}

/// One of the three repositories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CleanupRepository {
    /// Which of the three.
    pub role: Role,
    /// Its name by convention.
    pub name: RepositoryName,
    /// What is there; none where GitHub shows nothing of this name.
    pub present: Option<PresentRepository>,
}

/// A repository that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentRepository {
    /// The repository.
    pub repository: Repository,
    /// Its variables, or why they cannot be read.
    pub variables: Result<BTreeMap<String, String>, String>,
}

impl CleanupInventory {
    /// Whether a configuration follows the gitops repository.
    pub fn follows(&self, configuration: &FluxConfiguration) -> bool {
        is_same_repository(&configuration.url, &self.address)
    }

    /// Whether nothing of the project was found, of whatever environment.
    pub fn is_empty(&self) -> bool {
        let is_bare = |cluster: &CleanupCluster| {
            let follows_in_cluster = |flux: &ClusterFlux| {
                flux.sources.iter().any(|source| is_same_repository(&source.url, &self.address))
            };
            let holds = |flux: &ClusterFlux| follows_in_cluster(flux) || !flux.namespaces.is_empty();
            !cluster.configurations.iter().any(|configuration| self.follows(configuration))
                && !cluster.flux.as_ref().is_some_and(holds)
        };
        self.clusters.iter().all(is_bare)
            && self.followers.known().is_empty()
            && self.repositories.iter().all(|repository| repository.present.is_none())
    }

    /// Whether an environment is to go.
    pub fn is_selected(&self, environment: Option<&str>) -> bool {
        !self.is_limited || environment.is_some_and(|environment| self.knows(environment))
    }

    /// Whether an environment is among those that are known. GitHub compares their names without case.
    pub fn knows(&self, environment: &str) -> bool {
        self.environments.iter().any(|known| known.eq_ignore_ascii_case(environment))
    }

    /// What a cluster is called in names of steps: its name, with its group where two have the same.
    pub fn place(&self, arc: &ArcCluster) -> String {
        let known = self.clusters.iter().map(|cluster| &cluster.arc);
        let is_ambiguous = known
            .chain(self.followers.clusters())
            .any(|other| other != arc && other.name().eq_ignore_ascii_case(arc.name()));
        match is_ambiguous {
            true => format!("{}/{}", arc.resource_group(), arc.name()),
            false => arc.name().to_owned(),
        }
    }
}

impl OtherFollowers {
    /// The configurations that are known.
    pub fn known(&self) -> &[FollowingConfiguration] {
        match self {
            Self::Known(followers) => followers,
            Self::NotTold(_) => &[],
        }
    }

    fn clusters(&self) -> impl Iterator<Item = &ArcCluster> {
        self.known().iter().map(|follower| &follower.configuration.cluster)
    }
}

impl ClusterFlux {
    /// The kustomizations that Azure's agents made of a configuration.
    pub fn kustomizations_of(
        &self,
        configuration: &FluxConfiguration,
    ) -> impl Iterator<Item = &Kustomization> {
        let names: Vec<String> =
            configuration.kustomizations.iter().map(|own| configuration.object_name(own)).collect();
        self.kustomizations.iter().filter(move |kustomization| {
            let is_named = names.contains(&kustomization.meta.name)
                && kustomization.meta.namespace == configuration.namespace;
            is_named || is_of_configuration(&kustomization.meta, configuration)
        })
    }

    /// The sources that Azure's agents made of a configuration.
    pub fn sources_of(&self, configuration: &FluxConfiguration) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(move |source| {
            let is_named =
                source.meta.name == configuration.name && source.meta.namespace == configuration.namespace;
            is_named || is_of_configuration(&source.meta, configuration)
        })
    }

    /// The kustomizations that are built from a source.
    pub fn built_from(&self, source: &Source) -> impl Iterator<Item = &Kustomization> {
        self.kustomizations
            .iter()
            .filter(move |kustomization| kustomization.source.is(source.kind.name(), &source.meta))
    }
}

fn is_of_configuration(meta: &crate::model::objects::Meta, configuration: &FluxConfiguration) -> bool {
    let label = meta.labels.get(AZURE_CONFIGURATION_LABEL);
    label.is_some_and(|name| *name == configuration.name) && meta.namespace == configuration.namespace
}
