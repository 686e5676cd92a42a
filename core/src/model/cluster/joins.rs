//! Workloads with their pods, kustomizations with their workloads: each joined through an index, so that the
//! cost grows with the number of objects, never with a product of two numbers.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::collection::Collection;
use super::job_joins::made_jobs;
use super::pod_index::{PodIndex, PodsOfWorkload};
use super::{ClusterState, Kind, KustomizationFacts, ReleaseFacts, WorkloadFacts};
use crate::model::objects::{Event, Job, Meta, Reference, Source, SourceKind, Workload};

/// Kind, namespace and name.
pub(super) type ObjectPlace<'a> = (&'a str, &'a str, &'a str);

/// Indexes over a collection.
pub(super) struct Joins<'a> {
    pub(super) collection: &'a Collection,
    state: &'a ClusterState,
    pub(super) pods: PodIndex<'a>,
    /// The Jobs that CronJobs made, by the identity of those.
    pub(super) made_jobs: HashMap<&'a str, Vec<&'a Arc<Job>>>,
    pub(super) events: HashMap<ObjectPlace<'a>, Vec<(usize, &'a Arc<Event>)>>,
    pub(super) sources: HashMap<(SourceKind, &'a str, &'a str), &'a Arc<Source>>,
    pub(super) comparisons: usize,
}

impl<'a> Joins<'a> {
    pub(super) fn new(collection: &'a Collection, state: &'a ClusterState) -> Self {
        let mut comparisons = 0;
        let mut events: HashMap<ObjectPlace<'_>, Vec<(usize, &Arc<Event>)>> = HashMap::new();
        for (number, event) in collection.events.iter().enumerate() {
            let (kind, namespace, name, _) = &event.about;
            comparisons += 1;
            events.entry((kind, namespace, name)).or_default().push((number, event));
        }
        let place =
            |source: &'a Source| (source.kind, source.meta.namespace.as_str(), source.meta.name.as_str());
        let sources = collection.sources.iter().map(|source| (place(source), source)).collect();
        Self {
            collection,
            state,
            pods: PodIndex::of(collection),
            made_jobs: made_jobs(collection),
            events,
            sources,
            comparisons,
        }
    }

    /// How many objects were compared.
    pub(super) fn comparisons(&self) -> usize {
        self.comparisons + self.pods.comparisons()
    }

    /// All workloads with what belongs to them.
    pub(super) fn workloads(&mut self) -> Vec<Arc<WorkloadFacts>> {
        let workloads = self.collection.workloads.iter();
        workloads.map(|workload| Arc::new(self.workload(workload))).collect()
    }

    fn workload(&mut self, workload: &Arc<Workload>) -> WorkloadFacts {
        let PodsOfWorkload { current, terminating, former } = self.pods.pods(workload);
        let set = self.pods.newest_set(workload).map(|set| &set.meta);
        let itself = (workload.kind.name(), &workload.meta);
        let refusals =
            self.refusals([Some(itself), set.map(|set| ("ReplicaSet", set))].into_iter().flatten());
        let pod_events = self.pod_events(current.iter().chain(&terminating));
        WorkloadFacts {
            object: workload.clone(),
            pods: current,
            former_pods: former,
            terminating_pods: terminating,
            refused_since: refusals.iter().filter_map(|event| event.first).min(),
            refused_pod: refusals.last().cloned(),
            pod_events,
        }
    }

    /// The events that say that a pod was refused, oldest first.
    pub(super) fn refusals<'b>(
        &mut self,
        owners: impl Iterator<Item = (&'b str, &'b Meta)>,
    ) -> Vec<Arc<Event>> {
        let mut refusals: Vec<(usize, Arc<Event>)> = Vec::new();
        for (kind, meta) in owners {
            let place = (kind, meta.namespace.as_str(), meta.name.as_str());
            let events = self.events.get(&place).map(Vec::as_slice).unwrap_or_default();
            self.comparisons += events.len();
            let refused = events
                .iter()
                .filter(|(_, event)| event.reason == "FailedCreate" && event.concerns(kind, meta));
            refusals.extend(refused.map(|(number, event)| (*number, (*event).clone())));
        }
        refusals.sort_by_key(|(number, _)| *number);
        refusals.into_iter().map(|(_, event)| event).collect()
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
        self.deliver_jobs(&listings, &mut joined);
        for release in releases {
            let meta = &release.object.meta;
            self.comparisons += 1;
            present.insert(("HelmRelease", &meta.namespace, &meta.name));
            for index in listings.releases.get(&key(meta)).into_iter().flatten() {
                joined[*index].releases.push(release.clone());
            }
        }
        present.extend(cron_jobs(self.collection));
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

    /// Whether a workload, a CronJob, or a release that would install some, was looked for and is not there. Jobs may expire. Of a kind
    /// that no version serves nothing is there.
    pub(super) fn is_gone(&self, entry: &Reference, present: &HashSet<ObjectPlace<'_>>) -> bool {
        let kind = match entry.workload() {
            Some(kind) => Kind::of_workload(kind),
            None if entry.kind == "HelmRelease" => Kind::HelmRelease,
            None if entry.group == "batch" && entry.kind == "CronJob" => Kind::CronJob,
            None => return false,
        };
        let place = (entry.kind.as_str(), entry.namespace.as_str(), entry.name.as_str());
        let was_looked_for =
            self.state.looked(kind, &entry.namespace) || self.state.has_no_kind(kind, &entry.namespace);
        !present.contains(&place) && was_looked_for
    }
}

/// Positions of kustomizations, by the objects of their inventories.
#[derive(Default)]
pub(super) struct Listings<'a> {
    workloads: HashMap<ObjectPlace<'a>, Vec<usize>>,
    pub(super) jobs: HashMap<(&'a str, &'a str), Vec<usize>>,
    pub(super) cron_jobs: HashMap<(&'a str, &'a str), Vec<usize>>,
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
        } else if entry.group == "batch" && entry.kind == "CronJob" {
            self.cron_jobs.entry(place).or_default()
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

/// The CronJobs that are there.
pub(super) fn cron_jobs(collection: &Collection) -> impl Iterator<Item = ObjectPlace<'_>> {
    let metas = collection.cron_jobs.iter().map(|cron_job| &cron_job.meta);
    metas.map(|meta| ("CronJob", meta.namespace.as_str(), meta.name.as_str()))
}

pub(super) fn key(meta: &Meta) -> (&str, &str) {
    (&meta.namespace, &meta.name)
}
