//! What must be asked of a cluster, given what it said so far. Asked again with the answers until nothing
//! new is wanted: the first wave holds every conventional place, so that it mostly is the only one.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::fetch_failure::{failed_condition, is_about_secret};
use super::timing::{LOGS_ASKED, NAMESPACES_ONE_BY_ONE, NODES_ASKED, SECRETS_ASKED};
use super::{controllers, dependencies, health, pod_node};
use crate::model::Why;
use crate::model::cluster::{
    ClusterState, Facts, Kind, KustomizationFacts, Place, ReleaseFacts, Scope, ScopeOutcome, Selection,
};
use crate::model::contract::{ARC_CONFIG, FLUX_NAMESPACE};
use crate::model::objects::{Condition, Source, SourceKind};

/// Everything that a selection's verdict needs.
pub fn wants(state: &ClusterState, selection: &Selection) -> BTreeSet<Scope> {
    let facts = state.facts();
    let mut wants = conventional(selection);
    let asked = selection.namespaces();
    let of_kustomizations = kustomizations(facts, selection).flat_map(reach);
    let of_releases = releases(facts, selection).flat_map(reach_of_release);
    let of_dependencies = dependencies::reach(facts, kustomizations(facts, selection));
    let reach: BTreeSet<(&str, Kind)> = of_kustomizations.chain(of_dependencies).chain(of_releases).collect();
    if !asked.is_empty() {
        let is_asked = |namespace: &str| asked.contains(&namespace);
        for (_, owner) in facts.owner_namespaces.iter().filter(|(namespace, _)| is_asked(namespace)) {
            wants.extend(Kind::at(Place::Flux).map(|kind| Scope::namespace(kind, owner)));
        }
        wants.extend(reached(state, &reach));
        wants.extend(neighbours(facts, selection));
    } else {
        // Everything else is asked of the whole cluster already.
        let sources = reach.iter().map(|(_, kind)| *kind).filter(|kind| is_source(*kind));
        wants.extend(sources.map(Scope::cluster));
        wants.extend(cron_jobs(facts));
    }
    wants.extend(controllers::wanted(state));
    wants.extend(source_events(state, selection));
    wants.extend(git_secrets(facts, selection));
    wants.extend(logs(facts, selection));
    wants.extend(nodes(facts, selection));
    wants
}

/// The namespaces of what may belong to the pipeline that is asked about: their labels tell.
fn neighbours(facts: &Facts, selection: &Selection) -> BTreeSet<Scope> {
    let neighbours = facts.neighbours(selection);
    if neighbours.len() > NAMESPACES_ONE_BY_ONE {
        return BTreeSet::from([Scope::cluster(Kind::Namespace)]);
    }
    neighbours.into_iter().map(|namespace| Scope::object(Kind::Namespace, "", namespace)).collect()
}

/// Whether objects of a kind are sources.
fn is_source(kind: Kind) -> bool {
    SourceKind::ALL.into_iter().any(|source| Kind::of_source(source) == kind)
}

/// The sources of what is asked about that cannot be fetched, each with the condition that says so.
fn failed_sources<'a>(
    facts: &'a Facts,
    selection: &Selection,
) -> impl Iterator<Item = (&'a Source, &'a Condition)> {
    let of_kustomizations =
        kustomizations(facts, selection).filter_map(|kustomization| kustomization.source.as_deref());
    let of_charts = releases(facts, selection)
        .flat_map(|release| release.chart.iter().chain(&release.chart_source).map(AsRef::as_ref));
    of_kustomizations.chain(of_charts).filter_map(|source| Some((source, failed_condition(source)?)))
}

/// What was said about sources that cannot be fetched: since when, and when Flux last tried.
fn source_events(state: &ClusterState, selection: &Selection) -> BTreeSet<Scope> {
    let sources = failed_sources(state.facts(), selection);
    let namespaces = sources.map(|(source, _)| (source.meta.namespace.as_str(), Kind::SourceEvent)).collect();
    reached(state, &namespaces)
}

/// The Secrets that may be why a source cannot be fetched: whether they are there now, and were written since.
fn git_secrets(facts: &Facts, selection: &Selection) -> BTreeSet<Scope> {
    let secrets =
        failed_sources(facts, selection).filter(|(source, condition)| is_about_secret(source, condition));
    let scopes = secrets.filter_map(|(source, _)| {
        Some(Scope::object(Kind::GitSecret, &source.meta.namespace, source.secret.as_ref()?))
    });
    scopes.take(SECRETS_ASKED).collect()
}

/// The kustomizations that deliver to a selection.
fn kustomizations<'a>(
    facts: &'a Facts,
    selection: &Selection,
) -> impl Iterator<Item = &'a KustomizationFacts> {
    let selected = facts.selected(selection).into_iter();
    selected.flat_map(|environment| &environment.kustomizations).map(AsRef::as_ref)
}

/// The Helm releases that install something for a selection, or that its kustomizations keep.
fn releases<'a>(facts: &'a Facts, selection: &Selection) -> impl Iterator<Item = &'a ReleaseFacts> {
    let selected = facts.selected(selection).into_iter();
    let releases = selected.flat_map(|environment| &environment.releases).map(AsRef::as_ref);
    releases.chain(
        kustomizations(facts, selection).flat_map(|kustomization| &kustomization.releases).map(AsRef::as_ref),
    )
}

/// The namespaces that a Helm release's workloads, chart and dependencies are in, with their kinds. Without an inventory
/// its workloads are looked for by their labels.
fn reach_of_release(release: &ReleaseFacts) -> BTreeSet<(&str, Kind)> {
    let object = &release.object;
    let of_chart = object.chart.iter().chain(&object.chart_source);
    let mut reach: BTreeSet<(&str, Kind)> = of_chart
        .filter_map(|source| Some((source.namespace.as_str(), Kind::of_source(source.source()?))))
        .collect();
    let dependencies = object.depends_on.iter();
    reach.extend(dependencies.map(|dependency| (dependency.namespace.as_str(), Kind::HelmRelease)));
    if object.is_remote {
        return reach;
    }
    let kinds = [Kind::Deployment, Kind::StatefulSet, Kind::DaemonSet, Kind::Job];
    match &object.inventory {
        Some(inventory) => {
            let listed = inventory.iter().map(|entry| (entry.namespace.as_str(), Kind::named(&entry.kind)));
            let listed = listed.filter_map(|(namespace, kind)| Some((namespace, kind?)));
            reach.extend(listed.filter(|(_, kind)| kinds.contains(kind) || *kind == Kind::CronJob));
        }
        None => reach.extend(kinds.map(|kind| (object.target_namespace.as_str(), kind))),
    }
    reach
}

/// The namespaces that a kustomization's objects, source and dependencies are in, with their kinds.
fn reach(kustomization: &KustomizationFacts) -> BTreeSet<(&str, Kind)> {
    let object = &kustomization.object;
    let source = object.source.source().map(|kind| (object.source.namespace.as_str(), Kind::of_source(kind)));
    let mut reach: BTreeSet<(&str, Kind)> = source.into_iter().collect();
    let dependencies = object.depends_on.iter();
    reach.extend(dependencies.map(|dependency| (dependency.namespace.as_str(), Kind::Kustomization)));
    let kinds =
        [Kind::Deployment, Kind::StatefulSet, Kind::DaemonSet, Kind::HelmRelease, Kind::Job, Kind::CronJob];
    for entry in &object.inventory {
        let kind = Kind::named(&entry.kind).filter(|kind| kinds.contains(kind));
        reach.extend(kind.map(|kind| (entry.namespace.as_str(), kind)));
    }
    reach
}

/// What stands around everything that kustomizations reach. Beyond a few namespaces the whole cluster is asked
/// at once, unless that is not allowed.
fn reached(state: &ClusterState, reach: &BTreeSet<(&str, Kind)>) -> BTreeSet<Scope> {
    let namespaces: BTreeSet<&str> = reach.iter().map(|(namespace, _)| *namespace).collect();
    let scopes: BTreeSet<Scope> =
        reach.iter().flat_map(|(namespace, kind)| around(namespace, *kind)).collect();
    if namespaces.len() <= NAMESPACES_ONE_BY_ONE {
        return scopes;
    }
    let not_allowed = ScopeOutcome::Unanswered(Why::NotAllowed);
    let is_refused = |kind| state.outcome(&Scope::cluster(kind)) == Some(&not_allowed);
    let whole: BTreeSet<Scope> = scopes.iter().map(|scope| Scope::cluster(scope.kind)).collect();
    let apart = scopes.into_iter().filter(|scope| is_refused(scope.kind));
    whole.into_iter().chain(apart).collect()
}

/// The conventional places.
fn conventional(selection: &Selection) -> BTreeSet<Scope> {
    let arc = Scope::object(Kind::ArcConfig, ARC_CONFIG.0, ARC_CONFIG.1);
    match selection {
        Selection::Project(_) | Selection::All => Kind::at(Place::Application)
            .chain(Kind::at(Place::Flux))
            .chain([Kind::Namespace])
            .map(Scope::cluster)
            .chain([arc])
            .collect(),
        Selection::Namespaces(namespaces) => namespaces
            .iter()
            .flat_map(|namespace| conventional(&Selection::Namespace(namespace.clone())))
            .collect(),
        Selection::Namespace(namespace) | Selection::Pipeline(namespace) => {
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
        Kind::Job => &[Kind::Job, Kind::Pod, Kind::Warning],
        Kind::CronJob => &[Kind::CronJob, Kind::Job, Kind::Pod, Kind::Warning],
        _ => return vec![Scope::namespace(kind, namespace)],
    };
    kinds.iter().map(|kind| Scope::namespace(*kind, namespace)).collect()
}

/// The last words of containers that crash, of what is asked about alone.
fn logs(facts: &Facts, selection: &Selection) -> BTreeSet<Scope> {
    let of_kustomizations = kustomizations(facts, selection).map(|kustomization| &kustomization.delivered);
    let of_releases = releases(facts, selection).map(|release| &release.delivered);
    let crashing = of_kustomizations
        .chain(of_releases)
        .flat_map(|delivered| health::crashing(delivered, Timestamp::UNIX_EPOCH));
    let scopes = crashing.map(|(pod, container)| {
        Scope::object(Kind::Log, &pod.meta.namespace, &format!("{}/{}", pod.meta.name, container.name))
    });
    scopes.take(LOGS_ASKED).collect()
}

/// The CronJobs of a whole cluster, where an inventory lists one.
fn cron_jobs(facts: &Facts) -> Option<Scope> {
    let of_kustomizations = facts.kustomizations.iter().map(|facts| facts.object.inventory.as_slice());
    let of_releases = facts.releases.iter().filter_map(|facts| facts.object.inventory.as_deref());
    let mut entries = of_kustomizations.chain(of_releases).flatten();
    let is_listed = entries.any(|entry| entry.group == "batch" && entry.kind == "CronJob");
    is_listed.then(|| Scope::cluster(Kind::CronJob))
}

/// The nodes of pods that do not go, or whose kubelet says nothing.
fn nodes(facts: &Facts, selection: &Selection) -> BTreeSet<Scope> {
    let of_kustomizations = kustomizations(facts, selection).map(|kustomization| &kustomization.delivered);
    let of_releases = releases(facts, selection).map(|release| &release.delivered);
    let nodes = of_kustomizations.chain(of_releases).flat_map(pod_node::nodes_of_stuck_pods);
    nodes.map(|node| Scope::object(Kind::Node, "", node)).take(NODES_ASKED).collect()
}
