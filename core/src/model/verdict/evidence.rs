//! What a verdict rests on, object by object.

use super::status::Evidence;
use crate::model::cluster::EnvironmentFacts;
use crate::model::objects::{Conditions, Meta};

/// The objects behind an environment, and what they said that counts.
pub(super) fn evidence(environment: &EnvironmentFacts) -> Vec<Evidence> {
    let object = |kind, meta: &Meta, says: String| Evidence {
        kind,
        namespace: meta.namespace.clone(),
        name: meta.name.clone(),
        says,
    };
    let revision = |revision: &Option<String>| revision.clone().unwrap_or_else(|| "none".to_owned());
    let mut evidence = Vec::new();
    for facts in &environment.kustomizations {
        let kustomization = &facts.object;
        let is_ready = ready(&kustomization.conditions);
        let says = format!(
            "{is_ready}; attempted {}; applied {}; generation {} observed {}",
            revision(&kustomization.attempted),
            revision(&kustomization.applied),
            kustomization.meta.generation,
            kustomization.observed_generation
        );
        evidence.push(object("Kustomization", &kustomization.meta, says));
        if let Some(source) = &facts.source {
            let is_ready = ready(&source.conditions);
            evidence.push(object(
                source.kind.name(),
                &source.meta,
                format!("{is_ready}; artifact {}; {}", revision(&source.artifact), source.url),
            ));
        }
        for workload in facts.delivered.workloads.iter().map(|workload| &workload.object) {
            let says = format!("{} of {} ready", workload.ready, workload.desired);
            evidence.push(object(workload.kind.name(), &workload.meta, says));
        }
    }
    for facts in &environment.releases {
        let release = &facts.object;
        let says = format!(
            "{}; attempted {}; deployed {}; generation {} observed {}",
            ready(&release.conditions),
            revision(&release.attempted),
            release.running_version().unwrap_or("none"),
            release.meta.generation,
            release.observed_generation
        );
        evidence.push(object("HelmRelease", &release.meta, says));
        for source in facts.chart.iter().chain(&facts.chart_source) {
            let says = format!("{}; artifact {}", ready(&source.conditions), revision(&source.artifact));
            evidence.push(object(source.kind.name(), &source.meta, says));
        }
        for workload in facts.delivered.workloads.iter().map(|workload| &workload.object) {
            let says = format!("{} of {} ready", workload.ready, workload.desired);
            evidence.push(object(workload.kind.name(), &workload.meta, says));
        }
    }
    for source in &environment.unused_sources {
        evidence.push(object(
            source.kind.name(),
            &source.meta,
            format!("artifact {}; {}", revision(&source.artifact), source.url),
        ));
    }
    evidence.sort_by(|a, b| (a.kind, &a.namespace, &a.name).cmp(&(b.kind, &b.namespace, &b.name)));
    evidence.dedup();
    evidence
}

fn ready(conditions: &Conditions) -> String {
    let ready = conditions.get("Ready");
    ready.map_or("Ready absent".to_owned(), |ready| format!("Ready={} {}", ready.status, ready.reason))
}
