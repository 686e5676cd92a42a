//! What does not decide and is worth knowing.

use super::attempt_failure::with_message;
use super::kustomization_case::KustomizationCase;
use super::{Cause, Finding, Reason, Remark, Standing, drift, health, next_commands, rules};
use crate::model::cluster::Kind;

/// Adds to a verdict what does not decide and is worth knowing.
pub(super) fn add(case: &KustomizationCase<'_>, finding: &mut Finding) {
    if let Some(fetch) = case.fetch.as_ref().filter(|fetch| fetch.reason != finding.reason) {
        finding.remarks.push(Remark::new(fetch.reason, fetch.message(case.observation.now)));
        if finding.next.is_empty() && finding.standing == Standing::Deployed {
            let arc = &case.observation.facts.arc;
            finding.next =
                case.source.map(|source| next_commands::fetch(arc, source, fetch.reason)).unwrap_or_default();
        }
    }
    if let Some(source) = case.source.filter(|source| source.meta.deleted.is_some()) {
        let message = format!("GitRepository {} is being deleted", source.meta.key());
        finding.remarks.push(Remark::new(Reason::SourceDeleting, message));
    }
    if are_workloads_worth_telling(case, finding) {
        let troubles = health::troubles(case.observation, case.facts).into_iter();
        let telling = troubles.filter(|trouble| trouble.cause != Cause::NotReady);
        finding.remarks.extend(telling.map(|trouble| rules::remark_on_workload(&trouble)));
    }
    if case.is_applied() {
        finding.remarks.extend(drift::remarks(case));
    }
    if finding.standing == Standing::Deployed && case.ready_reason("False") == "DependencyNotReady" {
        let message = format!("its next reconciliation waits for {}", case.awaited_dependencies());
        finding.remarks.push(Remark::new(Reason::DependencyNotReady, message));
    }
    if case.object.is_remote {
        let message = "its objects are in another cluster (spec.kubeConfig), which is not asked";
        finding.remarks.push(Remark::new(Reason::RemoteCluster, message));
    }
    if matches!(finding.reason, Reason::HealthCheck | Reason::Progressing) {
        finding.remarks.extend(missing_memory(case));
    }
    finding.remarks.extend(unready_releases(case));
}

/// Whether troubles of workloads are news: not where they decided, nor while what runs is being replaced.
fn are_workloads_worth_telling(case: &KustomizationCase<'_>, finding: &Finding) -> bool {
    let runs = case.object.applied.is_some() || finding.reason == Reason::HealthCheck;
    let decided =
        [Reason::Applied, Reason::WorkloadNotReady, Reason::WorkloadMissing, Reason::HealthCheckFailed];
    let replaced = [Reason::Deleting, Reason::Progressing, Reason::NewRevision];
    let is_listed = finding.remarks.iter().any(|remark| remark.reason == Reason::WorkloadNotReady);
    runs && !is_listed && !decided.contains(&finding.reason) && !replaced.contains(&finding.reason)
}

/// That events may not be read, where nothing else remembers a failed attempt.
fn missing_memory(case: &KustomizationCase<'_>) -> Option<Remark> {
    let namespace = &case.object.meta.namespace;
    let unanswered = case.observation.state.unanswered_in(Kind::KustomizationEvent, namespace);
    let unanswered = unanswered.filter(|_| case.object.history.is_empty())?;
    let message = format!("whether this revision failed before is not known: {unanswered}");
    Some(Remark::new(Reason::MemoryMissing, message))
}

fn unready_releases(case: &KustomizationCase<'_>) -> impl Iterator<Item = Remark> {
    case.facts.releases.iter().filter_map(|release| {
        let ready = release.conditions.at("Ready", "False")?;
        let sentence = format!("HelmRelease {} is not ready ({})", release.meta.key(), ready.reason);
        Some(Remark::new(Reason::ReleaseNotReady, with_message(sentence, &ready.message)))
    })
}
