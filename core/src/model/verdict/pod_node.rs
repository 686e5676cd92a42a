//! The node of a pod that is stuck on it: whether it is ready, as far as it may be read.

use super::observation::Observation;
use super::timing::NODES_ASKED;
use crate::model::cluster::{DeliveredObjects, WorkloadFacts};
use crate::model::objects::Pod;

/// The nodes to ask for: those of pods that do not go, or whose kubelet says nothing.
pub(super) fn nodes_of_stuck_pods(delivered: &DeliveredObjects) -> impl Iterator<Item = &str> {
    let workloads = delivered.workloads.iter().filter(|workload| is_short(workload));
    let pods = workloads.flat_map(|workload| {
        let current = workload.pods.iter().filter(|pod| pod.is_on_silent_node() || pod.is_unheard());
        let former = workload.former_pods.iter().filter(|pod| pod.meta.deleted.is_some());
        current.chain(&workload.terminating_pods).chain(former)
    });
    pods.filter_map(|pod| pod.node.as_deref()).take(NODES_ASKED)
}

fn is_short(workload: &WorkloadFacts) -> bool {
    workload.object.ready < workload.object.desired
}

/// Whether a pod's node does not answer, by what the pod or the node says.
pub(super) fn is_node_silent(observation: Observation<'_>, pod: &Pod) -> bool {
    let node = pod.node.as_deref().and_then(|node| observation.facts.node(node));
    pod.is_on_silent_node() || node.is_some_and(|node| !node.is_ready()) && !pod.is_ready()
}

/// `on node a, which is not ready`; nothing where the pod is on none.
pub(super) fn place(observation: Observation<'_>, pod: &Pod) -> Option<String> {
    let name = pod.node.as_deref()?;
    let state = match observation.facts.node(name) {
        Some(node) if node.is_ready() => ", which is ready",
        Some(_) => ", which is not ready",
        None => "",
    };
    Some(format!("on node {name}{state}"))
}
