//! What is wrong with a pod: the container that says it, and what it said.

use super::attempt_failure::with_message;
use super::observation::Observation;
use super::timing::CONTROLLER_PATIENCE_SECONDS;
use super::{Cause, Since, SinceFrom};
use crate::model::cluster::WorkloadFacts;
use crate::model::objects::{BACK_OFF, Container, PROBE_FAILED, Pod};

/// What is wrong with a pod.
pub(super) struct PodTrouble {
    pub cause: Cause,
    /// The sentence, the pod's name first.
    pub sentence: String,
    pub pod: String,
    /// Since when, where that is known.
    pub since: Option<Since>,
    /// Whether it will not mend itself.
    pub is_final: bool,
}

impl PodTrouble {
    fn of(pod: &Pod, cause: Cause, sentence: &str, is_final: bool) -> Self {
        let name = pod.meta.name.clone();
        let since = SinceFrom::Condition.at(pod.unready_since());
        Self { cause, sentence: format!("pod {name} {sentence}"), pod: name, since, is_final }
    }

    /// Where the pod says what is wrong with it.
    pub(super) fn with_cause(observation: Observation<'_>, facts: &WorkloadFacts, pod: &Pod) -> Option<Self> {
        let trouble = Self::of_pod(observation, pod)?;
        let is_repeated = matches!(trouble.cause, Cause::ImagePull | Cause::CrashLoop);
        let first = is_repeated.then(|| first_start_again(facts, pod)).flatten();
        // Between two tries the pod may be ready for a moment: the first try that failed counts.
        let since = [first, trouble.since].into_iter().flatten().min();
        Some(Self { since, ..trouble })
    }

    fn of_pod(observation: Observation<'_>, pod: &Pod) -> Option<Self> {
        let of_container = pod.containers.iter().find_map(|container| {
            let (reason, message) = container.waiting.clone().unwrap_or_default();
            if container.cannot_pull() {
                let sentence = format!("cannot pull image {} ({reason})", container.image);
                return Some(Self::of(pod, Cause::ImagePull, &sentence, true));
            }
            if container.crashes(observation.now) {
                let sentence = crash(observation, pod, container);
                return Some(Self::of(pod, Cause::CrashLoop, &sentence, true));
            }
            let sentence = format!("cannot start container {}: {message}", container.name);
            container
                .cannot_be_created()
                .then(|| Self::of(pod, Cause::ContainerConfiguration, &sentence, false))
        });
        of_container.or_else(|| {
            let unscheduled = pod.conditions.at("PodScheduled", "False")?;
            let sentence = format!("fits no node: {}", unscheduled.message.trim_end_matches('.'));
            (unscheduled.reason == "Unschedulable")
                .then(|| Self::of(pod, Cause::Unschedulable, &sentence, false))
        })
    }

    /// The first pod of a workload that is not ready, and how it is, where none says what is wrong with it. What
    /// is being deleted counts where there is nothing else: its node may be lost.
    pub(super) fn of_unready(facts: &WorkloadFacts) -> Option<Self> {
        let is_unready = |pod: &&Pod| pod.conditions.at("Ready", "True").is_none();
        let is_over = |pod: &&Pod| matches!(pod.phase.as_str(), "Failed" | "Succeeded");
        let pods = || facts.pods.iter().map(AsRef::as_ref).filter(is_unready);
        let pod = pods().find(|pod| !is_over(pod)).or_else(|| pods().next());
        if let Some(pod) = pod {
            let sentence = with_message(state(pod).to_owned(), failed_probe(facts, pod));
            return Some(Self::of(pod, Cause::NotReady, &sentence, false));
        }
        let pod = facts.terminating_pods.first()?;
        Some(Self::of(pod, Cause::NotReady, "is being deleted and still there", false))
    }
}

/// How a pod is that is not ready.
fn state(pod: &Pod) -> &'static str {
    let is_true = |condition: &str| pod.conditions.at(condition, "True").is_some();
    let ready = pod.conditions.get("Ready");
    let is_waiting = pod.containers.iter().any(|container| container.waiting.is_some());
    match (pod.phase.as_str(), ready) {
        ("Failed", _) => "has failed and is not replaced",
        ("Succeeded", _) => "has ended and is not replaced",
        (_, Some(ready)) if ready.status == "Unknown" => "is on a node that does not answer",
        // Only the kubelet writes the one condition, and for a kubelet that is silent another writes the other.
        (_, Some(ready)) if is_true("ContainersReady") && ready.reason != "ReadinessGatesNotReady" => {
            "is on a node that does not answer"
        }
        (_, Some(_)) if is_true("ContainersReady") => "waits for its readiness gates",
        ("Running", _) if !is_waiting => "runs, but is not ready",
        _ if !is_true("PodScheduled") => "is on no node yet",
        _ => "is being started",
    }
}

/// When a container of a pod was started again, or its image pulled again, for the first time.
fn first_start_again(facts: &WorkloadFacts, pod: &Pod) -> Option<Since> {
    let again = facts.pod_events.iter().filter(|event| event.reason == BACK_OFF);
    let first = again.filter(|event| event.concerns("Pod", &pod.meta)).filter_map(|event| event.first).min();
    SinceFrom::Event.at(first.max(pod.meta.created.filter(|_| first.is_some())))
}

/// What the newest probe said that failed while the pod was not ready.
fn failed_probe<'a>(facts: &'a WorkloadFacts, pod: &Pod) -> &'a str {
    let probes = facts.pod_events.iter().filter(|event| event.reason == PROBE_FAILED);
    let probes = probes.filter(|event| event.concerns("Pod", &pod.meta));
    let since = pod.unready_since().map(|since| since.as_second() - CONTROLLER_PATIENCE_SECONDS);
    let mut current = probes.filter(|event| event.last.map(|last| last.as_second()) >= since);
    current.next_back().map_or("", |event| event.message.trim())
}

fn crash(observation: Observation<'_>, pod: &Pod, container: &Container) -> String {
    let ended = match &container.ended {
        Some((reason, code)) if reason.is_empty() => format!("with exit code {code}"),
        Some((reason, code)) => format!("with {reason}, exit code {code}"),
        None => "for an unknown reason".to_owned(),
    };
    let restarts = container.restarts;
    let mut sentence = format!("crashes: container {} ended {ended}, {restarts} restarts", container.name);
    let key = format!("{}/{}/{}", pod.meta.namespace, pod.meta.name, container.name);
    if let Some(lines) = observation.facts.logs.get(&key).filter(|lines| !lines.is_empty()) {
        sentence += &format!("; it said last: {}", lines.join(" | "));
    }
    sentence
}
