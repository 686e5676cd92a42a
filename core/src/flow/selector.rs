//! Which environments of which clusters a command is about.

use std::collections::BTreeSet;

use super::status_error::StatusError;
use crate::model::LabelSelector;
use crate::model::verdict::{EnvironmentStatus, Picture, Reason, Remark};

/// Environments of one or more clusters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentSelector {
    /// The kubeconfig's contexts; `None` is its current one.
    pub contexts: Vec<Option<String>>,
    /// The namespaces, on each of them.
    pub namespaces: Namespaces,
    /// What the labels of the namespaces must be.
    pub labels: Option<LabelSelector>,
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
}

impl Namespaces {
    /// What `-n` says, or its absence.
    pub fn of_flag(namespace: Option<&str>) -> Self {
        namespace.map_or(Namespaces::OfContext, |namespace| Namespaces::Named(namespace.to_owned()))
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
