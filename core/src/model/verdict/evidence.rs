//! What a verdict rests on, object by object.

use super::status::Evidence;
use crate::model::World;
use crate::model::cluster::{DeliveredObjects, EnvironmentFacts};
use crate::model::objects::{Conditions, HelmRelease, Kustomization, Meta, Source};

/// The objects behind an environment, and what they said that counts.
pub(super) fn evidence(environment: &EnvironmentFacts) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    for facts in &environment.kustomizations {
        evidence.push(of_kustomization(&facts.object));
        evidence.extend(facts.source.iter().map(|source| of_source(source)));
        evidence.extend(of_workloads(&facts.delivered));
    }
    for facts in &environment.releases {
        evidence.push(of_release(&facts.object));
        evidence.extend(facts.chart.iter().chain(&facts.chart_source).map(|source| of_chart(source)));
        evidence.extend(of_workloads(&facts.delivered));
    }
    evidence.extend(environment.unused_sources.iter().map(|source| of_unused_source(source)));
    evidence.sort_by(|a, b| (a.kind, &a.namespace, &a.name).cmp(&(b.kind, &b.namespace, &b.name)));
    evidence.dedup();
    evidence
}

fn of_object(kind: &'static str, meta: &Meta, says: String) -> Evidence {
    let (namespace, name) = (meta.namespace.clone(), meta.name.clone());
    Evidence { world: World::Cluster, as_of: None, kind, namespace, name, says }
}

fn of_kustomization(kustomization: &Kustomization) -> Evidence {
    let says = format!(
        "{}; attempted {}; applied {}; generation {} observed {}",
        ready(&kustomization.conditions),
        revision(kustomization.attempted.as_ref()),
        revision(kustomization.applied.as_ref()),
        kustomization.meta.generation,
        kustomization.observed_generation
    );
    of_object("Kustomization", &kustomization.meta, says)
}

fn of_release(release: &HelmRelease) -> Evidence {
    let says = format!(
        "{}; attempted {}; deployed {}; generation {} observed {}",
        ready(&release.conditions),
        revision(release.attempted.as_ref()),
        release.running_version().unwrap_or("none"),
        release.meta.generation,
        release.observed_generation
    );
    of_object("HelmRelease", &release.meta, says)
}

fn of_source(source: &Source) -> Evidence {
    let says = format!("{}; {}", artifact(source), source.url);
    of_object(source.kind.name(), &source.meta, format!("{}; {says}", ready(&source.conditions)))
}

fn of_chart(source: &Source) -> Evidence {
    let says = format!("{}; {}", ready(&source.conditions), artifact(source));
    of_object(source.kind.name(), &source.meta, says)
}

fn of_unused_source(source: &Source) -> Evidence {
    of_object(source.kind.name(), &source.meta, format!("{}; {}", artifact(source), source.url))
}

fn of_workloads(delivered: &DeliveredObjects) -> impl Iterator<Item = Evidence> {
    delivered.workloads.iter().map(|workload| &workload.object).map(|workload| {
        let says = format!("{} of {} ready", workload.ready, workload.desired);
        of_object(workload.kind.name(), &workload.meta, says)
    })
}

fn artifact(source: &Source) -> String {
    format!("artifact {}", revision(source.artifact.as_ref()))
}

fn revision(revision: Option<&String>) -> &str {
    revision.map_or("none", String::as_str)
}

fn ready(conditions: &Conditions) -> String {
    let ready = conditions.get("Ready");
    ready.map_or("Ready absent".to_owned(), |ready| format!("Ready={} {}", ready.status, ready.reason))
}
