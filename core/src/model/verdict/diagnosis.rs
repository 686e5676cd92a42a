//! What is wrong with a workload: the clearest of what its pods, its conditions and its counts say.

use std::sync::Arc;

use super::attempt_failure::with_message;
use super::clues::{Clues, Pause};
use super::observation::Observation;
use super::pod_trouble::PodTrouble;
use super::shortage::terminating_pods;
use super::{Cause, Since, SinceFrom, pod_node};
use crate::model::cluster::WorkloadFacts;
use crate::model::objects::{Pod, Workload, WorkloadKind};

/// What is wrong with a workload, as what shows it says.
pub(super) struct Diagnosis {
    pub cause: Cause,
    pub sentence: String,
    pub pod: Option<String>,
    pub since: Option<Since>,
    pub is_final: bool,
    pub clues: Clues,
}

impl Diagnosis {
    fn of_workload(cause: Cause, sentence: String, since: Option<Since>) -> Self {
        Self { cause, sentence, pod: None, since, is_final: false, clues: Clues::default() }
    }
}

impl From<PodTrouble> for Diagnosis {
    fn from(trouble: PodTrouble) -> Self {
        let PodTrouble { cause, sentence, pod, since, is_final, clues } = trouble;
        Self { cause, sentence, pod: Some(pod), since, is_final, clues }
    }
}

/// The clearest of what shows that a workload does not run.
pub(super) fn diagnosis(
    observation: Observation<'_>,
    facts: &WorkloadFacts,
    is_down: bool,
    is_decided: bool,
) -> Option<Diagnosis> {
    let workload = &facts.object;
    let of_pod = clearest_pod(observation, facts);
    let of_pod = of_pod.filter(|trouble| !is_about_place(trouble.cause));
    let condition_since = |kind: &str, status: &str| {
        SinceFrom::Condition.at(workload.conditions.at(kind, status).and_then(|condition| condition.since))
    };
    if let Some(trouble) = of_pod {
        return Some(trouble.into());
    }
    if let Some((cause, sentence)) = refusal(observation, facts) {
        return Some(Diagnosis::of_workload(cause, sentence, condition_since("ReplicaFailure", "True")));
    }
    if is_late(workload) {
        let late = Diagnosis::of_workload(
            Cause::ProgressDeadline,
            "made no progress within its deadline".to_owned(),
            condition_since("Progressing", "False"),
        );
        return Some(with_pod(late, stuck_pod(observation, facts)));
    }
    if workload.is_paused && workload.not_updated() > 0 && !is_down {
        let paused = Diagnosis::of_workload(Cause::Paused, paused(workload), None);
        let pause = Some(Pause::of_deployment(workload));
        return Some(Diagnosis { clues: Clues { pause, ..Clues::default() }, ..paused });
    }
    if is_down || !workload.is_settled() || workload.ready < workload.desired {
        let unready = Diagnosis::of_workload(Cause::NotReady, unready_pods(workload), None);
        let stuck = stuck_pod(observation, facts)
            .filter(|trouble| is_down || is_decided || trouble.cause == Cause::NodeNotReady);
        return Some(with_pod(unready, stuck));
    }
    None
}

/// Whether a cause is where a pod is, not what it is: what counts is how many others serve.
fn is_about_place(cause: Cause) -> bool {
    matches!(cause, Cause::NodeNotReady | Cause::Terminating)
}

/// With the pod that shows it. What holds a pod is the cause of what would have none.
fn with_pod(diagnosis: Diagnosis, trouble: Option<PodTrouble>) -> Diagnosis {
    let Some(trouble) = trouble else { return diagnosis };
    let sentence = with_message(diagnosis.sentence, &trouble.sentence);
    let cause = if is_about_place(trouble.cause) { trouble.cause } else { diagnosis.cause };
    let since = diagnosis.since.or(trouble.since.filter(|_| cause == Cause::Terminating));
    Diagnosis { cause, sentence, pod: Some(trouble.pod), since, clues: trouble.clues, ..diagnosis }
}

/// The pod with the clearest cause. What has failed or ended accuses nobody while others run.
fn clearest_pod(observation: Observation<'_>, facts: &WorkloadFacts) -> Option<PodTrouble> {
    let has_others =
        facts.object.ready >= facts.object.desired || facts.pods.iter().any(|pod| !pod.is_over());
    let pods = facts.pods.iter().filter(|pod| !(has_others && pod.is_over()));
    let of_pods = pods.filter_map(|pod| PodTrouble::with_cause(observation, facts.pod_events.of(pod), pod));
    of_pods.min_by_key(|trouble| trouble.cause)
}

/// The pod that a workload waits for where none says what is wrong with it: one that is not ready, else one that does
/// not go, else one that is on a node which does not answer.
fn stuck_pod(observation: Observation<'_>, facts: &WorkloadFacts) -> Option<PodTrouble> {
    let lost = clearest_pod(observation, facts).filter(|trouble| is_about_place(trouble.cause));
    let is_lost = |pod: &Arc<Pod>| {
        pod_node::is_node_silent(observation, pod)
            || lost.as_ref().is_some_and(|trouble| trouble.pod == pod.meta.name)
    };
    let has_others = facts.pods.iter().any(|pod| !pod.is_ready() && !pod.is_over() && !is_lost(pod));
    let terminating = || {
        let pod = terminating_pods(facts).next()?;
        Some(PodTrouble::of_terminating(observation, facts.pod_events.of(pod), pod))
    };
    if lost.is_some() && !has_others {
        return lost;
    }
    let is_waiting_for_former = facts.object.kind == WorkloadKind::StatefulSet
        && facts.object.not_updated() > 0
        && facts.pods.iter().all(|pod| pod.is_ready());
    let former = || PodTrouble::of_former(facts).filter(|_| is_waiting_for_former);
    let unready = PodTrouble::of_unready(facts);
    unready.or_else(terminating).or_else(former)
}

/// Whether a Deployment's controller says that its roll-out makes no progress.
pub(super) fn is_late(workload: &Workload) -> bool {
    workload.is_seen() && workload.conditions.at("Progressing", "False").is_some()
}

fn unready_pods(workload: &Workload) -> String {
    let Workload { ready, desired, updated, .. } = workload;
    let mut sentence = format!("{ready} of {desired} pods are ready");
    if workload.not_updated() > 0 {
        sentence += &format!(", {updated} run the current template");
    } else if workload.surplus() > 0 {
        sentence += &format!(", and {} of a former template are not gone yet", workload.surplus());
    }
    sentence
}

fn paused(workload: &Workload) -> String {
    let Workload { desired, updated, .. } = workload;
    format!("it is paused, and {updated} of {desired} pods run the current template")
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
    Some(refused(observation, &workload.meta.namespace, message))
}

/// Why pods are refused, by the message that says so.
pub(super) fn refused(observation: Observation<'_>, namespace: &str, message: &str) -> (Cause, String) {
    let quota = observation.facts.quotas.iter().find(|quota| {
        quota.meta.namespace == namespace && message.contains(&format!("exceeded quota: {}", quota.meta.name))
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
    (if is_quota { Cause::Quota } else { Cause::PodsRefused }, sentence)
}
