//! A workload of which too few pods are ready, or run its template: since when, and until when that is forgiven. What
//! does not come up within its deadline does not come up, whatever keeps it from that.
//!
//! The age is that of the pod that has been awaited longest. Counts alone have none, and conditions begin anew whenever
//! a pod is ready for a moment.

use jiff::Timestamp;

use super::observation::Observation;
use super::outage::is_rolling_out;
use super::timing::FLAPPING_GAP_SECONDS;
use super::{Outlook, Since, SinceFrom};
use crate::model::cluster::WorkloadFacts;
use crate::model::objects::{Pod, PodEventSubject, Workload, WorkloadKind};

/// Too few pods of a workload are ready, or run its template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shortage {
    /// Since when, where that is known.
    pub since: Option<Since>,
    /// Until when it is forgiven; final where it is not.
    pub outlook: Outlook,
}

impl Shortage {
    /// That of a workload which wants pods.
    pub(super) fn of(observation: Observation<'_>, facts: &WorkloadFacts) -> Option<Self> {
        let workload = &facts.object;
        let is_whole = workload.is_settled() && workload.ready >= workload.desired;
        if workload.desired <= 0 || !workload.is_seen() || is_whole {
            return None;
        }
        let is_flapping = unready_pods(facts).any(|pod| flapping_since(facts, pod).is_some());
        // Each pod that comes up begins the deadline of a roll-out anew, one that comes and goes too.
        let is_forgiven = is_rolling_out(observation, facts) && !is_flapping && !workload.is_paused;
        let since = since(facts, workload);
        let outlook = match since {
            Some(since) if !is_forgiven => {
                Outlook::within(Some(since.time), workload.progress_deadline, observation.now)
            }
            _ => Outlook::MayMend { until: None },
        };
        Some(Self { since, outlook })
    }

    /// Whether it is no longer forgiven.
    pub(super) fn is_final(&self) -> bool {
        self.outlook == Outlook::Final
    }
}

/// Since when too few have been ready, by whatever tells the oldest beginning.
fn since(facts: &WorkloadFacts, workload: &Workload) -> Option<Since> {
    if workload.is_paused && workload.not_updated() > 0 {
        return paused_since(workload);
    }
    let of_pods = unready_pods(facts).filter_map(|pod| awaited_since(facts, pod));
    // Pods that are ready become available by themselves.
    let unavailable =
        workload.conditions.at("Available", "False").filter(|_| workload.ready < workload.desired);
    let unavailable = SinceFrom::Condition.at(unavailable.and_then(|available| available.since));
    let missing = is_short_of_pods(facts).then(|| missing_since(facts)).flatten();
    of_pods.chain(unavailable).chain(missing).min()
}

/// The pods that are awaited, of which some may be ready for a moment between two crashes. Those on a node that has
/// fallen silent are not while others serve: they are replaced elsewhere, or come back with their node.
fn unready_pods(facts: &WorkloadFacts) -> impl Iterator<Item = &Pod> {
    let workload = &facts.object;
    let is_awaited = move |pod: &&Pod| {
        let is_silent = workload.ready > 0 && pod.is_on_silent_node();
        !pod.is_ready() && !pod.is_over() && !is_silent
    };
    let current = facts.pods.iter().map(AsRef::as_ref).filter(is_awaited);
    // A StatefulSet waits for a pod of the template before, which it does not replace while that is not ready.
    let is_stuck = workload.kind == WorkloadKind::StatefulSet && workload.not_updated() > 0;
    let former = facts
        .former_pods
        .iter()
        .map(AsRef::as_ref)
        .filter(move |pod: &&Pod| is_stuck && is_awaited(pod) && pod.meta.deleted.is_none());
    current.chain(former)
}

/// Since when a pod has been awaited: since it was created where it never was ready, or never for long.
fn awaited_since(facts: &WorkloadFacts, pod: &Pod) -> Option<Since> {
    let stopped = SinceFrom::Condition.at(pod.stopped_being_ready());
    let was_restarted = pod.containers.iter().any(|container| container.restarts >= 2);
    let created = SinceFrom::Creation.at(pod.meta.created).filter(|_| stopped.is_none() || was_restarted);
    let flapping = SinceFrom::Event.at(flapping_since(facts, pod));
    let known = [created, stopped, flapping].into_iter().flatten().min();
    known.or_else(|| SinceFrom::Condition.at(pod.unready_since()))
}

/// Since when a probe of a pod has failed again and again, where it never passed for long.
fn flapping_since(facts: &WorkloadFacts, pod: &Pod) -> Option<Timestamp> {
    let probes = facts.pod_events.of(pod).iter().filter(|event| {
        let subjects = [PodEventSubject::ReadinessProbe, PodEventSubject::LivenessProbe];
        PodEventSubject::of(event).is_some_and(|subject| subjects.contains(&subject))
    });
    let dense = probes.filter_map(|event| {
        let (first, last) = (event.first?, event.last?);
        let is_dense = event.count > 1
            && last.as_second() - first.as_second() <= event.count.saturating_mul(FLAPPING_GAP_SECONDS);
        is_dense.then_some(first)
    });
    // A pod that was ready for a moment began anew to be unready: its probe tells more.
    let stopped = pod.stopped_being_ready()?;
    dense.min().filter(|first| *first < stopped)
}

/// Whether some of the pods that it wants are not there, or are being deleted.
fn is_short_of_pods(facts: &WorkloadFacts) -> bool {
    let pods = facts.pods.iter().chain(&facts.former_pods);
    let present = pods.filter(|pod| !pod.is_over() && pod.meta.deleted.is_none()).count();
    i64::try_from(present).is_ok_and(|present| present < facts.object.desired)
}

/// Since when pods have been refused, or have not gone that others wait for.
fn missing_since(facts: &WorkloadFacts) -> Option<Since> {
    let failure = facts.object.conditions.at("ReplicaFailure", "True").and_then(|failure| failure.since);
    let refused = SinceFrom::Condition.at(failure).or_else(|| SinceFrom::Event.at(facts.refused_since));
    let deleted = terminating_pods(facts).filter_map(|pod| pod.meta.deleted).min();
    [refused, SinceFrom::Deletion.at(deleted)].into_iter().flatten().min()
}

/// Pods that are being deleted, whatever their template.
pub(super) fn terminating_pods(facts: &WorkloadFacts) -> impl Iterator<Item = &Pod> {
    let former = facts.former_pods.iter().filter(|pod| pod.meta.deleted.is_some());
    facts.terminating_pods.iter().chain(former).map(AsRef::as_ref)
}

/// Since when a roll-out has been paused.
fn paused_since(workload: &Workload) -> Option<Since> {
    let progressing = workload.conditions.get("Progressing");
    let paused = progressing.filter(|progressing| progressing.reason == "DeploymentPaused");
    let written = workload.meta.written("paused").map(|(_, time)| time);
    // A template that came later has waited since then alone.
    let template = SinceFrom::ManagedFields.at(workload.meta.written("template").map(|(_, time)| time));
    let paused = SinceFrom::Condition
        .at(paused.and_then(|paused| paused.since))
        .or_else(|| SinceFrom::ManagedFields.at(written.or_else(|| workload.meta.specified())));
    paused.max(template)
}
