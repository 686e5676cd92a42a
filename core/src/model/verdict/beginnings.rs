//! Since when a workload has been in trouble, where its rule does not say, and what holds of every beginning: it lies
//! neither before the kustomization was made nor in the future.

use jiff::Timestamp;

use super::kustomization_case::KustomizationCase;
use super::{Cause, Finding, Reason, Since, SinceFrom};
use crate::model::cluster::WorkloadFacts;
use crate::model::objects::Workload;

/// Completes the beginning of a verdict.
pub(super) fn complete(case: &KustomizationCase<'_>, finding: &mut Finding) {
    if finding.since.is_none() && finding.reason == Reason::WorkloadNotReady {
        finding.since =
            case.facts.workloads.iter().filter_map(|workload| unready_since(workload, finding)).min();
    }
    let created = SinceFrom::Creation.at(case.object.meta.created);
    finding.since = finding.since.map(|since| {
        let since = Some(since).max(created).unwrap_or(since);
        // Clocks of nodes differ, and the server's whole seconds may be ahead of its own time.
        Since { time: since.time.min(case.observation.now), ..since }
    });
}

/// Since when a workload has been as the verdict says; nothing of one that is well.
fn unready_since(facts: &WorkloadFacts, finding: &Finding) -> Option<Since> {
    let workload = &facts.object;
    if !finding.message.contains(&workload.title()) {
        return None;
    }
    let condition = |kind: &str, status: &str| {
        SinceFrom::Condition.at(workload.conditions.at(kind, status).and_then(|condition| condition.since))
    };
    match finding.cause {
        // Before the first warning the pods of the present template are the oldest sign.
        Some(Cause::CrashLoop | Cause::ImagePull | Cause::ContainerConfiguration | Cause::Unschedulable) => {
            SinceFrom::Creation.at(oldest_pod(facts))
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
