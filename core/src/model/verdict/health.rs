//! Why a workload does not run: which pod, which container, what it said.

use std::cmp::Ordering;

use jiff::Timestamp;

use super::attempt_failure::with_message;
use super::observation::Observation;
use super::outage::Outage;
use super::pod_trouble::PodTrouble;
use super::{Cause, Since, SinceFrom};
use crate::model::argument::valid_name;
use crate::model::cluster::{DeliveredObjects, KustomizationFacts, WorkloadFacts};
use crate::model::objects::{Container, Job, Pod, Workload, WorkloadKind};

/// A workload that does not run as it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WorkloadTrouble {
    /// The clearest cause.
    pub cause: Cause,
    /// The sentence, the workload's name first.
    pub sentence: String,
    /// The workload's kind and name, as sentences have them.
    pub title: String,
    /// The workload as kubectl takes it, and its namespace.
    pub workload: String,
    pub namespace: String,
    /// The pod that shows it.
    pub pod: Option<String>,
    /// Since when, where that is known.
    pub since: Option<Since>,
    /// That none of its pods is ready, where that is so.
    pub outage: Option<Outage>,
    /// Whether it will not mend itself: it crashes, cannot pull, is past its deadline, or no pod has been ready for
    /// longer than a restart takes.
    pub is_final: bool,
}

impl WorkloadTrouble {
    /// The sentence, with since when no pod has been ready, where that is so.
    pub(super) fn with_beginning(&self) -> String {
        let since = self.outage.and_then(|outage| outage.since).map(|since| since.time);
        let since = since.map(|since| format!("; no pod has been ready since {since:.0}"));
        format!("{}{}", self.sentence, since.unwrap_or_default())
    }

    /// What decides comes first, and of that what is down altogether.
    fn clearest_first(&self, other: &Self) -> Ordering {
        let rank = |trouble: &Self| (!trouble.is_final, trouble.outage.is_none(), trouble.cause);
        rank(self).cmp(&rank(other)).then_with(|| self.sentence.cmp(&other.sentence))
    }
}

/// The containers of delivered workloads that crash, each with its pod.
pub(super) fn crashing(
    delivered: &DeliveredObjects,
    now: Timestamp,
) -> impl Iterator<Item = (&Pod, &Container)> {
    let pods = delivered.workloads.iter().flat_map(|workload| &workload.pods);
    pods.flat_map(move |pod| {
        let crashing = pod.containers.iter().filter(move |container| container.crashes(now));
        crashing.map(move |container| (pod.as_ref(), container))
    })
}

/// Everything that is wrong with a kustomization's workloads and Jobs, the clearest first.
pub(super) fn troubles(
    observation: Observation<'_>,
    kustomization: &KustomizationFacts,
) -> Vec<WorkloadTrouble> {
    troubles_of_delivered(observation, &kustomization.delivered)
}

/// Everything that is wrong with the workloads and Jobs that a kustomization or a Helm release keeps, the clearest first.
pub(super) fn troubles_of_delivered(
    observation: Observation<'_>,
    delivered: &DeliveredObjects,
) -> Vec<WorkloadTrouble> {
    let workloads = delivered.workloads.iter().map(AsRef::as_ref);
    let mut troubles = troubles_of_workloads(observation, workloads);
    troubles.extend(delivered.jobs.iter().filter_map(|job| failed_job(job)));
    troubles.sort_by(WorkloadTrouble::clearest_first);
    troubles
}

/// Everything that is wrong with workloads, the clearest first.
pub(super) fn troubles_of_workloads<'a>(
    observation: Observation<'_>,
    workloads: impl IntoIterator<Item = &'a WorkloadFacts>,
) -> Vec<WorkloadTrouble> {
    let mut troubles: Vec<WorkloadTrouble> =
        workloads.into_iter().filter_map(|workload| trouble(observation, workload)).collect();
    troubles.sort_by(WorkloadTrouble::clearest_first);
    troubles
}

fn failed_job(job: &Job) -> Option<WorkloadTrouble> {
    let failed = job.conditions.at("Failed", "True")?;
    let why = if failed.message.is_empty() { &failed.reason } else { &failed.message };
    Some(WorkloadTrouble {
        cause: Cause::JobFailed,
        sentence: format!("Job {} failed: {why}", job.meta.key()),
        title: format!("Job {}", job.meta.key()),
        workload: format!("job/{}", valid_name(&job.meta.name, "<job>")),
        namespace: job.meta.namespace.clone(),
        pod: None,
        since: SinceFrom::Condition.at(failed.since),
        outage: None,
        is_final: false,
    })
}

fn trouble(observation: Observation<'_>, facts: &WorkloadFacts) -> Option<WorkloadTrouble> {
    let workload = &facts.object;
    // Before its controller has seen the specification, what it says is about the one before.
    let is_seen = workload.is_seen();
    let is_late = is_seen && workload.conditions.at("Progressing", "False").is_some();
    let is_replacing = workload.kind == WorkloadKind::DaemonSet && workload.updated < workload.desired;
    let outage = Outage::of(observation, facts);
    let of_pods = facts.pods.iter().filter_map(|pod| PodTrouble::with_cause(observation, facts, pod));
    let of_pod = of_pods.min_by_key(|trouble| trouble.cause);
    let (cause, sentence, pod, since, is_pod_final) = if let Some(trouble) = of_pod {
        let PodTrouble { cause, sentence, pod, since, is_final } = trouble;
        (cause, sentence, Some(pod), since, is_final)
    } else if let Some((cause, sentence)) = refusal(observation, facts) {
        let refused = workload.conditions.at("ReplicaFailure", "True").and_then(|condition| condition.since);
        (cause, sentence, None, SinceFrom::Condition.at(refused), false)
    } else if is_late {
        let late = workload.conditions.at("Progressing", "False").and_then(|condition| condition.since);
        let sentence = "made no progress within its deadline".to_owned();
        (Cause::ProgressDeadline, sentence, None, SinceFrom::Condition.at(late), true)
    } else if outage.is_some() || !workload.is_settled() {
        let unready = outage.and_then(|_| PodTrouble::of_unready(facts));
        let (of_pod, pod) = unready.map(|trouble| (trouble.sentence, trouble.pod)).unzip();
        let sentence = with_message(unready_pods(workload), of_pod.as_deref().unwrap_or_default());
        (Cause::NotReady, sentence, pod, None, false)
    } else {
        return None;
    };
    Some(WorkloadTrouble {
        cause,
        sentence: format!("{}: {sentence}", workload.title()),
        title: workload.title(),
        workload: workload.argument(),
        namespace: workload.meta.namespace.clone(),
        pod,
        since: beginning(since, outage),
        outage,
        is_final: is_seen && !is_replacing && is_pod_final
            || is_late
            || outage.is_some_and(|outage| outage.is_final()),
    })
}

/// Since when a workload is in trouble. That of its pod is older where it is ready for a moment between two tries.
fn beginning(of_pod: Option<Since>, outage: Option<Outage>) -> Option<Since> {
    let of_outage = outage.and_then(|outage| outage.since);
    match of_pod {
        Some(since) if since.from == SinceFrom::Event => [Some(since), of_outage].into_iter().flatten().min(),
        _ => of_outage.or(of_pod),
    }
}

fn unready_pods(workload: &Workload) -> String {
    let Workload { ready, desired, updated, .. } = workload;
    let mut sentence = format!("{ready} of {desired} pods are ready");
    if updated < desired {
        sentence += &format!(", {updated} run the current template");
    }
    sentence
}

/// Pods that are not even created: a quota or an admission controller refuses them. There is no pod to ask.
fn refusal(observation: Observation<'_>, facts: &WorkloadFacts) -> Option<(Cause, String)> {
    let workload = &facts.object;
    let failure = workload.conditions.at("ReplicaFailure", "True");
    let event = facts.refused_pod.as_ref();
    let is_current = failure.is_some() || !workload.is_settled() && event.is_some();
    if !is_current {
        return None;
    }
    let message = failure.map(|condition| &condition.message).or(event.map(|event| &event.message))?;
    let quota = observation.facts.quotas.iter().find(|quota| {
        quota.meta.namespace == workload.meta.namespace
            && message.contains(&format!("exceeded quota: {}", quota.meta.name))
    });
    let is_quota = quota.is_some() || message.contains("exceeded quota");
    let sentence = match quota {
        Some(quota) => {
            let used: Vec<String> = quota
                .used
                .iter()
                .map(|(resource, used, limit)| format!("{used} of {limit} {resource} are used"))
                .collect();
            format!("its pods are refused by ResourceQuota {}: {}", quota.meta.name, used.join(", "))
        }
        None => with_message("its pods are refused".to_owned(), message),
    };
    Some((if is_quota { Cause::Quota } else { Cause::PodsRefused }, sentence))
}
