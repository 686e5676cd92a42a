//! Which environments of which clusters a command is about.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::narrowing::Narrowing;
use super::status_error::StatusError;
use crate::model::github::RepositoryName;
use crate::model::pipeline::{Resolved, Role, conventional, role};
use crate::model::upstream::GithubScope;
use crate::model::verdict::{EnvironmentStatus, Picture, Reason, Remark, Selection};
use crate::model::{LabelSelector, harmless};

/// Environments of one or more clusters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentSelector {
    /// The kubeconfig's contexts; `None` is its current one.
    pub contexts: Vec<Option<String>>,
    /// The namespaces, on each of them.
    pub namespaces: Namespaces,
    /// What the labels of the namespaces must be.
    pub labels: Option<LabelSelector>,
    /// What of their pipelines is shown.
    pub narrowing: Narrowing,
}

/// Which namespaces of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Namespaces {
    /// Every one that something delivers to.
    All,
    /// This one.
    Named(String),
    /// Each of these.
    Listed(BTreeSet<String>),
    /// The one that the kubeconfig's context names, else `default`.
    OfContext,
    /// Every one that the pipeline which deploys to this one deploys to; without a name to that of the context.
    OfPipeline(Option<String>),
    /// Every one that belongs to the pipeline of this repository, whichever of its three that is; on no cluster where
    /// none is at hand.
    OfProject(Resolved<RepositoryName>),
}

impl Namespaces {
    /// What `-n` says, or its absence.
    pub fn of_flag(namespace: Option<&str>) -> Self {
        namespace.map_or(Namespaces::OfContext, |namespace| Namespaces::Named(namespace.to_owned()))
    }

    /// What is asked of a cluster, where the context's namespace is this one.
    pub(super) fn selection(&self, of_context: &str) -> Selection {
        match self {
            Namespaces::All => Selection::All,
            Namespaces::Listed(namespaces) => Selection::Namespaces(namespaces.clone()),
            Namespaces::Named(namespace) => Selection::Namespace(namespace.clone()),
            Namespaces::OfContext => Selection::Namespace(of_context.to_owned()),
            Namespaces::OfPipeline(namespace) => {
                Selection::Pipeline(namespace.clone().unwrap_or_else(|| of_context.to_owned()))
            }
            Namespaces::OfProject(named) => Selection::Project(source_repository(&named.value)),
        }
    }

    /// The namespace that commands without one are about.
    pub(super) fn first(&self) -> Option<&str> {
        match self {
            Namespaces::Named(namespace) | Namespaces::OfPipeline(Some(namespace)) => Some(namespace),
            Namespaces::Listed(namespaces) => namespaces.first().map(String::as_str),
            Namespaces::All
            | Namespaces::OfContext
            | Namespaces::OfPipeline(None)
            | Namespaces::OfProject(_) => None,
        }
    }

    /// What a list of names says; nothing where it is empty.
    pub fn of_names(names: &[String]) -> Option<Self> {
        match names {
            [] => None,
            [name] => Some(Namespaces::Named(name.clone())),
            names => Some(Namespaces::Listed(names.iter().cloned().collect())),
        }
    }
}

impl EnvironmentSelector {
    /// What GitHub is asked about a picture: where a pipeline is selected, rather than namespaces, also the environments
    /// of its chain that no cluster has.
    pub(super) fn github_scope(&self, picture: &Picture, host: &str) -> GithubScope {
        let scope = GithubScope::of(picture, host).with_revision(self.narrowing.revision.clone());
        if let Namespaces::OfProject(named) = &self.namespaces {
            return scope.with_repository(named.clone());
        }
        let is_of_pipelines = match &self.namespaces {
            Namespaces::All | Namespaces::OfPipeline(_) | Namespaces::OfProject(_) => true,
            Namespaces::Named(_) | Namespaces::Listed(_) | Namespaces::OfContext => false,
        };
        if is_of_pipelines && self.labels.is_none() { scope.with_chain() } else { scope }
    }

    /// The project that is asked about by name: one is there without any cluster.
    pub(super) fn project(&self) -> Option<&RepositoryName> {
        match &self.namespaces {
            Namespaces::OfProject(named) => Some(&named.value),
            _ => None,
        }
    }

    /// The same for the pipeline of a repository.
    #[must_use]
    pub fn of_project(&self, repository: Resolved<RepositoryName>) -> Self {
        Self { namespaces: Namespaces::OfProject(repository), ..self.clone() }
    }

    /// What is known before any cluster answered; nothing where what is asked about is a cluster's.
    pub(super) fn without_clusters(&self, now: Timestamp) -> Option<Picture> {
        self.project().map(|_| Picture::empty(now))
    }

    /// What was asked for by name and no world tells of.
    pub(super) fn missing(&self, picture: &Picture) -> Option<StatusError> {
        match self.project() {
            Some(project) if picture.environments.is_empty() => Some(StatusError::ProjectUnknown {
                project: project.to_string(),
                gaps: picture.unanswered.iter().filter(|unanswered| unanswered.is_gap()).cloned().collect(),
            }),
            _ => self.narrowing.error(picture),
        }
    }

    /// That none of these repositories, in which it was looked for, has the commit that was asked for.
    pub(super) fn missing_revision(&self, looked: &[RepositoryName]) -> Option<StatusError> {
        let revision = harmless(self.narrowing.revision.as_deref()?);
        Some(StatusError::NoRevision { revision, looked: looked.iter().map(ToString::to_string).collect() })
    }

    /// Leaves the environments whose namespaces have the labels, and notes the namespaces that were listed and that
    /// nothing deploys to.
    pub(super) fn narrow(&self, picture: &mut Picture) {
        if let Namespaces::Listed(names) = &self.namespaces {
            let is_known =
                |name: &String| picture.environments.iter().any(|known| known.id.namespace == *name);
            let unknown: Vec<&String> = names.iter().filter(|name| !is_known(name)).collect();
            let remark = |name: &String| {
                Remark::new(Reason::NothingDeploys, format!("no Flux object deploys to namespace {name}"))
            };
            picture.remarks.extend(unknown.into_iter().map(remark));
        }
        if let Some(labels) = &self.labels {
            let has = |environment: &EnvironmentStatus| {
                environment.labels.as_ref().is_some_and(|own| labels.matches(own))
            };
            picture.environments.retain(has);
        }
    }

    /// Why the labels select nothing of a picture; nothing where they select something.
    pub(super) fn labels_error(&self, picture: &Picture) -> Option<StatusError> {
        let selector = self.labels.as_ref()?;
        let own: Vec<_> =
            picture.environments.iter().map(|environment| environment.labels.as_ref()).collect();
        if own.iter().flatten().any(|labels| selector.matches(labels)) {
            return None;
        }
        let selector = selector.to_string();
        Some(match own.iter().all(Option::is_none) && !own.is_empty() {
            true => StatusError::LabelsUnreadable { selector },
            false => StatusError::NoneSelected { selector },
        })
    }
}

/// The source repository by convention, which the project is named after.
fn source_repository(repository: &RepositoryName) -> RepositoryName {
    let is = role(repository, &BTreeMap::new());
    conventional(repository, is, Role::Source).unwrap_or_else(|| repository.clone())
}
