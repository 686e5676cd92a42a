//! What is left to say when a revision is applied: are its workloads there, and do they run? Flux looks no
//! further (without `wait` it never did), so this does.

use jiff::Timestamp;

use super::environment::Scene;
use super::health::{self, Trouble};
use super::{Cause, Finding, Reason, Remark, Standing, memory, next, short};
use crate::model::cluster::Kind;
use crate::model::objects::{GitRepository, Kustomization, Reference, WorkloadKind};

/// The verdict on an applied, current revision.
pub(super) fn finding(scene: &Scene<'_>, one: &Kustomization, source: Option<&GitRepository>) -> Finding {
    let revision = short(one.applied.as_deref().unwrap_or_default());
    let since = since(one, source);
    let gone = missing(scene, one);
    let mut troubles = health::troubles(scene, one);
    let mut finding = if let Some(workload) = gone.first() {
        let title = format!("{} {}", workload.kind, workload.key());
        let message =
            format!("{revision} is applied, but {title} is gone; Flux puts it back at its next interval");
        let mut finding = Finding::new(Standing::Failed, Reason::WorkloadMissing, message);
        finding.next = next::reconcile(one, source);
        finding
    } else if troubles.first().is_some_and(|first| first.is_final) {
        let first = troubles.remove(0);
        let message = format!("{revision} is applied, but {}", first.sentence);
        let mut finding =
            Finding::new(Standing::Failed, Reason::WorkloadNotReady, message).because(Some(first.cause));
        finding.next = next::workload(&first);
        finding
    } else {
        Finding::new(Standing::Deployed, Reason::Applied, format!("{revision} is applied")).since(since)
    };
    finding.remarks.extend(gone.iter().skip(1).map(|workload| {
        Remark::new(Reason::WorkloadMissing, format!("{} {} is gone", workload.kind, workload.key()))
    }));
    finding.remarks.extend(troubles.iter().map(remark));
    finding.remarks.extend(drift(scene, one));
    finding
}

/// Since when it is deployed, as far as the cluster keeps that: since its content was first applied, or since
/// its revision was fetched, whichever came later. Conditions are renewed at every interval and say nothing.
fn since(one: &Kustomization, source: Option<&GitRepository>) -> Option<Timestamp> {
    let first =
        one.applied.as_deref().and_then(|applied| one.remembered(applied)).and_then(|entry| entry.first);
    first.max(source.and_then(|source| source.stored))
}

/// A trouble that does not decide.
pub(super) fn remark(trouble: &Trouble) -> Remark {
    let reason = if trouble.cause == Cause::JobFailed { Reason::JobFailed } else { Reason::WorkloadNotReady };
    Remark { reason, cause: Some(trouble.cause), message: trouble.sentence.clone() }
}

/// Workloads of the inventory that were looked for and are not there. Jobs may expire.
fn missing<'a>(scene: &Scene<'_>, one: &'a Kustomization) -> Vec<&'a Reference> {
    if one.is_remote {
        return Vec::new();
    }
    let is_gone = |entry: &&Reference| {
        let Some(workload) = entry.workload() else { return false };
        let kind = match workload {
            WorkloadKind::Deployment => Kind::Deployment,
            WorkloadKind::StatefulSet => Kind::StatefulSet,
            WorkloadKind::DaemonSet => Kind::DaemonSet,
        };
        let is_there = scene.facts.workloads.iter().any(|one| entry.is(one.kind.name(), &one.meta));
        scene.cluster.looked(kind, &entry.namespace) && !is_there
    };
    one.inventory.iter().filter(is_gone).collect()
}

/// Changes by hand: put back already, or still standing.
fn drift(scene: &Scene<'_>, one: &Kustomization) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if let Some(event) = memory::drift_corrected(scene.facts, one) {
        let message = super::fetch::told("changes made by hand were put back".to_owned(), &event.message);
        remarks.push(Remark::new(Reason::DriftCorrected, message));
    }
    let reconciled =
        one.applied.as_deref().and_then(|applied| one.remembered(applied)).and_then(|entry| entry.last);
    for workload in health::workloads(scene, one) {
        let by_hand = workload.meta.managed.iter().filter(|entry| {
            entry.subresource.is_empty()
                && !entry.spec.is_empty()
                && entry.time >= reconciled
                && !matches!(entry.manager.as_str(), "kustomize-controller" | "kube-controller-manager")
        });
        for entry in by_hand.filter(|_| reconciled.is_some()) {
            let message = format!(
                "{} was changed by {}; Flux puts back what is in Git at its next interval",
                workload.title(),
                entry.manager
            );
            remarks.push(Remark::new(Reason::Drift, message));
        }
    }
    remarks
}
