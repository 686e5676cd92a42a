//! What must be asked of a cluster, given what it said so far. Asked again with the answers until nothing
//! new is wanted: the first wave holds every conventional place, so that it mostly is the only one.

use std::collections::BTreeSet;

use super::environment::{self, Scene, Selection};
use super::health;
use crate::model::cluster::{Answer, ClusterState, Facts, Kind, Place, Scope};
use crate::model::contract::{ARC_CONFIG, FLUX_NAMESPACE, OWNER_NAMESPACE_LABEL};
use jiff::Timestamp;

/// So many namespaces are asked one by one.
const FEW: usize = 5;

/// At most so many containers are asked for their last words.
const LOGS: usize = 3;

/// Everything that a selection's verdict needs.
pub fn wants(cluster: &ClusterState, selection: &Selection) -> BTreeSet<Scope> {
    let mut wants = first(selection);
    let facts = Facts::read(cluster);
    let scene = Scene { cluster, facts: &facts, now: Timestamp::UNIX_EPOCH };
    if let Selection::Namespace(asked) = selection {
        for (namespace, owner) in owners(&facts) {
            if &namespace == asked {
                wants.extend(Kind::at(Place::Flux).map(|kind| Scope::namespace(kind, &owner)));
            }
        }
        let environments = environment::environments(&scene, selection);
        let kustomizations = environments.iter().flat_map(|environment| &environment.kustomizations);
        let reach: BTreeSet<(&str, Kind)> = kustomizations.flat_map(|one| environment::reach(one)).collect();
        wants.extend(reached(cluster, &reach));
    }
    wants.extend(logs(&scene, selection));
    wants
}

/// What stands around everything that kustomizations reach. Beyond a few namespaces the whole cluster is asked
/// at once, unless that is not allowed.
fn reached(cluster: &ClusterState, reach: &BTreeSet<(&str, Kind)>) -> BTreeSet<Scope> {
    let namespaces: BTreeSet<&str> = reach.iter().map(|(namespace, _)| *namespace).collect();
    let scopes: BTreeSet<Scope> =
        reach.iter().flat_map(|(namespace, kind)| around(namespace, *kind)).collect();
    if namespaces.len() <= FEW {
        return scopes;
    }
    let refused = |kind| matches!(cluster.get(&Scope::cluster(kind)), Some(Answer::Forbidden));
    let whole: BTreeSet<Scope> = scopes.iter().map(|scope| Scope::cluster(scope.kind)).collect();
    let apart = scopes.into_iter().filter(|scope| refused(scope.kind));
    whole.into_iter().chain(apart).collect()
}

fn first(selection: &Selection) -> BTreeSet<Scope> {
    let arc = Scope::object(Kind::ArcConfig, ARC_CONFIG.0, ARC_CONFIG.1);
    match selection {
        Selection::All => Kind::at(Place::Application)
            .chain(Kind::at(Place::Flux))
            .chain([Kind::Namespace])
            .map(Scope::cluster)
            .chain([arc])
            .collect(),
        Selection::Namespace(namespace) => {
            let flux = [FLUX_NAMESPACE, namespace]
                .into_iter()
                .flat_map(|place| Kind::at(Place::Flux).map(move |kind| Scope::namespace(kind, place)));
            let application = Kind::at(Place::Application).map(|kind| Scope::namespace(kind, namespace));
            let controllers = Scope::namespace(Kind::Deployment, FLUX_NAMESPACE);
            let itself = Scope::object(Kind::Namespace, "", namespace);
            flux.chain(application).chain([controllers, itself, arc]).collect()
        }
    }
}

/// A workload is understood through what stands around it.
fn around(namespace: &str, kind: Kind) -> Vec<Scope> {
    let kinds: &[Kind] = match kind {
        Kind::Deployment => {
            &[Kind::Deployment, Kind::ReplicaSet, Kind::Pod, Kind::ResourceQuota, Kind::Warning]
        }
        Kind::StatefulSet | Kind::DaemonSet => &[kind, Kind::Pod, Kind::ResourceQuota, Kind::Warning],
        Kind::Job => &[Kind::Job],
        _ => return vec![Scope::namespace(kind, namespace)],
    };
    kinds.iter().map(|kind| Scope::namespace(*kind, namespace)).collect()
}

/// Namespaces of workloads with the namespace of the kustomization they are labelled with.
fn owners(facts: &Facts) -> BTreeSet<(String, String)> {
    let of_workloads = facts.workloads.iter().filter_map(|one| {
        Some((one.meta.namespace.clone(), one.meta.labels.get(OWNER_NAMESPACE_LABEL)?.clone()))
    });
    let of_namespaces = facts
        .namespaces
        .iter()
        .filter_map(|one| Some((one.meta.name.clone(), one.meta.labels.get(OWNER_NAMESPACE_LABEL)?.clone())));
    of_workloads.chain(of_namespaces).collect()
}

/// The last words of containers that crash, of what is asked about alone.
fn logs(scene: &Scene<'_>, selection: &Selection) -> BTreeSet<Scope> {
    let environments = environment::environments(scene, selection);
    let kustomizations = environments.iter().flat_map(|environment| &environment.kustomizations);
    let crashing = kustomizations.flat_map(|one| health::crashing(scene, one)).map(|(pod, container)| {
        Scope::object(Kind::Log, &pod.meta.namespace, &format!("{}/{}", pod.meta.name, container.name))
    });
    crashing.take(LOGS).collect()
}
