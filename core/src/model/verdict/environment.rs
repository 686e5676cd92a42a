//! Which environments there are, and which of Flux's objects deliver to them.
//!
//! An environment is a namespace with everything that delivers to it. Its project and name come from the
//! labels `gitops.dev/project` and `gitops.dev/environment`, else from the source (`<project>-<environment>`
//! following branch `<environment>`, as Azure names it), else from the convention
//! `<environment>-<project>` of the namespace itself.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::model::cluster::{ClusterState, Facts, Kind};
use crate::model::contract::{self, ENVIRONMENT_LABEL, FLUX_NAMESPACE, GITOPS_SUFFIX, PROJECT_LABEL};
use crate::model::objects::{GitRepository, Kustomization, Meta, Reference};

/// Everything a verdict looks at.
pub(super) struct Scene<'a> {
    pub cluster: &'a ClusterState,
    pub facts: &'a Facts,
    pub now: Timestamp,
}

/// What was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// One namespace.
    Namespace(String),
    /// The whole cluster.
    All,
}

/// A namespace and what delivers to it.
#[derive(Debug, Default)]
pub(super) struct Environment<'a> {
    pub namespace: String,
    pub project: String,
    pub name: String,
    pub kustomizations: Vec<&'a Kustomization>,
    /// Sources that no kustomization uses.
    pub orphans: Vec<&'a GitRepository>,
    /// Kustomizations that objects are labelled with and that are not there.
    pub lost: BTreeSet<String>,
}

/// The environments of a selection, in order of namespace.
pub(super) fn environments<'a>(scene: &Scene<'a>, selection: &Selection) -> Vec<Environment<'a>> {
    let mut by_namespace: BTreeMap<String, Environment<'a>> = BTreeMap::new();
    for one in &scene.facts.kustomizations {
        for namespace in homes(scene, one) {
            by_namespace.entry(namespace).or_default().kustomizations.push(one);
        }
    }
    for source in &scene.facts.sources {
        let used = scene.facts.kustomizations.iter().any(|one| is_source_of(source, one));
        let unseen = scene.cluster.unanswered_in(Kind::Kustomization, &source.meta.namespace).is_some();
        if !used && !unseen {
            let namespace = convention(source).map_or(source.meta.namespace.clone(), |(project, name)| {
                contract::namespace(&name, &project)
            });
            by_namespace.entry(namespace).or_default().orphans.push(source);
        }
    }
    for (namespace, owner) in owners(scene) {
        adopt(scene, by_namespace.entry(namespace).or_default(), &owner);
    }
    by_namespace.retain(|namespace, environment| is_selected(selection, namespace, environment));
    let named = |(namespace, mut environment): (String, Environment<'a>)| {
        (environment.project, environment.name) = names(scene, &namespace, &environment);
        environment.namespace = namespace;
        environment
    };
    by_namespace.into_iter().map(named).collect()
}

/// Every namespace that something delivers to, for the one who asked about another.
pub(super) fn followed(scene: &Scene<'_>) -> Vec<String> {
    environments(scene, &Selection::All).into_iter().map(|environment| environment.namespace).collect()
}

fn is_selected(selection: &Selection, namespace: &str, environment: &Environment<'_>) -> bool {
    let is_empty = environment.kustomizations.is_empty()
        && environment.orphans.is_empty()
        && environment.lost.is_empty();
    match selection {
        _ if is_empty => false,
        Selection::All => true,
        Selection::Namespace(asked) if asked == namespace => true,
        // Asked about Flux's own namespace: what is kept there.
        Selection::Namespace(asked) => {
            asked == FLUX_NAMESPACE
                && (environment.kustomizations.iter().any(|one| &one.meta.namespace == asked)
                    || environment.orphans.iter().any(|source| &source.meta.namespace == asked))
        }
    }
}

fn is_source_of(source: &GitRepository, one: &Kustomization) -> bool {
    one.source.namespace == source.meta.namespace && one.source.name == source.meta.name
}

/// Project and environment of a source that is named `<project>-<environment>` and follows that branch.
fn convention(source: &GitRepository) -> Option<(String, String)> {
    let branch = source.branch.as_deref()?;
    let project = contract::project_of_configuration(&source.meta.name, branch)?;
    Some((project.to_owned(), branch.to_owned()))
}

/// The namespaces that a kustomization delivers to: the one it is made for, and those it has workloads in.
fn homes(scene: &Scene<'_>, one: &Kustomization) -> BTreeSet<String> {
    let others = ["Job", "CronJob", "HelmRelease"];
    let delivers = |entry: &&Reference| entry.workload().is_some() || others.contains(&entry.kind.as_str());
    let of_workloads = one.inventory.iter().filter(delivers).map(|entry| entry.namespace.clone());
    of_workloads.chain([home(scene, one)]).collect()
}

fn home(scene: &Scene<'_>, one: &Kustomization) -> String {
    if let Some(target) = &one.target_namespace {
        return target.clone();
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in one.inventory.iter().filter(|entry| !entry.namespace.is_empty()) {
        *counts.entry(&entry.namespace).or_default() += 1;
    }
    let expected =
        scene.facts.source(one).and_then(convention).or_else(|| convention_of_reference(scene, one));
    let expected = expected.map(|(project, name)| contract::namespace(&name, &project));
    match expected {
        Some(expected) if counts.is_empty() || counts.contains_key(expected.as_str()) => expected,
        _ => {
            let most =
                counts.into_iter().max_by_key(|(namespace, count)| (*count, std::cmp::Reverse(*namespace)));
            most.map_or_else(|| one.meta.namespace.clone(), |(namespace, _)| namespace.to_owned())
        }
    }
}

/// What a kustomization's own name says. Azure calls it `<configuration>-<kustomization>`, and where both are
/// `<project>-<environment>` there is no doubt, whatever branch its source follows. Another name that begins
/// with its source's says it only while the source is not known.
fn convention_of_reference(scene: &Scene<'_>, one: &Kustomization) -> Option<(String, String)> {
    let source = &one.source.name;
    let rest = one.meta.name.strip_prefix(source.as_str())?.strip_prefix('-')?;
    let is_certain = rest == source;
    if !is_certain && scene.facts.source(one).is_some() || one.meta.namespace != one.source.namespace {
        return None;
    }
    let (project, name) = contract::split_configuration(source)?;
    Some((project.to_owned(), name.to_owned()))
}

/// Namespaces with the kustomization that their workloads, or they themselves, are labelled with.
fn owners(scene: &Scene<'_>) -> BTreeSet<(String, String)> {
    let facts = scene.facts;
    let owner = |meta: &Meta| meta.owner().map(|(namespace, name)| format!("{namespace}/{name}"));
    let of_workloads =
        facts.workloads.iter().filter_map(|one| Some((one.meta.namespace.clone(), owner(&one.meta)?)));
    let of_namespaces =
        facts.namespaces.iter().filter_map(|one| Some((one.meta.name.clone(), owner(&one.meta)?)));
    of_workloads.chain(of_namespaces).collect()
}

/// Takes the kustomization that objects are labelled with into an environment that has none; notes it as
/// lost where it was looked for and is not there.
fn adopt<'a>(scene: &Scene<'a>, environment: &mut Environment<'a>, owner: &str) {
    let (namespace, name) = owner.split_once('/').unwrap_or_default();
    match scene.facts.kustomization(namespace, name) {
        Some(one) if environment.kustomizations.is_empty() && environment.orphans.is_empty() => {
            environment.kustomizations.push(one);
        }
        Some(_) => {}
        None if scene.cluster.looked(Kind::Kustomization, namespace) => {
            environment.lost.insert(owner.to_owned());
        }
        None => {}
    }
}

fn names(scene: &Scene<'_>, namespace: &str, environment: &Environment<'_>) -> (String, String) {
    let labels =
        scene.facts.namespaces.iter().find(|one| one.meta.name == namespace).map(|one| &one.meta.labels);
    let label = |key: &str| labels.and_then(|labels| labels.get(key)).cloned();
    if let (Some(project), Some(name)) = (label(PROJECT_LABEL), label(ENVIRONMENT_LABEL)) {
        return (project, name);
    }
    let used = environment.kustomizations.iter().filter_map(|one| scene.facts.source(one));
    let source = used.chain(environment.orphans.iter().copied()).next();
    let by_source = || source.and_then(convention);
    let by_reference =
        || environment.kustomizations.iter().find_map(|one| convention_of_reference(scene, one));
    let by_branch = || {
        let branch = source?.branch.clone().filter(|branch| !is_trunk(branch))?;
        Some((repository(&source?.url)?, branch))
    };
    by_source().or_else(by_reference).or_else(by_branch).unwrap_or_else(|| by_namespace(namespace))
}

/// Branches that are not named after an environment.
fn is_trunk(branch: &str) -> bool {
    matches!(branch, "main" | "master" | "trunk" | "develop")
}

/// The convention `<environment>-<project>`.
fn by_namespace(namespace: &str) -> (String, String) {
    let (name, project) = contract::split_namespace(namespace).unwrap_or((namespace, namespace));
    (project.to_owned(), name.to_owned())
}

/// Namespaces whose workloads, or they themselves, say that a kustomization made them.
pub(super) fn owned(scene: &Scene<'_>) -> BTreeSet<String> {
    owners(scene).into_iter().map(|(namespace, _)| namespace).collect()
}

/// A namespace of which nobody knows what delivers to it.
pub(super) fn unknown<'a>(scene: &Scene<'a>, namespace: &str) -> Environment<'a> {
    let mut environment = Environment { namespace: namespace.to_owned(), ..Environment::default() };
    (environment.project, environment.name) = names(scene, namespace, &environment);
    environment
}

/// The project that a gitops repository's URL names.
fn repository(url: &str) -> Option<String> {
    let last = url.trim_end_matches('/').rsplit(['/', ':']).next()?;
    let last = last.strip_suffix(".git").unwrap_or(last);
    let project = last.strip_suffix(GITOPS_SUFFIX).unwrap_or(last);
    (!project.is_empty()).then(|| project.to_owned())
}

/// The namespaces that a kustomization's objects, source and dependencies are in.
pub(super) fn reach(one: &Kustomization) -> BTreeSet<(&str, Kind)> {
    let mut reach = BTreeSet::from([(one.source.namespace.as_str(), Kind::GitRepository)]);
    reach.extend(one.depends_on.iter().map(|other| (other.namespace.as_str(), Kind::Kustomization)));
    for entry in &one.inventory {
        let kind = match entry.kind.as_str() {
            "Deployment" => Kind::Deployment,
            "StatefulSet" => Kind::StatefulSet,
            "DaemonSet" => Kind::DaemonSet,
            "HelmRelease" => Kind::HelmRelease,
            "Job" => Kind::Job,
            _ => continue,
        };
        reach.insert((entry.namespace.as_str(), kind));
    }
    reach
}
