//! What is left to say when a revision is applied: are its workloads there, and do they run? Flux looks no
//! further (without `wait` it never did), so this does.

use super::super::health::{self, WorkloadTrouble};
use super::super::kustomization_case::KustomizationCase;
use super::super::missing_workload::Repair;
use super::super::{
    Finding, Reason, Remark, Since, SinceFrom, Standing, missing_workload, next_commands, short,
    workload_remarks,
};
use super::stopped_controller::by_deployment;
use crate::model::cluster::Kind;
use crate::model::objects::Reference;

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    if !case.is_applied() {
        return None;
    }
    let missing = &case.facts.delivered.missing;
    let mut troubles = health::troubles(case.observation, case.facts);
    let notes = health::notes(case.observation, &case.facts.delivered);
    let mut finding = if let Some(workload) = missing.first() {
        gone_workload(case, workload)
    } else if troubles.first().is_some_and(|first| first.is_final) {
        unready_workload(case, &troubles.remove(0))
    } else {
        deployed(case, &troubles, &notes)
    };
    finding.remarks.extend(missing.iter().skip(1).map(workload_remarks::remark_on_missing));
    finding.remarks.extend(troubles.iter().chain(&notes).map(remark));
    Some(finding)
}

fn gone_workload(case: &KustomizationCase<'_>, workload: &Reference) -> Finding {
    let is_unknown_kind =
        workload.kind == "HelmRelease" && !case.observation.state.is_served(Kind::HelmRelease);
    let repair = if is_unknown_kind {
        Repair {
            sentence: "the API server does not know this kind any more (its CRD is gone)",
            is_automatic: false,
            next: next_commands::release_definition(),
        }
    } else {
        Repair {
            sentence: "Flux puts it back at its next interval",
            is_automatic: true,
            next: next_commands::reconcile(case.object, case.source),
        }
    };
    let delivered = format!("{} is applied", applied(case));
    missing_workload::finding(&delivered, workload, by_deployment(&case.observation).as_ref(), repair)
}

fn unready_workload(case: &KustomizationCase<'_>, trouble: &WorkloadTrouble) -> Finding {
    let message = format!("{} is applied, but {}", applied(case), trouble.sentence);
    let reason =
        if trouble.reason == Reason::JobFailed { Reason::JobFailed } else { Reason::WorkloadNotReady };
    let mut finding =
        Finding::new(Standing::Failed, reason, message).because(Some(trouble.cause)).since(trouble.since);
    finding.outlook = trouble.outlook;
    finding.next = next_commands::workload(trouble);
    finding
}

fn deployed(
    case: &KustomizationCase<'_>,
    troubles: &[WorkloadTrouble],
    notes: &[WorkloadTrouble],
) -> Finding {
    let message = format!("{} is applied", applied(case));
    let mut finding = Finding::new(Standing::Deployed, Reason::Applied, message).since(since(case));
    workload_remarks::add_prospects(&mut finding, troubles, notes);
    finding
}

fn applied<'a>(case: &KustomizationCase<'a>) -> &'a str {
    short(case.object.applied.as_deref().unwrap_or_default())
}

/// Since when it is deployed, as far as the cluster keeps that: since its content was first applied, or since
/// its revision was fetched, whichever came later. Conditions are renewed at every interval and say nothing.
fn since(case: &KustomizationCase<'_>) -> Option<Since> {
    let entry = case.object.applied.as_deref().and_then(|applied| case.object.remembered(applied));
    let applied = SinceFrom::History.at(entry.and_then(|entry| entry.first));
    applied.max(SinceFrom::Artifact.at(case.source.and_then(|source| source.stored)))
}

/// A trouble that does not decide.
pub(in crate::model::verdict) fn remark(trouble: &WorkloadTrouble) -> Remark {
    let reason = trouble.reason;
    Remark { reason, cause: Some(trouble.cause), message: trouble.with_beginning() }
}
