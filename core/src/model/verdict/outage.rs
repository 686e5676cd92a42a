//! A workload of which no pod is ready: since when, and whether it is forgiven for now. What runs while nothing
//! of it answers is not well, whatever Flux says of the revision.
//!
//! A roll-out is forgiven until its deadline, because pods of a new template take the time that they take. What
//! was rolled out and stopped is forgiven for a short grace.

use jiff::Timestamp;

use super::observation::Observation;
use super::timing::{CONTROLLER_PATIENCE_SECONDS, OUTAGE_GRACE_SECONDS, PROGRESS_DEADLINE_SECONDS};
use super::{Outlook, Since, SinceFrom};
use crate::model::cluster::WorkloadFacts;
use crate::model::objects::{Meta, Pod, Workload};

/// No pod of a workload is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outage {
    /// Since when, where that is known.
    pub since: Option<Since>,
    /// Whether its pods are being replaced by those of a new template, within the deadline for that.
    pub is_rolling_out: bool,
    /// Until when it is forgiven; final where it is not.
    pub outlook: Outlook,
}

impl Outage {
    /// That of a workload which wants pods and has none that is ready.
    pub(super) fn of(observation: Observation<'_>, facts: &WorkloadFacts) -> Option<Self> {
        if !facts.object.has_no_ready_pod() {
            return None;
        }
        let since = since(facts);
        let is_rolling_out = is_rolling_out(observation, facts);
        let outlook = if is_rolling_out {
            Outlook::MayMend { until: None }
        } else {
            Outlook::within(since.map(|since| since.time), OUTAGE_GRACE_SECONDS, observation.now)
        };
        Some(Self { since, is_rolling_out, outlook })
    }

    /// Whether it is no longer forgiven.
    pub(super) fn is_final(&self) -> bool {
        self.outlook == Outlook::Final
    }
}

/// Since when no pod is ready. A Deployment says since when too few are available, which may be longer: so it
/// counts from when the last of its pods stopped being ready, where that was later. A pod that was never ready
/// says nothing there: what replaces an evicted pod does not begin anew.
fn since(facts: &WorkloadFacts) -> Option<Since> {
    let workload = &facts.object;
    let unavailable = workload.conditions.at("Available", "False").and_then(|available| available.since);
    let all_pods = facts.pods.iter().chain(&facts.terminating_pods);
    let stopped = all_pods.filter_map(|pod| pod.stopped_being_ready()).max();
    let since = match SinceFrom::Condition.at(unavailable) {
        Some(unavailable) => Some(unavailable).max(SinceFrom::Condition.at(stopped)),
        None => newest_unready(facts).or_else(|| SinceFrom::ManagedFields.at(status_written(&workload.meta))),
    };
    let created = SinceFrom::Creation.at(workload.meta.created);
    match since {
        Some(since) if created.is_none_or(|created| since.time >= created.time) => Some(since),
        _ => created,
    }
}

/// When the newest of its pods became unready, or came; of those that are being deleted where there is no other.
fn newest_unready(facts: &WorkloadFacts) -> Option<Since> {
    let unready = |pod: &Pod| {
        let since = SinceFrom::Condition.at(pod.unready_since());
        since.or_else(|| SinceFrom::Creation.at(pod.meta.created))
    };
    let newest = facts.pods.iter().filter_map(|pod| unready(pod)).max();
    newest.or_else(|| facts.terminating_pods.iter().filter_map(|pod| unready(pod)).max())
}

/// When its controller last wrote how it stands: that nothing is ready has been so since then at the latest.
fn status_written(meta: &Meta) -> Option<Timestamp> {
    let of_status = meta.managed.iter().filter(|entry| entry.subresource == "status");
    of_status.filter_map(|entry| entry.time).max()
}

/// Whether pods of a new template are on their way, within the deadline for that.
pub(super) fn is_rolling_out(observation: Observation<'_>, facts: &WorkloadFacts) -> bool {
    let workload = &facts.object;
    if !workload.is_seen() {
        // What it says is about the specification before, for as long as its controller has to look.
        let specified = specified(&workload.meta).max(workload.meta.created);
        return !observation.is_older(specified, CONTROLLER_PATIENCE_SECONDS);
    }
    match workload.conditions.get("Progressing") {
        // The reason stays when a roll-out has completed, whatever becomes of its pods.
        Some(progressing) => {
            let deadline = workload.progress_deadline.saturating_add(CONTROLLER_PATIENCE_SECONDS);
            progressing.status == "True"
                && progressing.reason != "NewReplicaSetAvailable"
                && !observation.is_older(workload.progressed.or(progressing.since), deadline)
        }
        None => is_template_new(observation, workload, &facts.pods),
    }
}

/// Whether the template changed lately and its pods have not run yet: nobody writes down a roll-out of a StatefulSet
/// or a DaemonSet, nor of a Deployment without a deadline.
fn is_template_new(observation: Observation<'_>, workload: &Workload, pods: &[std::sync::Arc<Pod>]) -> bool {
    let written = workload.meta.written("template").map(|(_, time)| time);
    let Some(changed) = written.max(workload.meta.created) else { return false };
    // Who wrote the template may have changed nothing in it: then its pods are older. A pod that came much later
    // replaces one that was there.
    let came = |pod: &Pod| pod.meta.created.map_or(0, |created| created.as_second() - changed.as_second());
    let has_new_pods = pods.is_empty()
        || workload.updated < workload.desired
        || pods.iter().any(|pod| (-1..=OUTAGE_GRACE_SECONDS).contains(&came(pod)));
    let has_run = pods.iter().any(|pod| {
        came(pod) > OUTAGE_GRACE_SECONDS || pod.stopped_being_ready().is_some_and(|end| end > changed)
    });
    !observation.is_older(Some(changed), PROGRESS_DEADLINE_SECONDS) && has_new_pods && !has_run
}

/// When the specification was last written, the number of pods too.
fn specified(meta: &Meta) -> Option<Timestamp> {
    let of_specification =
        meta.managed.iter().filter(|entry| entry.subresource != "status" && !entry.spec.is_empty());
    of_specification.filter_map(|entry| entry.time).max()
}
