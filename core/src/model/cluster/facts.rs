//! What follows from the answers of a cluster: each object with those that belong to it. Facts do not depend
//! on the time, so that they are joined once for each set of changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::collection::Collection;
use super::environments::{environments, labelled_namespaces, owner_namespaces};
use super::joins::Joins;
use super::{ClusterState, EnvironmentFacts, PodEvents};
use crate::model::objects::{
    CronJob, Event, GitSecret, HelmRelease, Job, Kustomization, Namespace, Node, Pod, Quota, Reference,
    Source, Workload,
};

/// Everything a verdict looks at.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Namespaces, in order of names.
    pub namespaces: Vec<Arc<Namespace>>,
    /// Kustomizations, in order of namespace and name.
    pub kustomizations: Vec<Arc<KustomizationFacts>>,
    /// Helm releases, in order of namespace and name.
    pub releases: Vec<Arc<ReleaseFacts>>,
    /// Workloads, in order of namespace and name.
    pub workloads: Vec<Arc<WorkloadFacts>>,
    /// Quotas.
    pub quotas: Vec<Arc<Quota>>,
    /// Nodes of pods that are stuck on them, in order of names.
    pub nodes: Vec<Arc<Node>>,
    /// Secrets that sources which cannot be fetched fetch with, in order of namespace and name.
    pub git_secrets: Vec<Arc<GitSecret>>,
    /// Environments, in order of namespace.
    pub environments: Vec<EnvironmentFacts>,
    /// Of each kustomization, the positions of the environments that it delivers to, in order.
    environments_of: Vec<Vec<usize>>,
    /// Namespaces of objects that are labelled with a kustomization or a Helm release, with the namespace of that.
    pub owner_namespaces: BTreeSet<(String, String)>,
    /// Namespaces whose objects, or they themselves, say that a kustomization made them.
    pub labelled_namespaces: BTreeSet<String>,
    /// The Azure side of the cluster, from the ConfigMap of Azure's agents.
    pub arc: BTreeMap<String, String>,
    /// The last lines of a container that ended, by `namespace/pod/container`.
    pub logs: BTreeMap<String, Vec<Arc<str>>>,
    work: usize,
}

/// A kustomization with what belongs to it.
#[derive(Clone, Debug, Default)]
pub struct KustomizationFacts {
    /// The kustomization.
    pub object: Arc<Kustomization>,
    /// What it builds from.
    pub source: Option<Arc<Source>>,
    /// What it applied.
    pub delivered: DeliveredObjects,
    /// Helm releases of its inventory, in order of namespace and name.
    pub releases: Vec<Arc<ReleaseFacts>>,
    /// Events about it, oldest first.
    pub events: Vec<Arc<Event>>,
    /// Events about its source, oldest first.
    pub source_events: Vec<Arc<Event>>,
}

impl KustomizationFacts {
    /// The Helm release that an entry of its inventory is, where that is known.
    pub fn release(&self, entry: &Reference) -> Option<&Arc<ReleaseFacts>> {
        let wanted = Some((entry.namespace.as_str(), entry.name.as_str()));
        let wanted = wanted.filter(|_| entry.kind == "HelmRelease")?;
        find(&self.releases, wanted, |own| (&own.object.meta.namespace, &own.object.meta.name))
    }
}

/// A Helm release with what belongs to it.
#[derive(Clone, Debug, Default)]
pub struct ReleaseFacts {
    /// The release.
    pub object: Arc<HelmRelease>,
    /// What its chart is in: a `HelmChart`, or a source that holds the chart itself.
    pub chart: Option<Arc<Source>>,
    /// Events about that, oldest first.
    pub chart_events: Vec<Arc<Event>>,
    /// What a `HelmChart` takes the chart from.
    pub chart_source: Option<Arc<Source>>,
    /// Events about that, oldest first.
    pub chart_source_events: Vec<Arc<Event>>,
    /// What it installed.
    pub delivered: DeliveredObjects,
    /// Events about it, oldest first.
    pub events: Vec<Arc<Event>>,
}

/// What a kustomization or a Helm release keeps in the cluster: by its inventory, and by Flux's labels, which are there
/// before the first inventory is written.
#[derive(Clone, Debug, Default)]
pub struct DeliveredObjects {
    /// Its workloads.
    pub workloads: Vec<Arc<WorkloadFacts>>,
    /// Workloads of its inventory, and Helm releases, that were looked for and are not there.
    pub missing: Vec<Reference>,
    /// Jobs of its inventory.
    pub jobs: Vec<Arc<JobFacts>>,
    /// CronJobs of its inventory.
    pub cron_jobs: Vec<Arc<CronJobFacts>>,
}

/// A Job with what belongs to it.
#[derive(Clone, Debug, Default)]
pub struct JobFacts {
    /// The Job.
    pub object: Arc<Job>,
    /// Its pods.
    pub pods: Vec<Arc<Pod>>,
    /// What was said about its pods.
    pub pod_events: PodEvents,
    /// The newest event that says that a pod of it was refused.
    pub refused_pod: Option<Arc<Event>>,
}

/// A CronJob with what belongs to it.
#[derive(Clone, Debug, Default)]
pub struct CronJobFacts {
    /// The CronJob.
    pub object: Arc<CronJob>,
    /// The Jobs it made, the newest first.
    pub jobs: Vec<Arc<JobFacts>>,
}

/// A workload with what belongs to it.
#[derive(Clone, Debug, Default)]
pub struct WorkloadFacts {
    /// The workload.
    pub object: Arc<Workload>,
    /// The pods of its current template, those of a StatefulSet in order of their ordinals: an old ReplicaSet's pods are on their
    /// way out.
    pub pods: Vec<Arc<Pod>>,
    /// Its pods of former templates, those too that are being deleted.
    pub former_pods: Vec<Arc<Pod>>,
    /// Pods of it that are being deleted. On a node that does not answer they stay so.
    pub terminating_pods: Vec<Arc<Pod>>,
    /// The newest event that says that a pod of it was refused. There is no pod to ask.
    pub refused_pod: Option<Arc<Event>>,
    /// When that was first said of one.
    pub refused_since: Option<Timestamp>,
    /// What was said about its pods.
    pub pod_events: PodEvents,
}

impl Facts {
    /// Joins everything that was answered.
    pub(super) fn join(state: &ClusterState) -> Self {
        let collection = Collection::of(state);
        let mut joins = Joins::new(&collection, state);
        let workloads = joins.workloads();
        let releases = joins.releases(&workloads);
        let kustomizations = joins.kustomizations(&workloads, &releases);
        let work = collection.count + joins.comparisons();
        let environments = environments(state, &collection, &kustomizations, &releases);
        let owner_namespaces = owner_namespaces(&collection);
        let labelled_namespaces = labelled_namespaces(&collection);
        let Collection { namespaces, quotas, nodes, git_secrets, arc, logs, .. } = collection;
        Self {
            namespaces,
            releases,
            workloads,
            quotas,
            nodes,
            git_secrets,
            environments_of: environments_of(kustomizations.as_slice(), &environments),
            kustomizations,
            environments,
            owner_namespaces,
            labelled_namespaces,
            arc,
            logs,
            work,
        }
    }

    /// How many objects were collected, and compared in joins.
    pub(super) fn work(&self) -> usize {
        self.work
    }

    /// A kustomization by namespace and name.
    pub fn kustomization(&self, namespace: &str, name: &str) -> Option<&Arc<KustomizationFacts>> {
        find(&self.kustomizations, (namespace, name), place)
    }

    /// The position of a kustomization among all.
    pub fn position(&self, kustomization: &KustomizationFacts) -> Option<usize> {
        position(&self.kustomizations, place(kustomization), place)
    }

    /// Whether two kustomizations deliver to one environment.
    pub fn share_an_environment(&self, one: &KustomizationFacts, other: &KustomizationFacts) -> bool {
        let of = |kustomization| {
            let number = self.position(kustomization);
            number.and_then(|number| self.environments_of.get(number)).map(Vec::as_slice).unwrap_or_default()
        };
        let others = of(other);
        of(one).iter().any(|environment| others.binary_search(environment).is_ok())
    }

    /// A Helm release by namespace and name.
    pub fn release(&self, namespace: &str, name: &str) -> Option<&Arc<ReleaseFacts>> {
        find(&self.releases, (namespace, name), |release| {
            (&release.object.meta.namespace, &release.object.meta.name)
        })
    }

    /// The Secret that a source fetches with, where it was asked for and is there.
    pub fn git_secret(&self, namespace: &str, name: &str) -> Option<&Arc<GitSecret>> {
        find(&self.git_secrets, (namespace, name), |secret| (&secret.namespace, &secret.name))
    }

    /// A node by name, where it was asked for and is there.
    pub fn node(&self, name: &str) -> Option<&Arc<Node>> {
        find(&self.nodes, ("", name), |node| ("", &node.meta.name))
    }

    /// A namespace by name.
    pub fn namespace(&self, name: &str) -> Option<&Arc<Namespace>> {
        find(&self.namespaces, ("", name), |namespace| ("", &namespace.meta.name))
    }

    /// The workloads in a namespace.
    pub fn workloads_in(&self, namespace: &str) -> &[Arc<WorkloadFacts>] {
        let place = |workload: &Arc<WorkloadFacts>| workload.object.meta.namespace.as_str().cmp(namespace);
        let start = self.workloads.partition_point(|workload| place(workload).is_lt());
        let end = self.workloads.partition_point(|workload| place(workload).is_le());
        &self.workloads[start..end]
    }
}

/// The first of a list, in order of namespace and name, that has both.
pub(super) fn find<'a, T>(
    objects: &'a [Arc<T>],
    wanted: (&str, &str),
    place: impl Fn(&T) -> (&str, &str),
) -> Option<&'a Arc<T>> {
    position(objects, wanted, place).and_then(|position| objects.get(position))
}

fn position<T>(
    objects: &[Arc<T>],
    wanted: (&str, &str),
    place: impl Fn(&T) -> (&str, &str),
) -> Option<usize> {
    let first = objects.partition_point(|object| place(object) < wanted);
    objects.get(first).filter(|object| place(object) == wanted).map(|_| first)
}

fn place(kustomization: &KustomizationFacts) -> (&str, &str) {
    (&kustomization.object.meta.namespace, &kustomization.object.meta.name)
}

/// Of each kustomization, the positions of the environments that it delivers to.
fn environments_of(
    kustomizations: &[Arc<KustomizationFacts>],
    environments: &[EnvironmentFacts],
) -> Vec<Vec<usize>> {
    let mut environments_of = vec![Vec::new(); kustomizations.len()];
    for (number, environment) in environments.iter().enumerate() {
        for own in &environment.kustomizations {
            if let Some(position) = position(kustomizations, place(own), place) {
                environments_of[position].push(number);
            }
        }
    }
    environments_of
}
