//! Why a workload does not run: which pod, which container, what it said.

use std::cmp::Ordering;

use jiff::Timestamp;

use super::clues::Clues;
use super::diagnosis::{Diagnosis, diagnosis, is_late};
use super::job_trouble;
use super::kept_back::kept_back;
use super::observation::Observation;
use super::outage::Outage;
use super::shortage::Shortage;
use super::{Cause, Outlook, Reason, Since, SinceFrom};
use crate::model::cluster::{DeliveredObjects, KustomizationFacts, WorkloadFacts};
use crate::model::objects::{Container, Pod, WorkloadKind};

/// A workload that does not run as it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WorkloadTrouble {
    /// What a remark on it is about.
    pub reason: Reason,
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
    /// What of it is worth looking into.
    pub clues: Clues,
    /// Since when, where that is known.
    pub since: Option<Since>,
    /// That none of its pods is ready, where that is so.
    pub outage: Option<Outage>,
    /// Whether it will not mend itself: it crashes, cannot pull, is past its deadline, or no pod has been ready for
    /// longer than a restart takes.
    pub is_final: bool,
    /// Until when it may mend itself; final where waiting changes nothing, whether it decides or not.
    pub outlook: Outlook,
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

/// Everything that is wrong with a kustomization's workloads and Jobs, the clearest first. A Job decides where the
/// kustomization waits for it.
pub(super) fn troubles(
    observation: Observation<'_>,
    kustomization: &KustomizationFacts,
) -> Vec<WorkloadTrouble> {
    let object = &kustomization.object;
    let workloads = kustomization.delivered.workloads.iter().map(AsRef::as_ref);
    let mut troubles = troubles_of_workloads(observation, workloads);
    let jobs = kustomization.delivered.jobs.iter();
    troubles.extend(
        jobs.filter_map(|job| {
            job_trouble::of_job(observation, job, object.waits_for("Job", &job.object.meta))
        }),
    );
    troubles.sort_by(WorkloadTrouble::clearest_first);
    troubles
}

/// Everything that is wrong with the workloads and Jobs that a kustomization or a Helm release keeps, the clearest first.
pub(super) fn troubles_of_delivered(
    observation: Observation<'_>,
    delivered: &DeliveredObjects,
) -> Vec<WorkloadTrouble> {
    let workloads = delivered.workloads.iter().map(AsRef::as_ref);
    let mut troubles = troubles_of_workloads(observation, workloads);
    troubles.extend(delivered.jobs.iter().filter_map(|job| job_trouble::of_job(observation, job, false)));
    troubles.sort_by(WorkloadTrouble::clearest_first);
    troubles
}

/// What is worth a remark and decides nothing: CronJobs whose last run failed, and pods that keep the template before.
pub(super) fn notes(observation: Observation<'_>, delivered: &DeliveredObjects) -> Vec<WorkloadTrouble> {
    let cron_jobs = delivered.cron_jobs.iter();
    let failed = cron_jobs.filter_map(|cron_job| job_trouble::of_cron_job(observation, cron_job));
    let kept_back = delivered.workloads.iter().filter_map(|workload| kept_back(workload));
    failed.chain(kept_back).collect()
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

fn trouble(observation: Observation<'_>, facts: &WorkloadFacts) -> Option<WorkloadTrouble> {
    let workload = &facts.object;
    // Before its controller has seen the specification, what it says is about the one before.
    let is_late = is_late(workload);
    let is_replacing = workload.kind == WorkloadKind::DaemonSet && workload.not_updated() > 0;
    let outage = Outage::of(observation, facts);
    let shortage = Shortage::of(observation, facts);
    let is_old = shortage.is_some_and(|shortage| shortage.is_final());
    let is_decided = is_late || is_old || outage.is_some_and(|outage| outage.is_final());
    let diagnosis = diagnosis(observation, facts, outage.is_some(), is_decided)?;
    let Diagnosis { cause, mut sentence, pod, since, is_final, clues } = diagnosis;
    let is_final = workload.is_seen() && !is_replacing && is_final || is_decided;
    if is_final || cause != Cause::NotReady {
        sentence += &still_serving(facts);
    }
    let graces = [outage.map(|outage| outage.outlook), shortage.map(|shortage| shortage.outlook)];
    Some(WorkloadTrouble {
        reason: match cause {
            Cause::NodeNotReady if !is_final => Reason::NodeNotReady,
            Cause::Paused if !is_final => Reason::WorkloadPaused,
            _ => Reason::WorkloadNotReady,
        },
        cause,
        sentence: format!("{}: {sentence}", workload.title()),
        title: workload.title(),
        workload: workload.argument(),
        namespace: workload.meta.namespace.clone(),
        pod,
        clues,
        since: beginning(since, outage).or_else(|| shortage.and_then(|shortage| shortage.since)),
        outage,
        is_final,
        outlook: outlook(is_final, cause, graces.into_iter().flatten()),
    })
}

/// Until when it may mend itself: until the first grace ends.
fn outlook(is_final: bool, cause: Cause, graces: impl Iterator<Item = Outlook>) -> Outlook {
    if is_final {
        return Outlook::Final;
    }
    let until = graces.filter_map(|grace| match grace {
        Outlook::MayMend { until } => until,
        Outlook::Final => None,
    });
    match (cause, until.min()) {
        // Its node may come back at any time, and nobody waits for that.
        (Cause::NodeNotReady, None) => Outlook::Final,
        (_, until) => Outlook::MayMend { until },
    }
}

/// Since when a workload is in trouble. That of its pod is older where it is ready for a moment between two tries.
fn beginning(of_pod: Option<Since>, outage: Option<Outage>) -> Option<Since> {
    let of_outage = outage.and_then(|outage| outage.since);
    match of_pod {
        Some(since) if since.from == SinceFrom::Event => [Some(since), of_outage].into_iter().flatten().min(),
        _ => of_outage.or(of_pod),
    }
}

/// The end of a sentence: how many pods of the revision before still serve.
fn still_serving(facts: &WorkloadFacts) -> String {
    let serving = facts.former_pods.iter().filter(|pod| pod.is_ready() && pod.meta.deleted.is_none());
    match serving.count() {
        0 => String::new(),
        1 => "; 1 pod of the revision before still serves".to_owned(),
        count => format!("; {count} pods of the revision before still serve"),
    }
}
