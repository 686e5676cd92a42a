//! What is the project's, and what only has a name like it.

use std::collections::BTreeMap;

use super::inventory::{CandidateNamespace, CleanupInventory, ClusterFlux, PresentRepository};
use super::{ContentObject, NamespaceContent};
use crate::model::contract::{
    ARC_CONFIG, CONFIGS_REPO, FLUX_NAMESPACE, MANIFESTS_REPO, OWNER_NAME_LABEL, PROJECT_LABEL, PULL_SECRET,
    RELEASE_NAME_LABEL, SRC_REPO,
};
use crate::model::objects::Kustomization;
use crate::model::pipeline::{Project, Role};

/// The label of jobs that test an environment end to end, and its value.
const TEST_LABEL: (&str, &str) = ("test-type", "e2e");
/// What Kubernetes makes in every namespace itself: kind and name.
const MADE_BY_KUBERNETES: [(&str, &str); 2] =
    [("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")];
/// Kinds that are made of others.
const DERIVED_KINDS: [&str; 4] = ["Event", "Endpoints", "EndpointSlice", "PodMetrics"];
/// How many foreign objects are named.
const MOST_NAMED: usize = 3;

/// Whether a namespace is the cluster's own: it is deleted under no flag.
pub fn is_protected_namespace(name: &str) -> bool {
    matches!(name, "default" | FLUX_NAMESPACE) || name == ARC_CONFIG.0 || name.starts_with("kube-")
}

/// Why a repository is not the project's, by the variables that should join it to the other two.
pub fn looks_like_role(project: &Project, role: Role, present: &PresentRepository) -> Result<(), String> {
    let variables = match &present.variables {
        Ok(variables) => variables,
        Err(why) => return Err(format!("its variables cannot be read: {why}")),
    };
    let joins: &[(&str, Role)] = match role {
        Role::Source => &[(MANIFESTS_REPO, Role::Gitops), (CONFIGS_REPO, Role::Configs)],
        Role::Configs => &[(SRC_REPO, Role::Source), (MANIFESTS_REPO, Role::Gitops)],
        Role::Gitops => &[(SRC_REPO, Role::Source)],
    };
    let set: Vec<_> =
        joins.iter().filter_map(|(name, role)| Some((name, *role, variables.get(*name)?))).collect();
    for (name, role, value) in &set {
        let expected = project.repository(*role);
        if !value.trim().parse().is_ok_and(|named: crate::model::github::RepositoryName| named == *expected) {
            let value = crate::model::harmless(value.trim());
            return Err(format!("its variable {name} names {value}, and not {expected}"));
        }
    }
    match set.is_empty() {
        false => Ok(()),
        true => {
            let names: Vec<&str> = joins.iter().map(|(name, _)| *name).collect();
            Err(format!("it has no variable {}", names.join(" or ")))
        }
    }
}

/// Whether it takes a look at what is in a namespace to tell whose it is.
pub fn needs_content(
    inventory: &CleanupInventory,
    flux: &ClusterFlux,
    candidate: &CandidateNamespace,
) -> bool {
    let labels = &candidate.namespace.meta.labels;
    !labels.contains_key(PROJECT_LABEL)
        && !is_protected_namespace(&candidate.namespace.meta.name)
        && !is_target(inventory, flux, &candidate.namespace.meta.name)
}

/// Why a namespace is not the project's.
pub(super) fn looks_like_namespace(
    inventory: &CleanupInventory,
    flux: &ClusterFlux,
    candidate: &CandidateNamespace,
) -> Result<(), String> {
    let meta = &candidate.namespace.meta;
    match meta.labels.get(PROJECT_LABEL) {
        Some(project) if project == inventory.project.name() => return Ok(()),
        Some(other) => return Err(format!("its label {PROJECT_LABEL} names {other}")),
        None if is_target(inventory, flux, &meta.name) => return Ok(()),
        None => {}
    }
    let Some(content) = &candidate.content else {
        return Err("what is in it is not known".to_owned());
    };
    let foreign: Vec<&ContentObject> =
        content.objects.iter().filter(|object| !is_own(inventory, content, candidate, object)).collect();
    if let Some(named) = named(&foreign) {
        return Err(format!("it has no label {PROJECT_LABEL}, and holds what is not the project's: {named}"));
    }
    match content.unread.first() {
        Some((resource, why)) => {
            Err(format!("it has no label {PROJECT_LABEL}, and its {resource} are not told: {why}"))
        }
        None => Ok(()),
    }
}

/// The first objects by kind and name, and how many there are besides.
fn named(objects: &[&ContentObject]) -> Option<String> {
    let titles: Vec<String> = objects.iter().take(MOST_NAMED).map(|object| object.title()).collect();
    let more = objects.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!titles.is_empty()).then(|| titles.join(", ") + &more)
}

/// Whether one of the project's kustomizations put something into a namespace.
fn is_target(inventory: &CleanupInventory, flux: &ClusterFlux, namespace: &str) -> bool {
    let own = flux
        .sources
        .iter()
        .filter(|source| crate::model::is_same_repository(&source.url, &inventory.address));
    let is_put_there = |kustomization: &Kustomization| {
        !kustomization.is_remote && kustomization.inventory.iter().any(|object| object.namespace == namespace)
    };
    own.flat_map(|source| flux.built_from(source)).any(is_put_there)
}

/// Whether an object came with the project: made by its kustomization, by set-up, by a test, or by Kubernetes for one of
/// those.
fn is_own(
    inventory: &CleanupInventory,
    content: &NamespaceContent,
    candidate: &CandidateNamespace,
    object: &ContentObject,
) -> bool {
    let (kind, meta) = (object.kind.as_str(), &object.meta);
    MADE_BY_KUBERNETES.contains(&(kind, meta.name.as_str()))
        || DERIVED_KINDS.contains(&kind)
        || !meta.owners.is_empty()
        || (kind == "Secret" && meta.name == PULL_SECRET)
        || meta.labels.get(TEST_LABEL.0).is_some_and(|value| value == TEST_LABEL.1)
        || is_applied(inventory, candidate, &meta.labels)
        || is_of_own_release(inventory, content, candidate, &meta.labels)
}

/// Whether the kustomization that set-up makes for the namespace's environment applied an object: it may be gone already.
fn is_applied(
    inventory: &CleanupInventory,
    candidate: &CandidateNamespace,
    labels: &BTreeMap<String, String>,
) -> bool {
    let Some(owner) = labels.get(OWNER_NAME_LABEL) else { return false };
    let environment = candidate.environment.as_deref().unwrap_or_default();
    let configuration = inventory.project.configuration(environment);
    *owner == format!("{configuration}-{configuration}")
}

fn is_of_own_release(
    inventory: &CleanupInventory,
    content: &NamespaceContent,
    candidate: &CandidateNamespace,
    labels: &BTreeMap<String, String>,
) -> bool {
    let Some(release) = labels.get(RELEASE_NAME_LABEL) else { return false };
    content.objects.iter().any(|object| {
        object.kind == "HelmRelease"
            && object.meta.name == *release
            && is_applied(inventory, candidate, &object.meta.labels)
    })
}
