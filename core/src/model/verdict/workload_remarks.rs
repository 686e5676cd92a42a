//! What is wrong with workloads beside a verdict that something else decided: an outage is always told, with where
//! to look, so that a suspension or a failed fetch does not hide it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::health::{self, WorkloadTrouble};
use super::kustomization_case::KustomizationCase;
use super::observation::Observation;
use super::timing::OUTAGE_GRACE_SECONDS;
use super::{
    Cause, Finding, NextCommand, Outlook, Reason, Remark, Standing, delivered_revision, next_commands,
    readiness,
};
use crate::model::cluster::{DeliveredObjects, EnvironmentFacts};
use crate::model::objects::Reference;

/// Adds what is wrong with a kustomization's workloads, unless that is what decided.
pub(super) fn add(case: &KustomizationCase<'_>, finding: &mut Finding) {
    add_of_delivered(case.observation, &case.facts.delivered, finding);
}

/// Adds what is wrong with the workloads that a kustomization or a Helm release keeps, unless that is what decided.
pub(super) fn add_of_delivered(
    observation: Observation<'_>,
    delivered: &DeliveredObjects,
    finding: &mut Finding,
) {
    let has_decided = [Reason::Applied, Reason::WorkloadNotReady, Reason::WorkloadMissing, Reason::JobFailed];
    // What is being deleted takes its pods with it.
    if has_decided.contains(&finding.reason) || finding.reason == Reason::Deleting {
        return;
    }
    let troubles = health::troubles_of_delivered(observation, delivered);
    let telling: Vec<&WorkloadTrouble> =
        troubles.iter().filter(|trouble| is_worth_telling(trouble, finding)).collect();
    // What is being applied may bring back what is gone, within a minute.
    let is_applying = matches!(finding.standing, Standing::Reconciling | Standing::Syncing);
    let since = finding.since.map(|since| since.time);
    let may_come_back = is_applying && !observation.is_older(since, OUTAGE_GRACE_SECONDS);
    let missing: &[Reference] = if may_come_back { &[] } else { &delivered.missing };
    if finding.standing == Standing::Suspended {
        finding.message += &outages(&telling, missing);
    }
    finding.remarks.extend(telling.iter().map(|trouble| delivered_revision::remark(trouble)));
    finding.remarks.extend(missing.iter().map(remark_on_missing));
    add_next(finding, telling.iter().find(|trouble| trouble.outage.is_some()).copied());
}

/// What is wrong with the workloads of an environment that no kustomization is known to keep.
pub(super) fn of_unmanaged_workloads(
    observation: Observation<'_>,
    environment: &EnvironmentFacts,
) -> Vec<Remark> {
    if environment.has_deliverer() {
        return Vec::new();
    }
    let workloads = readiness::workloads(observation, environment);
    let troubles = health::troubles_of_workloads(observation, workloads);
    let telling =
        troubles.iter().filter(|trouble| trouble.cause != Cause::NotReady || trouble.outage.is_some());
    telling.map(delivered_revision::remark).collect()
}

/// Adds to a verdict of success until when that may still change, and where to look at what is not as it should be.
pub(super) fn add_prospects(finding: &mut Finding, troubles: &[WorkloadTrouble], notes: &[WorkloadTrouble]) {
    // Its workloads are on their way, and may yet fail: what is down has failed when its grace is over.
    let graces: Vec<Option<Timestamp>> = troubles
        .iter()
        .filter_map(|trouble| match trouble.outlook {
            Outlook::MayMend { until } => Some(until),
            Outlook::Final => None,
        })
        .collect();
    if !graces.is_empty() {
        finding.outlook = Outlook::MayMend { until: graces.into_iter().flatten().min() };
    }
    let is_telling =
        |trouble: &&WorkloadTrouble| trouble.outage.is_some() || trouble.cause != Cause::NotReady;
    let told = troubles.iter().chain(notes).find(is_telling);
    finding.next = told.map(next_commands::workload).unwrap_or_default();
}

/// A workload that is gone.
pub(super) fn remark_on_missing(workload: &Reference) -> Remark {
    Remark::new(Reason::WorkloadMissing, format!("{} {} is gone", workload.kind, workload.key()))
}

/// Whether a trouble is news beside a verdict that something else decided.
fn is_worth_telling(trouble: &WorkloadTrouble, finding: &Finding) -> bool {
    let is_told = finding.told_workload.as_ref() == Some(&trouble.title);
    let is_named = trouble.cause != Cause::NotReady;
    let is_news = match (finding.reason, finding.standing) {
        // What runs is being replaced: what was down before that began is news alone.
        (Reason::Progressing | Reason::NewRevision, _) => trouble.outage.is_some() && trouble.is_final,
        // Its pods are awaited.
        (_, Standing::Reconciling | Standing::Syncing) => {
            is_named || trouble.outage.is_some_and(|outage| !outage.is_rolling_out)
        }
        _ => is_named || trouble.outage.is_some(),
    };
    is_news && !is_told
}

/// The end of a sentence: which workloads are down.
fn outages(troubles: &[&WorkloadTrouble], missing: &[Reference]) -> String {
    let down = troubles.iter().filter(|trouble| trouble.outage.is_some());
    let down = down.map(|trouble| format!("{} has no ready pod", trouble.title));
    let gone = missing.iter().map(|workload| format!("{} {} is gone", workload.kind, workload.key()));
    down.chain(gone).map(|outage| format!("; {outage}")).collect()
}

/// Where to look at what is down. Beside a suspension that comes first: whether to resume depends on it.
fn add_next(finding: &mut Finding, down: Option<&WorkloadTrouble>) {
    let look = down.map(next_commands::workload).unwrap_or_default();
    let own = std::mem::take(&mut finding.next);
    let steps = if finding.standing == Standing::Suspended { [look, own] } else { [own, look] };
    let mut typed: BTreeSet<String> = BTreeSet::new();
    let is_new = |step: &NextCommand| typed.insert(step.command.clone());
    finding.next = steps.concat().into_iter().filter(is_new).collect();
}
