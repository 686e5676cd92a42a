//! Since when a workload has been in trouble, where its rule does not say, and what holds of every beginning: it lies
//! neither before the kustomization was made nor in the future.
//!
//! A container that crashes is ready between two crashes, and so is its pod: the first warning about the pod stays where
//! it is, conditions do not.

use jiff::Timestamp;

use super::kustomization_case::KustomizationCase;
use super::{Cause, Finding, Reason, Since, SinceFrom};
use crate::model::cluster::WorkloadFacts;
use crate::model::objects::Workload;

/// Completes the beginning of a verdict.
pub(super) fn complete(case: &KustomizationCase<'_>, finding: &mut Finding) {
    if finding.reason == Reason::WorkloadNotReady {
        let first = case.facts.workloads.iter().filter_map(|workload| unready_since(workload, finding)).min();
        finding.since = match finding.since {
            // Its pods are ready, or pulled for, again and again: the first sign of it counts.
            Some(since) if is_repeated(finding.cause) => first.min(Some(since)).or(Some(since)),
            since => since.or(first),
        };
    }
    let created = SinceFrom::Creation.at(case.object.meta.created);
    finding.since = finding.since.map(|since| {
        let since = Some(since).max(created).unwrap_or(since);
        // Clocks of nodes differ, and the server's whole seconds may be ahead of its own time.
        Since { time: since.time.min(case.observation.now), ..since }
    });
}

/// Whether a trouble comes and goes with every try, which conditions follow.
fn is_repeated(cause: Option<Cause>) -> bool {
    matches!(
        cause,
        Some(Cause::CrashLoop | Cause::ImagePull | Cause::ContainerConfiguration | Cause::Unschedulable)
    )
}

/// Since when a workload has been as the verdict says; nothing of one that is well.
fn unready_since(facts: &WorkloadFacts, finding: &Finding) -> Option<Since> {
    let workload = &facts.object;
    if !finding.message.contains(&workload.title()) {
        return None;
    }
    let warned = SinceFrom::Event.at(facts.pod_warnings.iter().filter_map(|event| event.first).min());
    let condition = |kind: &str, status: &str| {
        SinceFrom::Condition.at(workload.conditions.at(kind, status).and_then(|condition| condition.since))
    };
    match finding.cause {
        cause if is_repeated(cause) => {
            // Before the first warning the pods of the present template are the oldest sign.
            warned.or_else(|| SinceFrom::Creation.at(oldest_pod(facts)))
        }
        Some(Cause::Quota | Cause::PodsRefused) => condition("ReplicaFailure", "True"),
        Some(Cause::ProgressDeadline) => condition("Progressing", "False"),
        _ => condition("Available", "False").or_else(|| ready_replicas_since(workload)),
    }
}

fn oldest_pod(facts: &WorkloadFacts) -> Option<Timestamp> {
    facts.pods.iter().filter_map(|pod| pod.meta.created).min()
}

/// StatefulSets and DaemonSets keep no conditions: when their specification was last written.
fn ready_replicas_since(workload: &Workload) -> Option<Since> {
    SinceFrom::ManagedFields.at(workload.meta.specified())
}
