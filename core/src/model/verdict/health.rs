//! Why a workload does not run: which pod, which container, what it said.

use jiff::Timestamp;

use super::Cause;
use super::attempt_failure::with_message;
use super::observation::Observation;
use crate::model::cluster::{KustomizationFacts, WorkloadFacts};
use crate::model::objects::{Container, Job, Pod, Workload, WorkloadKind};

/// A workload that does not run as it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WorkloadTrouble {
    /// The clearest cause.
    pub cause: Cause,
    /// The sentence, the workload's name first.
    pub sentence: String,
    /// The workload as kubectl takes it, and its namespace.
    pub workload: String,
    pub namespace: String,
    /// The pod that shows it.
    pub pod: Option<String>,
    /// Whether it will not mend itself: it crashes, cannot pull, or is past its deadline.
    pub is_final: bool,
}

/// The containers of a kustomization's workloads that crash, each with its pod.
pub(super) fn crashing(
    kustomization: &KustomizationFacts,
    now: Timestamp,
) -> impl Iterator<Item = (&Pod, &Container)> {
    let pods = kustomization.workloads.iter().flat_map(|workload| &workload.pods);
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
    let of_workloads = kustomization.workloads.iter().filter_map(|workload| trouble(observation, workload));
    let of_jobs = kustomization.jobs.iter().filter_map(|job| failed_job(job));
    let mut troubles: Vec<WorkloadTrouble> = of_workloads.chain(of_jobs).collect();
    troubles.sort_by(|a, b| (!a.is_final, a.cause, &a.sentence).cmp(&(!b.is_final, b.cause, &b.sentence)));
    troubles
}

fn failed_job(job: &Job) -> Option<WorkloadTrouble> {
    let failed = job.conditions.at("Failed", "True")?;
    let why = if failed.message.is_empty() { &failed.reason } else { &failed.message };
    Some(WorkloadTrouble {
        cause: Cause::JobFailed,
        sentence: format!("Job {} failed: {why}", job.meta.key()),
        workload: format!("job/{}", job.meta.name),
        namespace: job.meta.namespace.clone(),
        pod: None,
        is_final: false,
    })
}

fn trouble(observation: Observation<'_>, facts: &WorkloadFacts) -> Option<WorkloadTrouble> {
    let workload = &facts.object;
    // Before its controller has seen the specification, what it says is about the one before.
    let is_seen = workload.is_seen();
    let is_late = is_seen && workload.conditions.at("Progressing", "False").is_some();
    let is_replacing = workload.kind == WorkloadKind::DaemonSet && workload.updated < workload.desired;
    let of_pods = facts.pods.iter().filter_map(|pod| pod_trouble(observation, pod));
    let of_pod = of_pods.min_by_key(|trouble| trouble.cause);
    let other = || {
        let (cause, sentence, is_final) = refusal(observation, facts)
            .map(|(cause, sentence)| (cause, sentence, false))
            .or_else(|| is_late.then(deadline_passed))
            .or_else(|| (!workload.is_settled()).then(|| unready(workload)))?;
        Some(PodTrouble { cause, sentence, pod: None, is_final })
    };
    let PodTrouble { cause, sentence, pod, is_final } = of_pod.or_else(other)?;
    Some(WorkloadTrouble {
        cause,
        sentence: format!("{}: {sentence}", workload.title()),
        workload: workload.argument(),
        namespace: workload.meta.namespace.clone(),
        pod,
        is_final: is_seen && !is_replacing && is_final || is_late,
    })
}

fn deadline_passed() -> (Cause, String, bool) {
    (Cause::ProgressDeadline, "made no progress within its deadline".to_owned(), true)
}

fn unready(workload: &Workload) -> (Cause, String, bool) {
    let Workload { ready, desired, updated, .. } = workload;
    let mut sentence = format!("{ready} of {desired} pods are ready");
    if updated < desired {
        sentence += &format!(", {updated} run the current template");
    }
    (Cause::NotReady, sentence, false)
}

/// What is wrong with a pod.
struct PodTrouble {
    cause: Cause,
    sentence: String,
    pod: Option<String>,
    is_final: bool,
}

impl PodTrouble {
    fn of(pod: &Pod, cause: Cause, sentence: &str, is_final: bool) -> Self {
        let name = pod.meta.name.clone();
        Self { cause, sentence: format!("pod {name} {sentence}"), pod: Some(name), is_final }
    }
}

fn pod_trouble(observation: Observation<'_>, pod: &Pod) -> Option<PodTrouble> {
    let of_container = pod.containers.iter().find_map(|container| {
        let (reason, message) = container.waiting.clone().unwrap_or_default();
        if container.cannot_pull() {
            let sentence = format!("cannot pull image {} ({reason})", container.image);
            return Some(PodTrouble::of(pod, Cause::ImagePull, &sentence, true));
        }
        if container.crashes(observation.now) {
            let sentence = crash(observation, pod, container);
            return Some(PodTrouble::of(pod, Cause::CrashLoop, &sentence, true));
        }
        let sentence = format!("cannot start container {}: {message}", container.name);
        container
            .cannot_be_created()
            .then(|| PodTrouble::of(pod, Cause::ContainerConfiguration, &sentence, false))
    });
    of_container.or_else(|| {
        let unscheduled = pod.conditions.at("PodScheduled", "False")?;
        let sentence = format!("fits no node: {}", unscheduled.message.trim_end_matches('.'));
        (unscheduled.reason == "Unschedulable")
            .then(|| PodTrouble::of(pod, Cause::Unschedulable, &sentence, false))
    })
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
                .map(|(resource, used, limit)| format!("{resource} {used} of {limit}"))
                .collect();
            format!("its pods are refused by quota {} ({})", quota.meta.name, used.join(", "))
        }
        None => with_message("its pods are refused".to_owned(), message),
    };
    Some((if is_quota { Cause::Quota } else { Cause::PodsRefused }, sentence))
}
