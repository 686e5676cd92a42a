//! The steps about namespaces.

use super::inventory::{CandidateNamespace, CleanupCluster, CleanupInventory, ClusterFlux};
use super::options::CleanupOptions;
use super::ownership::{is_protected_namespace, looks_like_namespace};
use super::plan::{CleanupTarget, NamespaceTarget, Steps};
use super::{NamespaceContent, namespace_hold};

pub(super) fn namespace_steps(inventory: &CleanupInventory, options: &CleanupOptions, steps: &mut Steps) {
    for cluster in &inventory.clusters {
        let place = inventory.place(&cluster.arc);
        let Some(flux) = &cluster.flux else {
            let why = format!("{place} is not reached from here: the project's namespaces stay there");
            steps.block(format!("Namespaces of {place}"), why, None);
            continue;
        };
        let is_selected =
            |candidate: &&CandidateNamespace| inventory.is_selected(candidate.environment.as_deref());
        let mut is_any = false;
        for candidate in flux.namespaces.iter().filter(is_selected) {
            is_any = true;
            namespace_step(inventory, (cluster, flux), candidate, options, steps);
        }
        if !is_any {
            let told = format!(
                "none is the project's, as far as labels and the environments {} tell",
                environments(inventory)
            );
            steps.keep(format!("Namespaces of {place}"), told);
        }
    }
}

fn environments(inventory: &CleanupInventory) -> String {
    match inventory.environments.as_slice() {
        [] => "(none is known)".to_owned(),
        known => known.join(", "),
    }
}

fn namespace_step(
    inventory: &CleanupInventory,
    (cluster, flux): (&CleanupCluster, &ClusterFlux),
    candidate: &CandidateNamespace,
    options: &CleanupOptions,
    steps: &mut Steps,
) {
    let meta = &candidate.namespace.meta;
    let name = format!("Namespace {}/{}", inventory.place(&cluster.arc), meta.name);
    let looks = looks_like_namespace(inventory, flux, candidate);
    if is_protected_namespace(&meta.name) {
        return steps.block(name, "it is the cluster's own and is not deleted".to_owned(), None);
    }
    let why = match looks {
        Ok(()) => None,
        Err(why) if options.is_forced => Some(why),
        Err(why) => return steps.block(name, why, Some(options.with_flag("--force"))),
    };
    if options.keeps_workloads {
        return steps.keep(name, "stays, with what runs in it".to_owned());
    }
    let exists = match (&candidate.environment, &why) {
        (_, Some(why)) => why.clone(),
        (Some(environment), None) => format!("of environment {environment}"),
        (None, None) => "of the project".to_owned(),
    };
    let is_going = meta.deleted.is_some();
    let exists = if is_going { format!("{exists}; being deleted{}", held(candidate)) } else { exists };
    let change = if is_going { "wait until it is gone" } else { "delete it, with all that is in it" };
    let depends = |environment: &Option<String>| match (environment, &candidate.environment) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => true,
    };
    let configurations = steps.configurations.iter();
    let after: Vec<String> = configurations
        .filter(|(arc, environment, _)| *arc == cluster.arc && depends(environment))
        .map(|(_, _, step)| step.clone())
        .collect();
    steps.before_repositories.push(name.clone());
    let target =
        NamespaceTarget { cluster: cluster.arc.clone(), name: meta.name.clone(), uid: meta.uid.clone() };
    steps.delete(name, (exists, change.to_owned()), after, CleanupTarget::Namespace(target));
}

/// What a namespace that is being deleted says itself of what holds it.
fn held(candidate: &CandidateNamespace) -> String {
    let hold = namespace_hold(&candidate.namespace, &NamespaceContent::default());
    let is_told = hold.told.is_some() || hold.discovery_failure.is_some() || hold.can_be_freed();
    if is_told { format!(": {}", hold.explanation()) } else { String::new() }
}
