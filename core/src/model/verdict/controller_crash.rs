//! Whether a controller of Flux crashes: its containers end badly again and again, each time after a short run.

use super::observation::Observation;
use super::timing::CONTROLLER_PROOF_SECONDS;
use crate::model::cluster::WorkloadFacts;
use crate::model::objects::Container;

/// A container of a controller that ends badly again and again.
pub(super) struct Crash<'a> {
    pub(super) container: &'a Container,
    reason: &'a str,
    code: i64,
}

impl Crash<'_> {
    pub(super) fn is_out_of_memory(&self) -> bool {
        self.reason == "OOMKilled"
    }

    pub(super) fn sentence(&self) -> String {
        let Self { container: Container { name, restarts, .. }, reason, code } = self;
        let ended = match self.is_out_of_memory() {
            true => format!("was OOM-killed (exit code {code})"),
            false if reason.is_empty() => format!("ended with exit code {code}"),
            false => format!("ended with {reason}, exit code {code}"),
        };
        format!("its container {name} {ended} after a short run, {restarts} restarts so far")
    }
}

/// The crash of a controller's pods, where none of them is well.
pub(super) fn crash<'a>(observation: &Observation<'_>, facts: &'a WorkloadFacts) -> Option<Crash<'a>> {
    let mut crashes = Vec::new();
    for pod in &facts.pods {
        crashes.push(pod.containers.iter().find_map(|container| crash_of_container(observation, container))?);
    }
    crashes.into_iter().next()
}

/// The crash of a container that was started again and again, and ran for a short while each time: what ran for long
/// and ended once, as controllers do when the API server goes away, does not crash.
fn crash_of_container<'a>(observation: &Observation<'_>, container: &'a Container) -> Option<Crash<'a>> {
    let (reason, code) = container.ended.as_ref().filter(|(_, code)| *code != 0)?;
    let is_brief = container.ran.is_some_and(|seconds| seconds < CONTROLLER_PROOF_SECONDS);
    let backs_off = container.waiting.as_ref().is_some_and(|(reason, _)| reason == "CrashLoopBackOff");
    let is_young = container
        .started
        .is_none_or(|started| !observation.is_older(Some(started), CONTROLLER_PROOF_SECONDS));
    let is_again = container.restarts >= 2 && is_brief && is_young || backs_off;
    is_again.then_some(Crash { container, reason, code: *code })
}
