//! Why a workload does not run: which pod, which container, what it said.

use super::Cause;
use super::environment::Scene;
use crate::model::objects::{Container, Event, Job, Kustomization, Pod, Reference, Workload, WorkloadKind};

/// A workload that does not run as it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
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

/// The workloads that a kustomization applied: by its inventory, and by Flux's labels, which are there
/// before the first inventory is written.
pub(super) fn workloads<'a>(scene: &Scene<'a>, one: &Kustomization) -> Vec<&'a Workload> {
    let facts = scene.facts;
    facts.workloads.iter().filter(|workload| is_applied_by(one, workload)).collect()
}

fn is_applied_by(one: &Kustomization, workload: &Workload) -> bool {
    let meta = &workload.meta;
    let is_it =
        |entry: &Reference| entry.workload() == Some(workload.kind) && entry.is(workload.kind.name(), meta);
    let listed = !one.is_remote && one.inventory.iter().any(is_it);
    listed || meta.owner() == Some((&one.meta.namespace, &one.meta.name))
}

/// The containers of a kustomization's workloads that crash, each with its pod.
pub(super) fn crashing<'a>(scene: &Scene<'a>, one: &Kustomization) -> Vec<(&'a Pod, &'a Container)> {
    let pods = workloads(scene, one).into_iter().flat_map(|workload| current_pods(scene, workload));
    let now = scene.now;
    let crash =
        |pod: &'a Pod| pod.containers.iter().filter(move |one| one.crashes(now)).map(move |one| (pod, one));
    pods.flat_map(crash).collect()
}

/// Everything that is wrong with a kustomization's workloads and Jobs, the clearest first.
pub(super) fn troubles(scene: &Scene<'_>, one: &Kustomization) -> Vec<Trouble> {
    let of_workloads = workloads(scene, one).into_iter().filter_map(|workload| trouble(scene, workload));
    let of_jobs = scene.facts.jobs.iter().filter(|job| is_listed(one, job)).filter_map(failed_job);
    let mut troubles: Vec<Trouble> = of_workloads.chain(of_jobs).collect();
    troubles.sort_by(|a, b| (!a.is_final, a.cause, &a.sentence).cmp(&(!b.is_final, b.cause, &b.sentence)));
    troubles
}

fn is_listed(one: &Kustomization, job: &Job) -> bool {
    !one.is_remote && one.inventory.iter().any(|entry| entry.group == "batch" && entry.is("Job", &job.meta))
}

fn failed_job(job: &Job) -> Option<Trouble> {
    let failed = job.conditions.at("Failed", "True")?;
    let why = if failed.message.is_empty() { &failed.reason } else { &failed.message };
    Some(Trouble {
        cause: Cause::JobFailed,
        sentence: format!("Job {} failed: {why}", job.meta.key()),
        workload: format!("job/{}", job.meta.name),
        namespace: job.meta.namespace.clone(),
        pod: None,
        is_final: false,
    })
}

fn trouble(scene: &Scene<'_>, workload: &Workload) -> Option<Trouble> {
    // Before its controller has seen the specification, what it says is about the one before.
    let is_seen = workload.is_seen();
    let late = workload.conditions.at("Progressing", "False").filter(|_| is_seen);
    let is_replacing = workload.kind == WorkloadKind::DaemonSet && workload.updated < workload.desired;
    let pods = current_pods(scene, workload);
    let shown = pods.iter().filter_map(|pod| pod_trouble(scene, pod)).min_by_key(|(cause, ..)| *cause);
    let refused = || refusal(scene, workload).map(|(cause, why)| (cause, why, None, false));
    let deadline = || {
        late.map(|_| (Cause::ProgressDeadline, "made no progress within its deadline".to_owned(), None, true))
    };
    let waiting = || {
        let Workload { ready, desired, updated, .. } = workload;
        let mut ready = format!("{ready} of {desired} pods are ready");
        if updated < desired {
            ready += &format!(", {updated} run the current template");
        }
        (!workload.is_settled()).then_some((Cause::NotReady, ready, None, false))
    };
    let shown = shown.map(|(cause, why, pod, is_final)| (cause, why, Some(pod), is_final));
    let (cause, why, pod, is_final) = shown.or_else(refused).or_else(deadline).or_else(waiting)?;
    Some(Trouble {
        cause,
        sentence: format!("{}: {why}", workload.title()),
        workload: workload.argument(),
        namespace: workload.meta.namespace.clone(),
        pod,
        is_final: is_seen && !is_replacing && is_final || late.is_some(),
    })
}

/// The pods of the workload's current template: an old ReplicaSet's pods are on their way out.
fn current_pods<'a>(scene: &Scene<'a>, workload: &Workload) -> Vec<&'a Pod> {
    let facts = scene.facts;
    let owned_by = |owners: &[(String, String)], uid: &str| owners.iter().any(|(_, owner)| owner == uid);
    let newest = facts
        .replica_sets
        .iter()
        .filter(|set| {
            workload.kind == WorkloadKind::Deployment && owned_by(&set.meta.owners, &workload.meta.uid)
        })
        .max_by_key(|set| set.revision);
    let owner = newest.map_or(&workload.meta.uid, |set| &set.meta.uid);
    let is_own = |pod: &Pod| {
        let selected = pod.meta.namespace == workload.meta.namespace
            && !workload.selector.is_empty()
            && workload.selector.iter().all(|(key, value)| pod.meta.labels.get(key) == Some(value));
        let by_label_only = workload.kind == WorkloadKind::Deployment && newest.is_none();
        let is_current = match (&workload.update_revision, pod.meta.labels.get("controller-revision-hash")) {
            (Some(current), Some(own)) => current == own,
            _ => true,
        };
        selected && is_current && !pod.is_of_job() && (by_label_only || owned_by(&pod.meta.owners, owner))
    };
    facts.pods.iter().filter(|pod| pod.meta.deleted.is_none() && is_own(pod)).collect()
}

fn pod_trouble(scene: &Scene<'_>, pod: &Pod) -> Option<(Cause, String, String, bool)> {
    let name = &pod.meta.name;
    let told =
        |cause, why: String, is_final| Some((cause, format!("pod {name} {why}"), name.clone(), is_final));
    for container in &pod.containers {
        let (reason, message) = container.waiting.clone().unwrap_or_default();
        if container.cannot_pull() {
            return told(Cause::ImagePull, format!("cannot pull image {} ({reason})", container.image), true);
        }
        if container.crashes(scene.now) {
            return told(Cause::CrashLoop, crash(scene, pod, container), true);
        }
        if container.cannot_be_created() {
            return told(
                Cause::ContainerConfiguration,
                format!("cannot start container {}: {message}", container.name),
                false,
            );
        }
    }
    let unscheduled =
        pod.conditions.at("PodScheduled", "False").filter(|condition| condition.reason == "Unschedulable");
    unscheduled.and_then(|condition| {
        told(
            Cause::Unschedulable,
            format!("fits no node: {}", condition.message.trim_end_matches('.')),
            false,
        )
    })
}

fn crash(scene: &Scene<'_>, pod: &Pod, container: &Container) -> String {
    let ended = match &container.ended {
        Some((reason, code)) if reason.is_empty() => format!("with exit code {code}"),
        Some((reason, code)) => format!("with {reason}, exit code {code}"),
        None => "for an unknown reason".to_owned(),
    };
    let restarts = container.restarts;
    let mut sentence = format!("crashes: container {} ended {ended}, {restarts} restarts", container.name);
    let key = format!("{}/{}/{}", pod.meta.namespace, pod.meta.name, container.name);
    if let Some(lines) = scene.facts.logs.get(&key).filter(|lines| !lines.is_empty()) {
        sentence += &format!("; it said last: {}", lines.join(" | "));
    }
    sentence
}

/// Pods that are not even created: a quota or an admission controller refuses them. There is no pod to ask.
fn refusal(scene: &Scene<'_>, workload: &Workload) -> Option<(Cause, String)> {
    let failure = workload.conditions.at("ReplicaFailure", "True");
    let event = scene.facts.events.iter().rev().find(|event| is_refusal(scene, workload, event));
    let current = failure.is_some() || !workload.is_settled() && event.is_some();
    if !current {
        return None;
    }
    let message = failure.map(|condition| &condition.message).or(event.map(|event| &event.message))?;
    let quota = scene.facts.quotas.iter().find(|quota| {
        quota.meta.namespace == workload.meta.namespace
            && message.contains(&format!("exceeded quota: {}", quota.meta.name))
    });
    let is_quota = quota.is_some() || message.contains("exceeded quota");
    let why = match quota {
        Some(quota) => {
            let used: Vec<String> =
                quota.used.iter().map(|(what, used, limit)| format!("{what} {used} of {limit}")).collect();
            format!("its pods are refused by quota {} ({})", quota.meta.name, used.join(", "))
        }
        None => super::fetch::told("its pods are refused".to_owned(), message),
    };
    Some((if is_quota { Cause::Quota } else { Cause::PodsRefused }, why))
}

fn is_refusal(scene: &Scene<'_>, workload: &Workload, event: &Event) -> bool {
    let (kind, namespace, name, _) = &event.about;
    if event.reason != "FailedCreate" || namespace != &workload.meta.namespace {
        return false;
    }
    let own_set = |name: &str| {
        let newest = scene
            .facts
            .replica_sets
            .iter()
            .filter(|set| set.meta.owners.iter().any(|(_, uid)| uid == &workload.meta.uid))
            .max_by_key(|set| set.revision);
        newest.is_some_and(|set| set.meta.name == name)
    };
    match kind.as_str() {
        "ReplicaSet" => own_set(name),
        other => other == workload.kind.name() && name == &workload.meta.name,
    }
}
