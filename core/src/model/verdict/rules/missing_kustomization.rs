//! A source, or labelled objects, without a kustomization. This is a verdict on an environment: there is no
//! kustomization that the other rules could be asked about.

use std::collections::HashSet;

use super::super::observation::Observation;
use super::super::timing::CREATION_GRACE_SECONDS;
use super::super::{Finding, Outlook, Reason, Remark, Standing, next_commands};
use super::stopped_controller::by_deployment;
use crate::model::cluster::EnvironmentFacts;
use crate::model::objects::Reference;

/// What is missing, with the verdict. A source that nobody uses beside what delivers is nobody's loss, and an old label
/// takes nothing from an environment that others deliver to.
pub(in crate::model::verdict) fn missing_kustomization(
    observation: &Observation<'_>,
    environment: &EnvironmentFacts,
) -> Option<(String, Finding)> {
    if environment.has_deliverer() {
        return None;
    }
    let source = environment.unused_sources.first();
    let missing: Vec<&str> = environment.missing_kustomizations.keys().map(String::as_str).collect();
    let (key, message) = match (missing.first(), source) {
        (Some(first), _) => {
            let missing = missing.join(", ");
            let message =
                format!("objects are labelled as made by Kustomization {missing}, which is not there");
            ((*first).to_owned(), message)
        }
        (None, Some(source)) => {
            let key = source.meta.key();
            let message = format!("{} is there, but no Kustomization applies it", source.title());
            (key, message)
        }
        (None, None) => {
            let maker = environment.maker.as_ref().filter(|_| !environment.is_delivered_to())?;
            let namespace = &environment.namespace;
            let message = format!(
                "Kustomization {maker} made namespace {namespace} and applies nothing in it, and no other object of Flux deploys to it"
            );
            (maker.clone(), message)
        }
    };
    if let Some(stopped) = by_deployment(observation) {
        return Some((key, stopped.finding("")));
    }
    let mut finding = Finding::new(Standing::NotDeployed, Reason::KustomizationMissing, message);
    let created = source.and_then(|source| source.meta.created);
    // Both may be being made.
    finding.outlook = Outlook::within(created, CREATION_GRACE_SECONDS, observation.now);
    let meta = source.map(|source| &source.meta);
    finding.next = next_commands::recreate(&observation.facts.arc, meta, "kustomizations");
    Some((key, finding))
}

/// What a kustomization that is not there left behind, beside what others deliver: nobody keeps it.
pub(in crate::model::verdict) fn orphans(environment: &EnvironmentFacts) -> Vec<Remark> {
    if !environment.has_deliverer() || environment.missing_kustomizations.is_empty() {
        return Vec::new();
    }
    let of_kustomizations =
        environment.kustomizations.iter().flat_map(|kustomization| &kustomization.object.inventory);
    let of_releases =
        environment.releases.iter().flat_map(|release| release.object.inventory.iter().flatten());
    let kept: HashSet<(&str, &str, &str)> = of_kustomizations.chain(of_releases).map(place).collect();
    let missing = environment.missing_kustomizations.iter();
    let orphans = missing.flat_map(|(owner, objects)| objects.iter().map(move |object| (owner, object)));
    orphans
        .filter(|(_, object)| !kept.contains(&place(object)))
        .map(|(owner, object)| {
            let message = format!(
                "{} is kept by nobody: Kustomization {owner}, which made it, is not there",
                object.title()
            );
            Remark::new(Reason::KustomizationMissing, message)
        })
        .collect()
}

fn place(object: &Reference) -> (&str, &str, &str) {
    (&object.kind, &object.namespace, &object.name)
}
