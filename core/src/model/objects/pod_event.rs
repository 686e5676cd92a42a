//! What an event about a pod is about, where it helps to understand why the pod is not ready.

use super::Event;

/// What an event says of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PodEventSubject {
    /// A liveness probe failed: the container is restarted.
    LivenessProbe,
    /// A startup probe failed: the container is restarted.
    StartupProbe,
    /// A readiness probe failed.
    ReadinessProbe,
    /// A container is started, or its image pulled, again and again.
    BackOff,
    /// An image could not be pulled.
    ImagePull,
    /// A volume could not be mounted.
    Mount,
    /// A volume could not be attached to the node.
    Attachment,
    /// The node could not make what the pod's containers run in.
    Sandbox,
    /// A container could not be stopped.
    Stop,
}

impl PodEventSubject {
    /// That of an event, if it is one of these. Only the message tells the probes apart, and says that a failure was
    /// one to pull.
    pub fn of(event: &Event) -> Option<Self> {
        let begins = |start: &str| event.message.starts_with(start);
        match event.reason.as_str() {
            "Unhealthy" if begins("Liveness") => Some(Self::LivenessProbe),
            "Unhealthy" if begins("Startup") => Some(Self::StartupProbe),
            "Unhealthy" => Some(Self::ReadinessProbe),
            "BackOff" => Some(Self::BackOff),
            "Failed" if begins("Failed to pull") => Some(Self::ImagePull),
            "FailedMount" => Some(Self::Mount),
            "FailedAttachVolume" => Some(Self::Attachment),
            "FailedCreatePodSandBox" => Some(Self::Sandbox),
            "FailedKillPod" => Some(Self::Stop),
            _ => None,
        }
    }
}
