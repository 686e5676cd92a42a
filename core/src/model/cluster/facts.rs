//! The answers read into typed objects, in an order that does not depend on the order of the answers.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Answer, ClusterState, Kind, Within};
use crate::model::objects::{
    Event, GitRepository, HelmRelease, Job, Kustomization, Meta, Namespace, Pod, Quota, ReplicaSet, Workload,
    WorkloadKind,
};

/// Everything a verdict looks at.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Namespaces.
    pub namespaces: Vec<Namespace>,
    /// Git sources.
    pub sources: Vec<GitRepository>,
    /// Kustomizations.
    pub kustomizations: Vec<Kustomization>,
    /// Helm releases.
    pub releases: Vec<HelmRelease>,
    /// Deployments, StatefulSets, DaemonSets.
    pub workloads: Vec<Workload>,
    /// ReplicaSets.
    pub replica_sets: Vec<ReplicaSet>,
    /// Pods.
    pub pods: Vec<Pod>,
    /// Jobs.
    pub jobs: Vec<Job>,
    /// Quotas.
    pub quotas: Vec<Quota>,
    /// Events, oldest first.
    pub events: Vec<Event>,
    /// The Azure side of the cluster, from ConfigMap `azure-arc/azure-clusterconfig`.
    pub arc: BTreeMap<String, String>,
    /// The last lines of a container that ended, by `namespace/pod/container`.
    pub logs: BTreeMap<String, Vec<String>>,
}

impl Facts {
    /// Reads all answers.
    pub fn read(cluster: &ClusterState) -> Self {
        let mut events: Vec<Event> = all(cluster, Kind::Warning, Event::read)
            .chain(all(cluster, Kind::KustomizationEvent, Event::read))
            .collect();
        events.sort_by(|a, b| {
            (a.last, &a.about, &a.reason, &a.message).cmp(&(b.last, &b.about, &b.reason, &b.message))
        });
        events.dedup();
        let workloads =
            all(cluster, Kind::Deployment, |value| Workload::read(WorkloadKind::Deployment, value))
                .chain(all(cluster, Kind::StatefulSet, |value| {
                    Workload::read(WorkloadKind::StatefulSet, value)
                }))
                .chain(all(cluster, Kind::DaemonSet, |value| Workload::read(WorkloadKind::DaemonSet, value)));
        Self {
            namespaces: sorted(all(cluster, Kind::Namespace, Namespace::read), |one| &one.meta),
            sources: sorted(all(cluster, Kind::GitRepository, GitRepository::read), |one| &one.meta),
            kustomizations: sorted(all(cluster, Kind::Kustomization, Kustomization::read), |one| &one.meta),
            releases: sorted(all(cluster, Kind::HelmRelease, HelmRelease::read), |one| &one.meta),
            workloads: sorted(workloads, |one| &one.meta),
            replica_sets: sorted(all(cluster, Kind::ReplicaSet, ReplicaSet::read), |one| &one.meta),
            pods: sorted(all(cluster, Kind::Pod, Pod::read), |one| &one.meta),
            jobs: sorted(all(cluster, Kind::Job, Job::read), |one| &one.meta),
            quotas: sorted(all(cluster, Kind::ResourceQuota, Quota::read), |one| &one.meta),
            events,
            arc: cluster
                .objects(Kind::ArcConfig)
                .flat_map(|map| crate::model::objects::text_map(&map["data"]))
                .collect(),
            logs: logs(cluster),
        }
    }

    /// The source of a kustomization.
    pub fn source(&self, of: &Kustomization) -> Option<&GitRepository> {
        self.sources
            .iter()
            .find(|source| source.meta.namespace == of.source.namespace && source.meta.name == of.source.name)
    }

    /// A kustomization by namespace and name.
    pub fn kustomization(&self, namespace: &str, name: &str) -> Option<&Kustomization> {
        self.kustomizations.iter().find(|one| one.meta.namespace == namespace && one.meta.name == name)
    }
}

fn all<T>(cluster: &ClusterState, kind: Kind, read: impl Fn(&Value) -> T) -> impl Iterator<Item = T> {
    cluster.objects(kind).map(read)
}

/// In order of namespace, name and kind; an object that two scopes brought counts once, the later answer's.
fn sorted<T: Clone>(objects: impl Iterator<Item = T>, meta: impl Fn(&T) -> &Meta) -> Vec<T> {
    let mut objects: Vec<T> = objects.collect();
    objects.sort_by(|a, b| {
        let (a, b) = (meta(a), meta(b));
        (&a.namespace, &a.name, &a.uid).cmp(&(&b.namespace, &b.name, &b.uid))
    });
    objects.dedup_by(|a, b| {
        let (a, b) = (meta(a), meta(b));
        !a.uid.is_empty() && a.uid == b.uid
    });
    objects
}

fn logs(cluster: &ClusterState) -> BTreeMap<String, Vec<String>> {
    cluster
        .answers()
        .filter_map(|(scope, answer)| match (scope.kind, &scope.within, answer) {
            (Kind::Log, Within::Object(namespace, container), Answer::Objects(lines)) => Some((
                format!("{namespace}/{container}"),
                lines.iter().filter_map(Value::as_str).map(crate::model::harmless).collect(),
            )),
            _ => None,
        })
        .collect()
}
