//! How a container ended that ends again and again: with what code, who ended it, and what it said last.

use std::sync::Arc;

use super::observation::Observation;
use crate::model::objects::{Container, ContainerRole, Event, Pod, PodEventSubject};

/// The sentence about a container of a pod that crashes.
pub(super) fn sentence(
    observation: Observation<'_>,
    pod: &Pod,
    container: &Container,
    events: &[Arc<Event>],
) -> String {
    let mut sentence =
        format!("crashes: {} ended {}, {} restarts", title(container), ending(container), container.restarts);
    sentence += &failed_probe(container, events);
    if container.ended_message.to_lowercase().contains("exec format error") {
        sentence += "; its image is made for another platform (exec format error)";
    }
    let key = format!("{}/{}/{}", pod.meta.namespace, pod.meta.name, container.name);
    if let Some(lines) = observation.facts.logs.get(&key).filter(|lines| !lines.is_empty()) {
        sentence += &format!("; it said last: {}", lines.join(" | "));
    }
    sentence
}

/// `container app`, `init container wait`, `sidecar proxy`.
pub(super) fn title(container: &Container) -> String {
    let role = match container.role {
        ContainerRole::Application => "container",
        ContainerRole::Init => "init container",
        ContainerRole::Sidecar => "sidecar",
    };
    format!("{role} {}", container.name)
}

/// How it ended: `with Error, exit code 139 (SIGSEGV)`.
pub(super) fn ending(container: &Container) -> String {
    match &container.ended {
        Some((reason, code)) if reason.is_empty() => format!("with exit code {}", code_in_words(*code)),
        Some((reason, code)) if reason == "OOMKilled" => format!("with {reason}, exit code {code}"),
        Some((reason, code)) => format!("with {reason}, exit code {}", code_in_words(*code)),
        None => "for an unknown reason".to_owned(),
    }
}

/// An exit code, with the signal that it stands for.
fn code_in_words(code: i64) -> String {
    let signal = match code {
        134 => "SIGABRT",
        135 => "SIGBUS",
        137 => "SIGKILL",
        139 => "SIGSEGV",
        143 => "SIGTERM",
        _ => return code.to_string(),
    };
    format!("{code} ({signal})")
}

/// The end of a sentence: the probe for which the kubelet restarts it, as far as an event says one.
fn failed_probe(container: &Container, events: &[Arc<Event>]) -> String {
    let is_killed = container.ended.as_ref().is_some_and(|(reason, _)| reason != "OOMKilled");
    let probe = events.iter().map(AsRef::as_ref).find(|event| {
        let subjects = [Some(PodEventSubject::LivenessProbe), Some(PodEventSubject::StartupProbe)];
        subjects.contains(&PodEventSubject::of(event))
    });
    let probe = probe.filter(|_| is_killed).map(|event| event.message.trim().trim_end_matches('.'));
    probe.map(|message| format!("; the kubelet restarts it: {message}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_says_its_code_and_its_signal() {
        let ended = |reason: &str, code: i64| {
            ending(&Container { ended: Some((reason.to_owned(), code)), ..Container::default() })
        };
        assert_eq!(ended("Error", 1), "with Error, exit code 1");
        assert_eq!(ended("OOMKilled", 137), "with OOMKilled, exit code 137");
        assert_eq!(ended("Error", 137), "with Error, exit code 137 (SIGKILL)");
        assert_eq!(ended("", 143), "with exit code 143 (SIGTERM)");
        assert_eq!(ending(&Container::default()), "for an unknown reason");
    }
}
