//! The steps about Flux configurations: of the clusters that were named, of others, and of what a configuration left in a
//! cluster that Azure knows nothing of any more.

use super::applied_objects::told_change;
use super::inventory::{CleanupCluster, CleanupInventory, ClusterFlux, OtherFollowers};
use super::options::CleanupOptions;
use super::plan::{CleanupTarget, ConfigurationTarget, FluxObjectsTarget, ObjectName, Steps};
use crate::model::azure::{ArcCluster, Connectivity, FluxConfiguration};
use crate::model::contract::AZURE_CONFIGURATION_LABEL;
use crate::model::is_same_repository;
use crate::model::objects::{Meta, Source};

pub(super) fn configuration_steps(inventory: &CleanupInventory, options: &CleanupOptions, steps: &mut Steps) {
    for cluster in &inventory.clusters {
        let mut is_any = false;
        for configuration in &cluster.configurations {
            is_any |= configuration_step(inventory, cluster, configuration, options, steps);
        }
        is_any |= orphan_steps(inventory, cluster, options, steps);
        if !is_any {
            let name = format!("FluxConfigurations of {}", inventory.place(&cluster.arc));
            steps.keep(name, format!("none follows {}", inventory.project.gitops));
        }
    }
    follower_steps(inventory, options, steps);
}

/// The step of a configuration of a named cluster; whether there is one.
fn configuration_step(
    inventory: &CleanupInventory,
    cluster: &CleanupCluster,
    configuration: &FluxConfiguration,
    options: &CleanupOptions,
    steps: &mut Steps,
) -> bool {
    let name = step_name(inventory, configuration);
    let branch = configuration.branch.as_deref();
    let follows = inventory.follows(configuration);
    let is_named = inventory
        .environments
        .iter()
        .any(|environment| inventory.project.configuration(environment) == configuration.name);
    match (follows, is_named) {
        (false, false) => return false,
        (true, _) if !inventory.is_selected(branch) => {
            let exists = format!("follows {}, which is not among --environments", followed(configuration));
            steps.staying_followers.push(name.clone());
            steps.keep(name, exists);
            return true;
        }
        (false, true) if !options.is_forced => {
            let url = crate::model::without_url_users(&configuration.url);
            let why = format!("it follows {url}, and not {}", inventory.project.gitops);
            steps.block(name, why, Some(options.with_flag("--force")));
            return true;
        }
        _ => {}
    }
    steps.configurations.push((cluster.arc.clone(), branch.map(str::to_owned), name.clone()));
    steps.before_repositories.push(name.clone());
    if let Some(silence) = silence(cluster.connectivity.as_ref()).filter(|_| !options.is_delete_forced) {
        let why = format!("{silence}, so that its deletion would not end");
        steps.block(name, why, Some(options.with_flag("--force-delete")));
        return true;
    }
    let flux = cluster.flux.as_ref();
    let target = target(flux, configuration, options);
    let objects = FluxObjectsTarget {
        cluster: target.cluster.clone(),
        kustomizations: target.kustomizations.clone(),
        sources: target.sources.clone(),
        secrets: flux
            .into_iter()
            .flat_map(|flux| flux.sources_of(configuration))
            .filter_map(made_secret)
            .collect(),
        stops_pruning: options.keeps_workloads,
    };
    let change = told_change(flux, configuration, options);
    let exists = format!("follows {}, {}", followed(configuration), configuration.compliance);
    steps.delete(name.clone(), (exists, change), Vec::new(), CleanupTarget::Configuration(target));
    if options.is_delete_forced {
        left_objects_step(inventory, configuration, flux.is_some(), objects, steps);
    }
    true
}

/// What a forced deletion leaves in the cluster, where that has to be taken away too.
fn left_objects_step(
    inventory: &CleanupInventory,
    configuration: &FluxConfiguration,
    is_reached: bool,
    objects: FluxObjectsTarget,
    steps: &mut Steps,
) {
    let (place, after) = (inventory.place(&configuration.cluster), step_name(inventory, configuration));
    let name = format!("Flux objects of {place}/{}", configuration.name);
    if !is_reached {
        let why = format!(
            "{place} is not reached from here: what was made of {} stays there, and runs",
            configuration.name
        );
        steps.block(name, why, None);
        return;
    }
    if objects.kustomizations.is_empty() && objects.sources.is_empty() {
        return;
    }
    steps.configurations.push((objects.cluster.clone(), configuration.branch.clone(), name.clone()));
    steps.before_repositories.push(name.clone());
    let exists = told_objects(&objects);
    let change = if objects.stops_pruning {
        "delete them, what they applied stays"
    } else {
        "delete them, with what they applied"
    };
    steps.delete(name, (exists, change.to_owned()), vec![after], CleanupTarget::FluxObjects(objects));
}

/// What follows the gitops repository in a cluster and is of no configuration that Azure has; whether there is any.
fn orphan_steps(
    inventory: &CleanupInventory,
    cluster: &CleanupCluster,
    options: &CleanupOptions,
    steps: &mut Steps,
) -> bool {
    let Some(flux) = &cluster.flux else { return false };
    let is_known = |source: &Source| {
        let of = source.meta.labels.get(AZURE_CONFIGURATION_LABEL).unwrap_or(&source.meta.name);
        cluster.configurations.iter().any(|configuration| configuration.name == *of)
    };
    let is_orphan = |source: &&Source| {
        is_same_repository(&source.url, &inventory.address)
            && !is_known(source)
            && inventory.is_selected(source.branch())
    };
    let mut is_any = false;
    for source in flux.sources.iter().filter(is_orphan) {
        is_any = true;
        let objects = FluxObjectsTarget {
            cluster: cluster.arc.clone(),
            kustomizations: flux
                .built_from(source)
                .map(|kustomization| object_name(&kustomization.meta))
                .collect(),
            sources: vec![object_name(&source.meta)],
            secrets: made_secret(source).into_iter().collect(),
            stops_pruning: options.keeps_workloads,
        };
        let name = format!("Flux objects of {}/{}", inventory.place(&cluster.arc), source.meta.name);
        steps.configurations.push((cluster.arc.clone(), source.branch().map(str::to_owned), name.clone()));
        steps.before_repositories.push(name.clone());
        let exists = format!("{}, of no configuration that Azure has", told_objects(&objects));
        let change = "delete them in the cluster".to_owned();
        steps.delete(name, (exists, change), Vec::new(), CleanupTarget::FluxObjects(objects));
    }
    is_any
}

/// The steps of clusters that were not named.
fn follower_steps(inventory: &CleanupInventory, options: &CleanupOptions, steps: &mut Steps) {
    let OtherFollowers::Known(followers) = &inventory.followers else { return };
    for follower in followers {
        let configuration = &follower.configuration;
        let name = step_name(inventory, configuration);
        let place = inventory.place(&configuration.cluster);
        if !options.has_all_clusters || !inventory.is_selected(configuration.branch.as_deref()) {
            steps.staying_followers.push(name.clone());
            steps.keep(name, format!("follows {}, on a cluster that was not named", followed(configuration)));
            continue;
        }
        steps.before_repositories.push(name.clone());
        let silence = silence(follower.connectivity.as_ref()).filter(|_| !options.is_delete_forced);
        if options.keeps_workloads {
            let why =
                format!("{place} is not reached from here: nobody sees whether it has stopped to prune");
            let cluster = named_with_context(&configuration.cluster);
            steps.block(name, why, Some(options.with_value("--cluster", &cluster)));
            continue;
        }
        match silence {
            Some(silence) => {
                let why = format!("{silence}, so that its deletion would not end");
                steps.block(name.clone(), why, Some(options.with_flag("--force-delete")));
            }
            None => {
                let exists = format!("follows {}, {}", followed(configuration), configuration.compliance);
                let change = told_change(None, configuration, options);
                let target = CleanupTarget::Configuration(target(None, configuration, options));
                steps.delete(name.clone(), (exists, change), Vec::new(), target);
            }
        }
        let environment = configuration.branch.as_deref().unwrap_or_default();
        let namespace = inventory.project.namespace(environment);
        let why = format!("{place} is not reached from here: the namespace stays there, if there is one");
        let cluster = named_with_context(&configuration.cluster);
        steps.block(
            format!("Namespace {place}/{namespace}"),
            why,
            Some(options.with_value("--cluster", &cluster)),
        );
    }
}

/// A cluster as `--cluster` takes it, with a context that whoever types it has to name.
fn named_with_context(cluster: &ArcCluster) -> String {
    format!("{}/{}@<context>", cluster.resource_group(), cluster.name())
}

pub(super) fn step_name(inventory: &CleanupInventory, configuration: &FluxConfiguration) -> String {
    format!("FluxConfiguration {}/{}", inventory.place(&configuration.cluster), configuration.name)
}

fn target(
    flux: Option<&ClusterFlux>,
    configuration: &FluxConfiguration,
    options: &CleanupOptions,
) -> ConfigurationTarget {
    let kustomizations = flux.into_iter().flat_map(|flux| flux.kustomizations_of(configuration));
    let sources = flux.into_iter().flat_map(|flux| flux.sources_of(configuration));
    let pruning = configuration.kustomizations.iter().filter(|kustomization| kustomization.prunes);
    let stops = options.keeps_workloads && !options.is_delete_forced;
    ConfigurationTarget {
        cluster: configuration.cluster.clone(),
        name: configuration.name.clone(),
        is_forced: options.is_delete_forced,
        keeps_applied: stops,
        stops_pruning: pruning.filter(|_| stops).map(|kustomization| kustomization.name.clone()).collect(),
        kustomizations: kustomizations.map(|kustomization| object_name(&kustomization.meta)).collect(),
        sources: sources.map(|source| object_name(&source.meta)).collect(),
    }
}

/// Why Azure would wait for a cluster for ever.
fn silence(connectivity: Option<&Connectivity>) -> Option<String> {
    match connectivity {
        Some(state @ (Connectivity::Offline | Connectivity::Expired | Connectivity::AgentNotInstalled)) => {
            Some(format!("its cluster is {state} for Azure"))
        }
        _ => None,
    }
}

/// `branch dev of contoso/hello-gitops`, in words.
fn followed(configuration: &FluxConfiguration) -> String {
    match &configuration.branch {
        Some(branch) => format!("branch {branch}"),
        None => "no branch".to_owned(),
    }
}

fn told_objects(objects: &FluxObjectsTarget) -> String {
    let names = |kind: &str, names: &[ObjectName]| -> Vec<String> {
        names.iter().map(|object| format!("{kind} {}/{}", object.namespace, object.name)).collect()
    };
    let all =
        [names("Kustomization", &objects.kustomizations), names("GitRepository", &objects.sources)].concat();
    all.join(", ")
}

/// The Secret that Azure's agents made for a source. One that somebody named is theirs.
fn made_secret(source: &Source) -> Option<ObjectName> {
    let configuration = source.meta.labels.get(AZURE_CONFIGURATION_LABEL)?;
    let secret = source.secret.as_ref().filter(|secret| **secret == format!("{configuration}-auth"))?;
    Some(ObjectName { namespace: source.meta.namespace.clone(), name: secret.clone() })
}

fn object_name(meta: &Meta) -> ObjectName {
    ObjectName { namespace: meta.namespace.clone(), name: meta.name.clone() }
}
