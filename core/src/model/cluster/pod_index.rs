//! Which pods are a workload's: found through their owners where those are known, else through labels. A selector
//! alone decides nothing where the owner is known: it may consist of expressions, and others may match it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::collection::Collection;
use crate::model::objects::{Pod, ReplicaSet, Workload, WorkloadKind};

/// A label of pods in a namespace: namespace, key and value.
type PodLabel<'a> = (&'a str, &'a str, &'a str);

type Pods<'a> = Vec<&'a Arc<Pod>>;

/// Pods by owner, and by label or name where their owner's owner is not known.
#[derive(Default)]
pub(super) struct PodIndex<'a> {
    newest_sets: HashMap<&'a str, &'a ReplicaSet>,
    sets: HashMap<&'a str, Vec<&'a ReplicaSet>>,
    by_owner: HashMap<&'a str, Pods<'a>>,
    by_label: HashMap<PodLabel<'a>, Pods<'a>>,
    /// By the namespace and name of the Deployment that the pod's own name says.
    by_deployment: HashMap<(&'a str, &'a str), Pods<'a>>,
    comparisons: usize,
}

/// The pods of a workload.
#[derive(Debug, Default)]
pub(super) struct PodsOfWorkload {
    /// Those of the current template.
    pub current: Vec<Arc<Pod>>,
    /// Those of the current template that are being deleted.
    pub terminating: Vec<Arc<Pod>>,
    /// Those of former templates.
    pub former: Vec<Arc<Pod>>,
}

impl<'a> PodIndex<'a> {
    pub(super) fn of(collection: &'a Collection) -> Self {
        let mut index = Self::default();
        for set in &collection.replica_sets {
            for (_, owner) in &set.meta.owners {
                index.comparisons += 1;
                index.sets.entry(owner).or_default().push(set);
                let newest = index.newest_sets.entry(owner).or_insert(set);
                if set.revision >= newest.revision {
                    *newest = set;
                }
            }
        }
        for pod in &collection.pods {
            let owners: BTreeSet<&str> = pod.meta.owners.iter().map(|(_, owner)| owner.as_str()).collect();
            index.comparisons += owners.len();
            for owner in owners {
                index.by_owner.entry(owner).or_default().push(pod);
            }
        }
        index.index_unowned(collection);
        index
    }

    /// How many objects were compared.
    pub(super) fn comparisons(&self) -> usize {
        self.comparisons
    }

    /// The newest ReplicaSet of a Deployment.
    pub(super) fn newest_set(&self, workload: &Workload) -> Option<&'a ReplicaSet> {
        self.newest_sets.get(workload.meta.uid.as_str()).copied()
    }

    /// The pods that name an owner.
    pub(super) fn owned(&self, uid: &str) -> &[&'a Arc<Pod>] {
        self.by_owner.get(uid).map(Vec::as_slice).unwrap_or_default()
    }

    /// The pods of Deployments whose ReplicaSets are not known are found by a label of their selector, and where that
    /// has expressions alone by their names.
    fn index_unowned(&mut self, collection: &'a Collection) {
        let unknown = collection.workloads.iter().filter(|workload| self.is_without_set(workload));
        let (labels, names): (Vec<&Workload>, Vec<&Workload>) =
            unknown.map(AsRef::as_ref).partition(|workload| selecting_label(workload).is_some());
        let labels: HashSet<PodLabel<'_>> =
            labels.into_iter().filter_map(|workload| selecting_label(workload)).collect();
        let names: HashSet<(&str, &str)> = names.into_iter().map(place).collect();
        if labels.is_empty() && names.is_empty() {
            return;
        }
        for pod in &collection.pods {
            self.comparisons += 1 + pod.meta.labels.len();
            for (key, value) in &pod.meta.labels {
                let label = (pod.meta.namespace.as_str(), key.as_str(), value.as_str());
                if labels.contains(&label) {
                    self.by_label.entry(label).or_default().push(pod);
                }
            }
            let deployment = deployment_of(pod).map(|name| (pod.meta.namespace.as_str(), name));
            if let Some(place) = deployment.filter(|place| names.contains(place)) {
                self.by_deployment.entry(place).or_default().push(pod);
            }
        }
    }

    fn is_without_set(&self, workload: &Workload) -> bool {
        workload.kind == WorkloadKind::Deployment
            && !self.newest_sets.contains_key(workload.meta.uid.as_str())
    }

    /// The pods of a workload.
    pub(super) fn pods(&mut self, workload: &Workload) -> PodsOfWorkload {
        let (mut current, former) = match workload.kind {
            WorkloadKind::Deployment => self.of_deployment(workload),
            WorkloadKind::StatefulSet => self.of_stateful_set(workload),
            WorkloadKind::DaemonSet => self.of_daemon_set(workload),
        };
        current.retain(|pod| !pod.is_of_job());
        self.comparisons += current.len() + former.len();
        let (terminating, current) =
            current.into_iter().cloned().partition(|pod: &Arc<Pod>| pod.meta.deleted.is_some());
        PodsOfWorkload { current, terminating, former: former.into_iter().cloned().collect() }
    }

    fn of_deployment(&self, workload: &Workload) -> (Pods<'a>, Pods<'a>) {
        if let Some(newest) = self.newest_set(workload) {
            let sets = self.sets.get(workload.meta.uid.as_str()).into_iter().flatten();
            let former = sets.filter(|set| set.meta.uid != newest.meta.uid);
            let former = former.flat_map(|set| self.owned(&set.meta.uid)).copied().collect();
            return (self.owned(&newest.meta.uid).to_vec(), former);
        }
        let found = match selecting_label(workload) {
            Some(label) => self.by_label.get(&label),
            None => self.by_deployment.get(&place(workload)),
        };
        let is_selected = |pod: &&&Arc<Pod>| {
            workload.selector.iter().all(|(key, value)| pod.meta.labels.get(key) == Some(value))
        };
        (found.into_iter().flatten().filter(is_selected).copied().collect(), Vec::new())
    }

    fn of_stateful_set(&self, workload: &Workload) -> (Pods<'a>, Pods<'a>) {
        let mut pods = self.owned(&workload.meta.uid).to_vec();
        pods.sort_by_key(|pod| ordinal(&pod.meta.name));
        pods.into_iter().partition(|pod| {
            match (&workload.update_revision, pod.meta.labels.get("controller-revision-hash")) {
                (Some(current), Some(own)) => current == own,
                _ => true,
            }
        })
    }

    /// The status of a DaemonSet does not name its current template: a pod with the number of that template is made
    /// from it, and so is each with the same hash.
    fn of_daemon_set(&self, workload: &Workload) -> (Pods<'a>, Pods<'a>) {
        let pods = self.owned(&workload.meta.uid).to_vec();
        let Some(generation) = workload.template_generation.as_ref() else { return (pods, Vec::new()) };
        if workload.updated >= workload.desired {
            return (pods, Vec::new());
        }
        let label = |pod: &'a Pod, key: &str| pod.meta.labels.get(key);
        let is_newest = |pod: &'a Pod| label(pod, "pod-template-generation") == Some(generation);
        let hashes: HashSet<&String> = pods
            .iter()
            .filter(|pod| is_newest(pod))
            .filter_map(|pod| label(pod, "controller-revision-hash"))
            .collect();
        pods.into_iter().partition(|pod| {
            is_newest(pod)
                || label(pod, "pod-template-generation").is_none()
                || label(pod, "controller-revision-hash").is_some_and(|hash| hashes.contains(hash))
        })
    }
}

fn place(workload: &Workload) -> (&str, &str) {
    (&workload.meta.namespace, &workload.meta.name)
}

/// A label that all pods of a workload carry.
fn selecting_label(workload: &Workload) -> Option<PodLabel<'_>> {
    let (key, value) = workload.selector.iter().next()?;
    Some((&workload.meta.namespace, key, value))
}

/// The Deployment that a pod's name says: `<deployment>-<hash of the template>-<suffix>`.
fn deployment_of(pod: &Pod) -> Option<&str> {
    let hash = pod.meta.labels.get("pod-template-hash")?;
    let (set, _) = pod.meta.name.rsplit_once('-')?;
    set.strip_suffix(hash.as_str())?.strip_suffix('-')
}

/// The number at the end of a StatefulSet's pod.
fn ordinal(name: &str) -> Option<u64> {
    name.rsplit_once('-')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pods_name_tells_its_deployment_and_its_ordinal() {
        let pod = |name: &str| {
            Pod::read(&json!({ "metadata": { "name": name, "labels": { "pod-template-hash": "6b7f" } } }))
        };
        assert_eq!(deployment_of(&pod("web-front-6b7f-x2x9z")), Some("web-front"));
        assert_eq!(deployment_of(&pod("web-0000-x2x9z")), None);
        assert_eq!(deployment_of(&pod("web")), None);
        assert_eq!((ordinal("db-10"), ordinal("db-x"), ordinal("db")), (Some(10), None, None));
    }
}
