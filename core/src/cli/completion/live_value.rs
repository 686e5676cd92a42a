//! Values that only a kubeconfig or a cluster knows. Which argument takes them is said by the name of its value in help,
//! so that a new flag is completed for nothing.

use std::collections::HashSet;

use clap::Arg;

use super::candidate::Candidate;
use crate::flow::{KnownNamespaces, NamedEnvironment};
use crate::kubernetes::KubeconfigContext;

/// What a value names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LiveValue {
    /// A context of the kubeconfig.
    Context,
    /// A namespace of the cluster.
    Namespace,
    /// An environment that something is delivered to.
    Environment,
    /// A deployment target of such an environment.
    Target,
}

impl LiveValue {
    /// What the value of an argument names.
    pub(super) fn of(argument: &Arg) -> Option<Self> {
        match argument.get_value_names()?.first()?.as_str() {
            "CONTEXT" => Some(Self::Context),
            "NAMESPACE" => Some(Self::Namespace),
            "ENVIRONMENT" => Some(Self::Environment),
            "TARGET" => Some(Self::Target),
            _ => None,
        }
    }
}

/// The contexts, each with its cluster.
pub(super) fn context_candidates(contexts: &[KubeconfigContext]) -> Vec<Candidate> {
    let candidate = |context: &KubeconfigContext| {
        let current = if context.is_current { ", the current one" } else { "" };
        Candidate::new(&context.name, &format!("cluster {}{current}", context.cluster))
    };
    contexts.iter().filter_map(candidate).collect()
}

/// The namespaces of clusters: environments first, then the others, then those that contexts name, each once.
pub(super) fn namespace_candidates(clusters: &[KnownNamespaces], named: &[String]) -> Vec<Candidate> {
    let environments = clusters.iter().flat_map(|cluster| &cluster.environments);
    let environments = environments.filter_map(|own| Candidate::new(&own.namespace, &title(own)));
    let listed = clusters.iter().flat_map(|cluster| cluster.all.iter().flatten());
    let others = listed.chain(named).filter_map(|namespace| Candidate::new(namespace, ""));
    unique(environments.chain(others))
}

/// The names of environments, each once.
pub(super) fn environment_candidates(clusters: &[KnownNamespaces]) -> Vec<Candidate> {
    let environments = clusters.iter().flat_map(|cluster| &cluster.environments);
    let candidate =
        |own: &NamedEnvironment| Candidate::new(&own.environment, &format!("namespace {}", own.namespace));
    unique(environments.filter_map(candidate))
}

/// The deployment targets of environments, each once.
pub(super) fn target_candidates(clusters: &[KnownNamespaces]) -> Vec<Candidate> {
    let environments = clusters.iter().flat_map(|cluster| &cluster.environments);
    let candidates = environments.flat_map(|own| own.targets.iter().map(move |target| (target, own)));
    unique(candidates.filter_map(|(target, own)| Candidate::new(target, &title(own))))
}

fn title(own: &NamedEnvironment) -> String {
    match own.project.as_str() {
        "" => format!("environment {}", own.environment),
        project => format!("environment {} of {project}", own.environment),
    }
}

/// Each word once, as it came first. A cluster may have ten thousand.
fn unique(candidates: impl Iterator<Item = Candidate>) -> Vec<Candidate> {
    let mut known = HashSet::new();
    candidates.filter(|candidate| known.insert(candidate.word().to_owned())).collect()
}
