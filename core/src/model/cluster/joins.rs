//! Workloads with their pods, kustomizations with their workloads: each joined through an index, so that the
//! cost grows with the number of objects, never with a product of two numbers.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::collection::Collection;
use super::{ClusterState, Kind, KustomizationFacts, ReleaseFacts, WorkloadFacts};
use crate::model::objects::{
    BACK_OFF, Event, Meta, PROBE_FAILED, Pod, Reference, ReplicaSet, Source, SourceKind, Workload,
    WorkloadKind,
};

/// Kind, namespace and name.
pub(super) type ObjectPlace<'a> = (&'a str, &'a str, &'a str);

/// A label of pods in a namespace: namespace, key and value.
type PodLabel<'a> = (&'a str, &'a str, &'a str);

/// Indexes over a collection.
pub(super) struct Joins<'a> {
    pub(super) collection: &'a Collection,
    state: &'a ClusterState,
    newest_sets: HashMap<&'a str, &'a ReplicaSet>,
    pods_by_owner: HashMap<&'a str, Vec<&'a Arc<Pod>>>,
    pods_by_label: HashMap<PodLabel<'a>, Vec<&'a Arc<Pod>>>,
    pub(super) events: HashMap<ObjectPlace<'a>, Vec<(usize, &'a Arc<Event>)>>,
    pub(super) sources: HashMap<(SourceKind, &'a str, &'a str), &'a Arc<Source>>,
    pub(super) comparisons: usize,
}

impl<'a> Joins<'a> {
    pub(super) fn new(collection: &'a Collection, state: &'a ClusterState) -> Self {
        let mut newest_sets: HashMap<&str, &ReplicaSet> = HashMap::new();
        let mut comparisons = 0;
        for set in &collection.replica_sets {
            for (_, owner) in &set.meta.owners {
                comparisons += 1;
                let newest = newest_sets.entry(owner).or_insert(set);
                if set.revision >= newest.revision {
                    *newest = set;
                }
            }
        }
        let mut pods_by_owner: HashMap<&str, Vec<&Arc<Pod>>> = HashMap::new();
        for pod in &collection.pods {
            let owners: BTreeSet<&str> = pod.meta.owners.iter().map(|(_, owner)| owner.as_str()).collect();
            comparisons += owners.len();
            for owner in owners {
                pods_by_owner.entry(owner).or_default().push(pod);
            }
        }
        let mut events: HashMap<ObjectPlace<'_>, Vec<(usize, &Arc<Event>)>> = HashMap::new();
        for (number, event) in collection.events.iter().enumerate() {
            let (kind, namespace, name, _) = &event.about;
            comparisons += 1;
            events.entry((kind, namespace, name)).or_default().push((number, event));
        }
        let place =
            |source: &'a Source| (source.kind, source.meta.namespace.as_str(), source.meta.name.as_str());
        let sources = collection.sources.iter().map(|source| (place(source), source)).collect();
        let pods_by_label = HashMap::new();
        Self { collection, state, newest_sets, pods_by_owner, pods_by_label, events, sources, comparisons }
    }

    /// How many objects were compared.
    pub(super) fn comparisons(&self) -> usize {
        self.comparisons
    }

    /// All workloads with what belongs to them.
    pub(super) fn workloads(&mut self) -> Vec<Arc<WorkloadFacts>> {
        self.index_labels();
        let workloads = self.collection.workloads.iter();
        workloads
            .map(|workload| {
                let (terminating_pods, pods) = self.pods(workload);
                let refused_pod = self.refused_pod(workload);
                let pod_events = self.pod_events(&pods);
                let object = workload.clone();
                Arc::new(WorkloadFacts { object, pods, terminating_pods, refused_pod, pod_events })
            })
            .collect()
    }

    /// The pods of Deployments whose ReplicaSets are not known are found by a label of their selector.
    fn index_labels(&mut self) {
        let collection = self.collection;
        let unknown = collection.workloads.iter().filter(|workload| self.is_found_by_label(workload));
        let wanted: HashSet<PodLabel<'_>> =
            unknown.filter_map(|workload| selecting_label(workload)).collect();
        if wanted.is_empty() {
            return;
        }
        for pod in &collection.pods {
            self.comparisons += pod.meta.labels.len();
            for (key, value) in &pod.meta.labels {
                let label = (pod.meta.namespace.as_str(), key.as_str(), value.as_str());
                if wanted.contains(&label) {
                    self.pods_by_label.entry(label).or_default().push(pod);
                }
            }
        }
    }

    fn is_found_by_label(&self, workload: &Workload) -> bool {
        workload.kind == WorkloadKind::Deployment
            && !self.newest_sets.contains_key(workload.meta.uid.as_str())
    }

    /// The pods of a workload's current template: those that are being deleted, and the others.
    fn pods(&mut self, workload: &Workload) -> (Vec<Arc<Pod>>, Vec<Arc<Pod>>) {
        let candidates = if self.is_found_by_label(workload) {
            selecting_label(workload).and_then(|label| self.pods_by_label.get(&label))
        } else {
            let set = self.newest_sets.get(workload.meta.uid.as_str());
            let set = set.filter(|_| workload.kind == WorkloadKind::Deployment);
            self.pods_by_owner.get(set.map_or(workload.meta.uid.as_str(), |set| &set.meta.uid))
        };
        let candidates = candidates.map(Vec::as_slice).unwrap_or_default();
        self.comparisons += candidates.len();
        let own = candidates.iter().filter(|pod| is_of_current_template(pod, workload));
        own.copied().cloned().partition(|pod| pod.meta.deleted.is_some())
    }

    /// Of each pod that is not at ease, the newest event of each kind that says why.
    fn pod_events(&mut self, pods: &[Arc<Pod>]) -> Vec<Arc<Event>> {
        let mut telling = Vec::new();
        for pod in pods.iter().filter(|pod| !pod.is_ready_and_never_restarted()) {
            let place = ("Pod", pod.meta.namespace.as_str(), pod.meta.name.as_str());
            let events = self.events.get(&place).map(Vec::as_slice).unwrap_or_default();
            self.comparisons += 1 + events.len();
            for reason in [PROBE_FAILED, BACK_OFF] {
                let is_own = |event: &Event| event.reason == reason && event.concerns("Pod", &pod.meta);
                let newest = events.iter().rfind(|(_, event)| is_own(event));
                telling.extend(newest.map(|(_, event)| (*event).clone()));
            }
        }
        telling
    }

    fn refused_pod(&mut self, workload: &Workload) -> Option<Arc<Event>> {
        let namespace = workload.meta.namespace.as_str();
        let set = self.newest_sets.get(workload.meta.uid.as_str()).map(|set| set.meta.name.as_str());
        let places = [Some((workload.kind.name(), namespace, workload.meta.name.as_str()))]
            .into_iter()
            .chain([set.map(|set| ("ReplicaSet", namespace, set))])
            .flatten();
        let mut newest: Option<(usize, &Arc<Event>)> = None;
        for place in places {
            let events = self.events.get(&place).map(Vec::as_slice).unwrap_or_default();
            self.comparisons += events.len();
            let refused = events.iter().rfind(|(_, event)| event.reason == "FailedCreate");
            newest = newest.into_iter().chain(refused.copied()).max_by_key(|(number, _)| *number);
        }
        newest.map(|(_, event)| event.clone())
    }

    /// All kustomizations with what belongs to them.
    pub(super) fn kustomizations(
        &mut self,
        workloads: &[Arc<WorkloadFacts>],
        releases: &[Arc<ReleaseFacts>],
    ) -> Vec<Arc<KustomizationFacts>> {
        let listings = self.listings();
        let mut joined: Vec<KustomizationFacts> =
            self.collection.kustomizations.iter().map(|object| self.kustomization(object.clone())).collect();
        let owners = self.owners();
        let mut present: HashSet<ObjectPlace<'_>> = HashSet::new();
        for workload in workloads {
            let meta = &workload.object.meta;
            let place = (workload.object.kind.name(), meta.namespace.as_str(), meta.name.as_str());
            present.insert(place);
            let labelled = meta.owner().and_then(|owner| owners.get(&owner)).map(Vec::as_slice);
            let listed = listings.workloads.get(&place).map(Vec::as_slice);
            let all: BTreeSet<usize> = [labelled, listed].into_iter().flatten().flatten().copied().collect();
            self.comparisons += 1 + all.len();
            all.into_iter().for_each(|index| joined[index].delivered.workloads.push(workload.clone()));
        }
        for job in &self.collection.jobs {
            self.comparisons += 1;
            for index in listings.jobs.get(&key(&job.meta)).into_iter().flatten() {
                joined[*index].delivered.jobs.push(job.clone());
            }
        }
        for release in releases {
            let meta = &release.object.meta;
            self.comparisons += 1;
            present.insert(("HelmRelease", &meta.namespace, &meta.name));
            for index in listings.releases.get(&key(meta)).into_iter().flatten() {
                joined[*index].releases.push(release.clone());
            }
        }
        for kustomization in joined.iter_mut().filter(|kustomization| !kustomization.object.is_remote) {
            self.comparisons += kustomization.object.inventory.len();
            let entries = kustomization.object.inventory.iter();
            kustomization.delivered.missing =
                entries.filter(|entry| self.is_gone(entry, &present)).cloned().collect();
        }
        joined.into_iter().map(Arc::new).collect()
    }

    fn kustomization(&self, object: Arc<crate::model::objects::Kustomization>) -> KustomizationFacts {
        let source = object.source.source().and_then(|kind| {
            let place = (kind, object.source.namespace.as_str(), object.source.name.as_str());
            self.sources.get(&place).map(|source| (*source).clone())
        });
        let events = self.events.get(&("Kustomization", &object.meta.namespace, &object.meta.name));
        let events = events.into_iter().flatten().map(|(_, event)| (*event).clone()).collect();
        let Reference { kind, namespace, name, .. } = &object.source;
        let of_source = self.events.get(&(kind.as_str(), namespace.as_str(), name.as_str()));
        let of_source = of_source.into_iter().flatten();
        let source_events = of_source.map(|(_, event)| (*event).clone()).collect();
        KustomizationFacts { object, source, events, source_events, ..KustomizationFacts::default() }
    }

    /// Positions of kustomizations by namespace and name.
    fn owners(&self) -> HashMap<(&'a str, &'a str), Vec<usize>> {
        let mut owners: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        for (index, kustomization) in self.collection.kustomizations.iter().enumerate() {
            owners.entry(key(&kustomization.meta)).or_default().push(index);
        }
        owners
    }

    /// Which kustomizations list an object in their inventories.
    fn listings(&mut self) -> Listings<'a> {
        let mut listings = Listings::default();
        for (index, kustomization) in self.collection.kustomizations.iter().enumerate() {
            self.comparisons += kustomization.inventory.len();
            for entry in &kustomization.inventory {
                listings.take(entry, kustomization.is_remote, index);
            }
        }
        listings
    }

    /// Whether a workload, or a release that would install some, was looked for and is not there. Jobs may expire.
    pub(super) fn is_gone(&self, entry: &Reference, present: &HashSet<ObjectPlace<'_>>) -> bool {
        let kind = match entry.workload() {
            Some(kind) => Kind::of_workload(kind),
            None if entry.kind == "HelmRelease" => Kind::HelmRelease,
            None => return false,
        };
        let place = (entry.kind.as_str(), entry.namespace.as_str(), entry.name.as_str());
        !present.contains(&place) && self.state.looked(kind, &entry.namespace)
    }
}

/// Positions of kustomizations, by the objects of their inventories.
#[derive(Default)]
struct Listings<'a> {
    workloads: HashMap<ObjectPlace<'a>, Vec<usize>>,
    jobs: HashMap<(&'a str, &'a str), Vec<usize>>,
    releases: HashMap<(&'a str, &'a str), Vec<usize>>,
}

impl<'a> Listings<'a> {
    fn take(&mut self, entry: &'a Reference, is_remote: bool, index: usize) {
        let place = (entry.namespace.as_str(), entry.name.as_str());
        let lists = if entry.kind == "HelmRelease" {
            self.releases.entry(place).or_default()
        } else if is_remote {
            return;
        } else if entry.group == "batch" && entry.kind == "Job" {
            self.jobs.entry(place).or_default()
        } else if let Some(kind) = entry.workload() {
            self.workloads.entry((kind.name(), place.0, place.1)).or_default()
        } else {
            return;
        };
        if lists.last() != Some(&index) {
            lists.push(index);
        }
    }
}

pub(super) fn key(meta: &Meta) -> (&str, &str) {
    (&meta.namespace, &meta.name)
}

/// A label that all pods of a workload carry.
fn selecting_label(workload: &Workload) -> Option<PodLabel<'_>> {
    let (key, value) = workload.selector.iter().next()?;
    Some((&workload.meta.namespace, key, value))
}

/// Whether a pod that may be a workload's is one, and made from its current template.
fn is_of_current_template(pod: &Pod, workload: &Workload) -> bool {
    let is_selected = pod.meta.namespace == workload.meta.namespace
        && !workload.selector.is_empty()
        && workload.selector.iter().all(|(key, value)| pod.meta.labels.get(key) == Some(value));
    let is_current = match (&workload.update_revision, pod.meta.labels.get("controller-revision-hash")) {
        (Some(current), Some(own)) => current == own,
        _ => true,
    };
    is_selected && is_current && !pod.is_of_job()
}
