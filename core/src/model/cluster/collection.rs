//! The objects of all answers, by type, in an order that does not depend on the order of the answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{ClusterState, Kind, Object, Scope, Within};
use crate::model::objects::{
    CronJob, Event, GitSecret, HelmRelease, Job, Kustomization, Meta, Namespace, Node, Pod, Quota,
    ReplicaSet, Source, Workload,
};

/// Everything that was answered, not joined yet.
#[derive(Debug, Default)]
pub(super) struct Collection {
    pub namespaces: Vec<Arc<Namespace>>,
    pub sources: Vec<Arc<Source>>,
    pub kustomizations: Vec<Arc<Kustomization>>,
    pub releases: Vec<Arc<HelmRelease>>,
    pub workloads: Vec<Arc<Workload>>,
    pub replica_sets: Vec<Arc<ReplicaSet>>,
    pub pods: Vec<Arc<Pod>>,
    pub jobs: Vec<Arc<Job>>,
    pub cron_jobs: Vec<Arc<CronJob>>,
    pub nodes: Vec<Arc<Node>>,
    pub quotas: Vec<Arc<Quota>>,
    pub git_secrets: Vec<Arc<GitSecret>>,
    /// Oldest first.
    pub events: Vec<Arc<Event>>,
    pub arc: BTreeMap<String, String>,
    /// By `namespace/pod/container`.
    pub logs: BTreeMap<String, Vec<Arc<str>>>,
    /// How many objects were collected.
    pub count: usize,
}

impl Collection {
    pub(super) fn of(state: &ClusterState) -> Self {
        let mut collection = Self::default();
        for (scope, object) in state.objects() {
            collection.take(scope, object);
        }
        sort(&mut collection.namespaces, |namespace| &namespace.meta);
        sort(&mut collection.sources, |source| &source.meta);
        sort(&mut collection.kustomizations, |kustomization| &kustomization.meta);
        sort(&mut collection.releases, |release| &release.meta);
        sort(&mut collection.workloads, |workload| &workload.meta);
        sort(&mut collection.replica_sets, |set| &set.meta);
        sort(&mut collection.pods, |pod| &pod.meta);
        sort(&mut collection.jobs, |job| &job.meta);
        sort(&mut collection.cron_jobs, |cron_job| &cron_job.meta);
        sort(&mut collection.nodes, |node| &node.meta);
        sort(&mut collection.quotas, |quota| &quota.meta);
        collection.git_secrets.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
        collection.events.sort_by(|a, b| {
            (a.last, &a.about, &a.reason, &a.message).cmp(&(b.last, &b.about, &b.reason, &b.message))
        });
        collection.events.dedup();
        collection
    }

    fn take(&mut self, scope: &Scope, object: &Object) {
        self.count += 1;
        match object {
            Object::Namespace(namespace) => self.namespaces.push(namespace.clone()),
            Object::Source(source) => self.sources.push(source.clone()),
            Object::Kustomization(kustomization) => self.kustomizations.push(kustomization.clone()),
            Object::HelmRelease(release) => self.releases.push(release.clone()),
            Object::Workload(workload) => self.workloads.push(workload.clone()),
            Object::ReplicaSet(set) => self.replica_sets.push(set.clone()),
            Object::Pod(pod) => self.pods.push(pod.clone()),
            Object::Job(job) => self.jobs.push(job.clone()),
            Object::CronJob(cron_job) => self.cron_jobs.push(cron_job.clone()),
            Object::Node(node) => self.nodes.push(node.clone()),
            Object::Quota(quota) => self.quotas.push(quota.clone()),
            Object::Event(event) => self.events.push(event.clone()),
            Object::GitSecret(secret) => self.git_secrets.push(secret.clone()),
            Object::ConfigMap(data) if scope.kind == Kind::ArcConfig => {
                self.arc.extend(data.iter().map(|(key, value)| (key.clone(), value.clone())));
            }
            Object::ConfigMap(_) | Object::FluxConfig(_) => {}
            Object::LogLine(line) => {
                if let Within::Object(namespace, container) = &scope.within {
                    self.logs.entry(format!("{namespace}/{container}")).or_default().push(line.clone());
                }
            }
        }
    }
}

/// In order of namespace, name and identity; an object that two scopes brought counts once.
fn sort<T>(objects: &mut Vec<Arc<T>>, meta: impl Fn(&T) -> &Meta) {
    objects.sort_by(|a, b| {
        let (a, b) = (meta(a), meta(b));
        (&a.namespace, &a.name, &a.uid).cmp(&(&b.namespace, &b.name, &b.uid))
    });
    objects.dedup_by(|a, b| {
        let (a, b) = (meta(a), meta(b));
        !a.uid.is_empty() && a.uid == b.uid
    });
}
