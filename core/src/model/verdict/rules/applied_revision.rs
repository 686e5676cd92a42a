//! The fetched revision is applied: its workloads are left to look at.

use super::super::delivered_revision::{DeliveredRevision, Repair};
use super::super::kustomization_case::KustomizationCase;
use super::super::{Finding, Since, SinceFrom, health, next_commands, short};
use super::stopped_controller::by_deployment;
use crate::model::cluster::Kind;
use crate::model::objects::Reference;

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    if !case.is_applied() {
        return None;
    }
    let applied = short(case.object.applied.as_deref().unwrap_or_default());
    let revision = DeliveredRevision {
        sentence: format!("{applied} is applied"),
        since: since(case),
        missing: &case.facts.delivered.missing,
        troubles: health::troubles(case.observation, case.facts),
        notes: health::notes(case.observation, &case.facts.delivered),
        stopped: by_deployment(&case.observation),
    };
    Some(revision.finding(|workload| repair(case, workload)))
}

fn repair(case: &KustomizationCase<'_>, workload: &Reference) -> Repair {
    if workload.kind == "HelmRelease" && !case.observation.state.is_served(Kind::HelmRelease) {
        return Repair {
            sentence: "the API server does not know this kind any more (its CRD is gone)",
            is_automatic: false,
            next: next_commands::release_definition(),
        };
    }
    Repair {
        sentence: "Flux puts it back at its next interval",
        is_automatic: true,
        next: next_commands::reconcile(case.object, case.source),
    }
}

/// Since when it is deployed, as far as the cluster keeps that: since its content was first applied, or since
/// its revision was fetched, whichever came later. Conditions are renewed at every interval and say nothing.
fn since(case: &KustomizationCase<'_>) -> Option<Since> {
    let entry = case.object.applied.as_deref().and_then(|applied| case.object.remembered(applied));
    let applied = SinceFrom::History.at(entry.and_then(|entry| entry.first));
    applied.max(SinceFrom::Artifact.at(case.source.and_then(|source| source.stored)))
}
