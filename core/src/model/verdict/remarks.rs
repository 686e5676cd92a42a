//! What does not decide and is worth knowing.

use super::kustomization_case::KustomizationCase;
use super::message::with_message;
use super::{
    Finding, Reason, Remark, Standing, attempt_memory, drift, next_commands, short, source_remarks,
    workload_remarks,
};
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
    source_remarks::add(case, finding);
    finding.remarks.extend(failed_attempt(case, finding));
    workload_remarks::add(case, finding);
    // A specification that is not observed yet, such as a suspension, changes nothing of what is applied.
    if case.artifact().is_some() && case.artifact() == case.object.applied.as_deref() {
        finding.remarks.extend(drift::remarks(case));
    }
    if finding.standing == Standing::Deployed && case.ready_reason("False") == "DependencyNotReady" {
        let message = format!("its next reconciliation waits for {}", case.awaited_dependencies());
        finding.remarks.push(Remark::new(Reason::DependencyNotReady, message));
    }
    if finding.standing == Standing::Deployed && case.ready_reason("False") == "ArtifactFailed" {
        let said = case.object.conditions.get("Ready").map_or("", |ready| &ready.message);
        let sentence =
            "its artifact could not be used at Flux's last try, and what is applied stays".to_owned();
        finding.remarks.push(Remark::new(Reason::ArtifactFailed, with_message(sentence, said)));
    }
    if case.object.is_remote {
        let message = "its objects are in another cluster (spec.kubeConfig), which is not asked";
        finding.remarks.push(Remark::new(Reason::RemoteCluster, message));
    }
    if matches!(finding.reason, Reason::HealthCheck | Reason::Progressing) {
        finding.remarks.extend(missing_memory(case));
    }
}

/// A failed attempt beside a verdict that something else decided: whoever resumes, or reads that something is not known,
/// should know of it. Where a newer revision is on its way, or another failure is told, it is over.
fn failed_attempt(case: &KustomizationCase<'_>, finding: &Finding) -> Option<Remark> {
    let is_decided_elsewhere = matches!(finding.standing, Standing::Suspended | Standing::Unknown)
        || finding.reason == Reason::SourceMissing;
    let remembered = attempt_memory::failure(case.facts).filter(|_| is_decided_elsewhere)?;
    let (failure, revision) = (remembered.failure, short(case.object.attempted.as_deref()?));
    let last_try = remembered.last_try.in_words(case.observation.now);
    let message = format!("{revision} failed {last_try}: {}{}", failure.sentence, remembered.extent);
    Some(Remark { reason: failure.reason, cause: failure.cause, message, url: None })
}

/// That events may not be read, where nothing else remembers a failed attempt.
fn missing_memory(case: &KustomizationCase<'_>) -> Option<Remark> {
    let namespace = &case.object.meta.namespace;
    let unanswered = case.observation.state.unanswered_in(Kind::KustomizationEvent, namespace);
    let unanswered = unanswered.filter(|_| case.object.history.is_empty())?;
    let message = format!("whether this revision failed before is not known: {unanswered}");
    Some(Remark::new(Reason::MemoryMissing, message))
}
