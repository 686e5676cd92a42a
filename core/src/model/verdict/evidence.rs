//! What a verdict rests on, object by object.

use super::environment::{Environment, Scene};
use super::health;
use super::status::Evidence;
use crate::model::objects::{Conditions, Meta};

/// The objects behind an environment, and what they said that counts.
pub(super) fn evidence(scene: &Scene<'_>, environment: &Environment<'_>) -> Vec<Evidence> {
    let object = |kind, meta: &Meta, says: String| Evidence {
        kind,
        namespace: meta.namespace.clone(),
        name: meta.name.clone(),
        says,
    };
    let revision = |revision: &Option<String>| revision.clone().unwrap_or_else(|| "none".to_owned());
    let mut evidence = Vec::new();
    for one in &environment.kustomizations {
        let is_ready = ready(&one.conditions);
        let says = format!(
            "{is_ready}; attempted {}; applied {}; generation {} observed {}",
            revision(&one.attempted),
            revision(&one.applied),
            one.meta.generation,
            one.observed_generation
        );
        evidence.push(object("Kustomization", &one.meta, says));
        if let Some(source) = scene.facts.source(one) {
            let is_ready = ready(&source.conditions);
            evidence.push(object(
                "GitRepository",
                &source.meta,
                format!("{is_ready}; artifact {}; {}", revision(&source.artifact), source.url),
            ));
        }
        for workload in health::workloads(scene, one) {
            let says = format!("{} of {} ready", workload.ready, workload.desired);
            evidence.push(object(workload.kind.name(), &workload.meta, says));
        }
    }
    for source in &environment.orphans {
        evidence.push(object(
            "GitRepository",
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
