//! What is wrong with a pod: the container that says it, and what it said.

use std::sync::Arc;

use super::attempt_failure::with_message;
use super::clues::Clues;
use super::image_pull::{self, PullFailure};
use super::observation::Observation;
use super::timing::{CONTROLLER_PATIENCE_SECONDS, MOUNT_NEWS_SECONDS};
use super::{Cause, Since, SinceFrom, crash, pod_node};
use crate::model::cluster::WorkloadFacts;
use crate::model::objects::{Container, ContainerRole, Event, Pod, PodEventSubject};

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
    /// What to look into.
    pub clues: Clues,
}

impl PodTrouble {
    fn of(pod: &Pod, cause: Cause, sentence: &str) -> Self {
        let name = pod.meta.name.clone();
        let since = SinceFrom::Condition.at(pod.unready_since());
        let is_final = matches!(cause, Cause::ImagePull | Cause::CrashLoop);
        let sentence = format!("pod {name} {sentence}");
        Self { cause, sentence, pod: name, since, is_final, clues: Clues::default() }
    }

    fn with(self, clues: Clues) -> Self {
        Self { clues, ..self }
    }

    /// Where the pod says what is wrong with it.
    pub(super) fn with_cause(observation: Observation<'_>, events: &[Arc<Event>], pod: &Pod) -> Option<Self> {
        let trouble = Self::of_pod(observation, events, pod)?;
        let is_repeated = matches!(trouble.cause, Cause::ImagePull | Cause::CrashLoop);
        let first = is_repeated.then(|| first_start_again(events, pod)).flatten();
        // Between two tries the pod may be ready for a moment: the first try that failed counts.
        let since = [first, trouble.since].into_iter().flatten().min();
        Some(Self { since, ..trouble })
    }

    fn of_pod(observation: Observation<'_>, events: &[Arc<Event>], pod: &Pod) -> Option<Self> {
        // What it says of its containers is what its kubelet said last.
        if pod_node::is_node_silent(observation, pod) {
            return Some(Self::of_silent_node(observation, pod));
        }
        let mut of_containers = pod
            .containers
            .iter()
            .filter_map(|container| Self::of_container(observation, events, pod, container));
        of_containers
            .next()
            .or_else(|| Self::of_volume(observation, events, pod))
            .or_else(|| Self::of_scheduling(pod))
    }

    fn of_container(
        observation: Observation<'_>,
        events: &[Arc<Event>],
        pod: &Pod,
        container: &Container,
    ) -> Option<Self> {
        let (reason, message) = container.waiting.clone().unwrap_or_default();
        if container.cannot_pull() {
            let failure = PullFailure::of(container, events);
            let sentence = image_pull::sentence(pod, container, failure);
            return Some(Self::of(pod, Cause::ImagePull, &sentence).with(Clues::of_pull(
                pod,
                container,
                failure.map(|(failure, _)| failure),
            )));
        }
        if container.crashes(observation.now) {
            let sentence = crash::sentence(observation, pod, container, events);
            return Some(Self::of(pod, Cause::CrashLoop, &sentence).with(Clues::of_log(pod, container)));
        }
        let sentence = with_message(format!("cannot start {} ({reason})", crash::title(container)), &message);
        container.cannot_be_created().then(|| {
            Self::of(pod, Cause::ContainerConfiguration, &sentence).with(Clues::of_configuration(&message))
        })
    }

    /// A volume that keeps containers from being made. That of a pod whose containers are made is there.
    fn of_volume(observation: Observation<'_>, events: &[Arc<Event>], pod: &Pod) -> Option<Self> {
        let is_made = pod.conditions.at("PodReadyToStartContainers", "True").is_some();
        let is_current = |event: &&Arc<Event>| match PodEventSubject::of(event) {
            // It is told once, and holds for as long as the pod waits.
            Some(PodEventSubject::Attachment) => true,
            Some(PodEventSubject::Mount) => !observation.is_older(event.last, MOUNT_NEWS_SECONDS),
            _ => false,
        };
        let is_waiting = pod.phase == "Pending" && pod.conditions.at("PodScheduled", "False").is_none();
        if is_made || !is_waiting {
            return None;
        }
        // That a volume cannot be attached is why it cannot be mounted.
        let told = events.iter().filter(is_current);
        let event = told.max_by_key(|event| {
            (PodEventSubject::of(event) == Some(PodEventSubject::Attachment), event.last)
        })?;
        let message = event.message.trim().trim_end_matches('.');
        let sentence = with_message("cannot mount a volume".to_owned(), message);
        Some(Self::of(pod, Cause::VolumeMount, &sentence).with(Clues::of_volume(pod, message)))
    }

    fn of_scheduling(pod: &Pod) -> Option<Self> {
        let unscheduled = pod.conditions.at("PodScheduled", "False")?;
        if unscheduled.reason != "Unschedulable" {
            return None;
        }
        let message = unscheduled.message.trim_end_matches('.');
        let sentence = format!("fits no node: {message}");
        if message.to_lowercase().contains("persistentvolumeclaim") {
            return Some(Self::of(pod, Cause::VolumeMount, &sentence).with(Clues::of_volume(pod, message)));
        }
        Some(
            Self::of(pod, Cause::Unschedulable, &sentence)
                .with(Clues { lists_nodes: true, ..Clues::default() }),
        )
    }

    fn of_silent_node(observation: Observation<'_>, pod: &Pod) -> Self {
        let sentence = match pod_node::place(observation, pod) {
            Some(place) if place.ends_with("not ready") => format!("is {place}"),
            Some(place) => format!("is {place} and that does not answer"),
            None => "is on a node that does not answer".to_owned(),
        };
        Self::of(pod, Cause::NodeNotReady, &sentence).with(Clues::of_node(pod))
    }

    /// A pod that is being deleted and has not gone within its time.
    pub(super) fn of_terminating(observation: Observation<'_>, events: &[Arc<Event>], pod: &Pod) -> Self {
        let mut sentence = "is being deleted and still there".to_owned();
        sentence += &pod_node::place(observation, pod).map(|place| format!(", {place}")).unwrap_or_default();
        if !pod.meta.finalizers.is_empty() {
            sentence += &format!("; finalizers that hold it: {}", pod.meta.finalizers.join(", "));
        }
        let unstoppable =
            events.iter().find(|event| PodEventSubject::of(event) == Some(PodEventSubject::Stop));
        let message = unstoppable.map(|event| event.message.trim()).unwrap_or_default();
        let trouble = Self::of(pod, Cause::Terminating, &with_message(sentence, message));
        Self { since: SinceFrom::Deletion.at(pod.meta.deleted), ..trouble }.with(Clues::of_node(pod))
    }

    /// A pod that is not ready and how it is, where none says what is wrong with it.
    pub(super) fn of_unready(facts: &WorkloadFacts) -> Option<Self> {
        let is_unready = |pod: &&Pod| !pod.is_ready();
        let pods = || facts.pods.iter().map(AsRef::as_ref).filter(is_unready);
        let pod = pods().find(|pod| !pod.is_over()).or_else(|| pods().next())?;
        let sentence = with_message(state(pod), failed_event(facts, pod));
        Some(Self::of(pod, Cause::NotReady, &sentence))
    }

    /// A pod of the template before that a StatefulSet does not replace, because it waits until that is ready.
    pub(super) fn of_former(facts: &WorkloadFacts) -> Option<Self> {
        let pods = facts.former_pods.iter().map(AsRef::as_ref);
        let pod = pods.into_iter().find(|pod: &&Pod| !pod.is_ready() && pod.meta.deleted.is_none())?;
        let sentence = "of the template before is not ready, and is replaced by one of the current template only \
                        once somebody deletes it";
        Some(
            Self::of(pod, Cause::NotReady, sentence)
                .with(Clues { is_to_be_deleted: true, ..Clues::default() }),
        )
    }
}

/// How a pod is that is not ready.
fn state(pod: &Pod) -> String {
    let is_true = |condition: &str| pod.conditions.at(condition, "True").is_some();
    let ready = pod.conditions.get("Ready");
    let is_waiting = pod.containers.iter().any(|container| container.waiting.is_some());
    let is_awaited = |container: &&Container| container.role == ContainerRole::Init && !container.ready;
    let init = pod.containers.iter().find(is_awaited).filter(|container| container.started.is_some());
    let reason = if pod.reason.is_empty() { String::new() } else { format!(" ({})", pod.reason) };
    match (pod.phase.as_str(), ready) {
        ("Failed", _) => format!("has failed{reason} and is not replaced"),
        ("Succeeded", _) => "has ended and is not replaced".to_owned(),
        (_, Some(_)) if is_true("ContainersReady") => "waits for its readiness gates".to_owned(),
        _ if init.is_some() => {
            let init = init.map(crash::title).unwrap_or_default();
            format!("waits for its {init}, which still runs")
        }
        ("Running", _) if !is_waiting => "runs, but is not ready".to_owned(),
        _ if !is_true("PodScheduled") => "is on no node yet".to_owned(),
        _ => "is being started".to_owned(),
    }
}

/// When a container of a pod was started again, or its image pulled again, for the first time.
fn first_start_again(events: &[Arc<Event>], pod: &Pod) -> Option<Since> {
    let again = events.iter().filter(|event| PodEventSubject::of(event) == Some(PodEventSubject::BackOff));
    let first = again.filter_map(|event| event.first).min();
    SinceFrom::Event.at(first.max(pod.meta.created.filter(|_| first.is_some())))
}

/// What the newest probe said that failed while the pod was not ready, or its node, which could not make it.
fn failed_event<'a>(facts: &'a WorkloadFacts, pod: &Pod) -> &'a str {
    let telling = [
        PodEventSubject::ReadinessProbe,
        PodEventSubject::StartupProbe,
        PodEventSubject::LivenessProbe,
        PodEventSubject::Sandbox,
    ];
    let since = pod.unready_since().map(|since| since.as_second() - CONTROLLER_PATIENCE_SECONDS);
    let told = facts.pod_events.of(pod).iter().filter(|event| {
        PodEventSubject::of(event).is_some_and(|subject| telling.contains(&subject))
            && event.last.map(|last| last.as_second()) >= since
    });
    told.max_by_key(|event| event.last).map_or("", |event| event.message.trim())
}
