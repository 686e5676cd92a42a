//! What of a cluster is asked about, and which of its environments that are.
//!
//! A pipeline is selected by one of its namespaces. The others on the cluster follow the same gitops repository and
//! belong to the same project, by their labels, else by conventional names. The repository alone was considered: one
//! that holds several projects would make one pipeline of them.

use std::collections::BTreeSet;

use super::environment_names::convention;
use super::facts::find;
use super::{EnvironmentFacts, Facts};
use crate::model::contract::{FLUX_NAMESPACE, PROJECT_LABEL};
use crate::model::github::RepositoryName;
use crate::model::is_same_repository;
use crate::model::objects::Source;

/// What was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// One namespace.
    Namespace(String),
    /// These namespaces.
    Namespaces(BTreeSet<String>),
    /// The environments of the pipeline that deploys to this namespace.
    Pipeline(String),
    /// The environments of this project, which the source repository is named after.
    Project(RepositoryName),
    /// The whole cluster.
    All,
}

impl Selection {
    /// The namespaces that are asked about by name; none where others, or the whole cluster, are.
    pub fn namespaces(&self) -> Vec<&str> {
        match self {
            Selection::Namespace(namespace) | Selection::Pipeline(namespace) => vec![namespace],
            Selection::Namespaces(namespaces) => namespaces.iter().map(String::as_str).collect(),
            Selection::Project(_) | Selection::All => Vec::new(),
        }
    }

    /// The namespace that was asked about, alone or for its pipeline.
    pub fn namespace(&self) -> Option<&str> {
        match self {
            Selection::Namespace(namespace) | Selection::Pipeline(namespace) => Some(namespace),
            Selection::Namespaces(_) | Selection::Project(_) | Selection::All => None,
        }
    }
}

impl EnvironmentFacts {
    fn is_asked(&self, asked: &str) -> bool {
        // Asked about Flux's own namespace: what is kept there.
        let is_kept = || {
            self.kustomizations.iter().any(|own| own.object.meta.namespace == asked)
                || self.releases.iter().any(|own| own.object.meta.namespace == asked)
                || self.unused_sources.iter().any(|source| source.meta.namespace == asked)
        };
        asked == self.namespace || asked == FLUX_NAMESPACE && is_kept()
    }

    /// What its application is built from.
    fn main_source(&self) -> Option<&Source> {
        let unused = || self.unused_sources.first().map(AsRef::as_ref);
        self.main().and_then(|main| main.source.as_deref()).or_else(unused)
    }
}

impl Facts {
    /// The environments that are asked about, in order of namespace.
    pub fn selected(&self, selection: &Selection) -> Vec<&EnvironmentFacts> {
        let asked = selection.namespaces();
        let home = match selection {
            Selection::Pipeline(namespace) => self.environment(namespace),
            _ => None,
        };
        let is_selected = |environment: &&EnvironmentFacts| match selection {
            // That a namespace is empty concerns whoever asks about it alone.
            Selection::All => environment.is_delivered_to(),
            Selection::Project(project) => {
                environment.is_delivered_to() && self.is_of_project(environment, project)
            }
            _ => {
                asked.iter().any(|asked| environment.is_asked(asked))
                    || home.is_some_and(|home| self.is_same_pipeline(home, environment))
            }
        };
        self.environments.iter().filter(is_selected).collect()
    }

    /// The other namespaces that may belong to the pipeline of an environment, for what follows its repository. Their
    /// labels decide.
    pub fn neighbours(&self, selection: &Selection) -> BTreeSet<&str> {
        let Selection::Pipeline(namespace) = selection else { return BTreeSet::new() };
        let Some(home) = self.environment(namespace) else { return BTreeSet::new() };
        let others = self.environments.iter().filter(|other| is_of_same_repository(home, other));
        others.map(|other| other.namespace.as_str()).collect()
    }

    fn environment(&self, namespace: &str) -> Option<&EnvironmentFacts> {
        self.environments.iter().find(|environment| environment.namespace == namespace)
    }

    fn is_same_pipeline(&self, home: &EnvironmentFacts, other: &EnvironmentFacts) -> bool {
        let projects = self.projects(home);
        let is_own = |project: &&str| projects.iter().any(|own| own.eq_ignore_ascii_case(project));
        is_of_same_repository(home, other)
            && self.projects(other).iter().any(|project| is_own(&project.as_str()))
    }

    /// Whether an environment is of a project: it has its name, and follows a repository of the same owner.
    fn is_of_project(&self, environment: &EnvironmentFacts, project: &RepositoryName) -> bool {
        let owner = environment.main_source().and_then(|source| repository_owner(&source.url));
        self.projects(environment).iter().any(|own| own.eq_ignore_ascii_case(project.name()))
            && owner.is_none_or(|owner| owner.eq_ignore_ascii_case(project.owner()))
    }

    /// The projects that an environment may be of: the one that its namespace is labelled with, else those that names
    /// tell.
    fn projects(&self, environment: &EnvironmentFacts) -> Vec<String> {
        let namespace =
            find(&self.namespaces, ("", environment.namespace.as_str()), |own| ("", &own.meta.name));
        let label = namespace.and_then(|namespace| namespace.meta.labels.get(PROJECT_LABEL));
        if let Some(label) = label {
            return vec![label.clone()];
        }
        let by_source = environment.main_source().and_then(convention).map(|(project, _)| project);
        std::iter::once(environment.project.clone()).chain(by_source).collect()
    }
}

fn is_of_same_repository(home: &EnvironmentFacts, other: &EnvironmentFacts) -> bool {
    match (home.main_source(), other.main_source()) {
        (Some(home), Some(other)) => is_same_repository(&home.url, &other.url),
        _ => false,
    }
}

/// The word before the last of an address, which names the owner of a repository.
fn repository_owner(url: &str) -> Option<&str> {
    let (place, _) = url.trim_end_matches('/').rsplit_once('/')?;
    place.rsplit(['/', ':']).next().filter(|owner| !owner.is_empty())
}
