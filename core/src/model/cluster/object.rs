//! One object of a cluster, read once when it arrives and shared from then on.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::model::harmless;
use crate::model::objects::{
    CronJob, Event, FluxConfig, GitSecret, HelmRelease, Job, Kustomization, Namespace, Node, Pod, Quota,
    ReplicaSet, Source, SourceKind, Workload, WorkloadKind, text_map,
};

/// An object as verdicts see it. Two that differ only in what no verdict looks at are equal.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    /// A namespace.
    Namespace(Arc<Namespace>),
    /// A source.
    Source(Arc<Source>),
    /// A kustomization.
    Kustomization(Arc<Kustomization>),
    /// A Helm release.
    HelmRelease(Arc<HelmRelease>),
    /// A Deployment, StatefulSet or DaemonSet.
    Workload(Arc<Workload>),
    /// A ReplicaSet.
    ReplicaSet(Arc<ReplicaSet>),
    /// A pod.
    Pod(Arc<Pod>),
    /// A Job.
    Job(Arc<Job>),
    /// A CronJob.
    CronJob(Arc<CronJob>),
    /// A node.
    Node(Arc<Node>),
    /// A quota.
    Quota(Arc<Quota>),
    /// An event.
    Event(Arc<Event>),
    /// The metadata of a Secret that a source fetches with.
    GitSecret(Arc<GitSecret>),
    /// The data of a ConfigMap.
    ConfigMap(Arc<BTreeMap<String, String>>),
    /// What Azure's agents have for a Flux configuration.
    FluxConfig(Arc<FluxConfig>),
    /// A line of a log.
    LogLine(Arc<str>),
}

impl Object {
    pub(super) fn namespace(value: &Value) -> Self {
        Object::Namespace(Arc::new(Namespace::read(value)))
    }

    pub(super) fn source(kind: SourceKind, value: &Value) -> Self {
        Object::Source(Arc::new(Source::read(kind, value)))
    }

    pub(super) fn kustomization(value: &Value) -> Self {
        Object::Kustomization(Arc::new(Kustomization::read(value)))
    }

    pub(super) fn helm_release(value: &Value) -> Self {
        Object::HelmRelease(Arc::new(HelmRelease::read(value)))
    }

    pub(super) fn workload(kind: WorkloadKind, value: &Value) -> Self {
        Object::Workload(Arc::new(Workload::read(kind, value)))
    }

    pub(super) fn replica_set(value: &Value) -> Self {
        Object::ReplicaSet(Arc::new(ReplicaSet::read(value)))
    }

    pub(super) fn pod(value: &Value) -> Self {
        Object::Pod(Arc::new(Pod::read(value)))
    }

    pub(super) fn job(value: &Value) -> Self {
        Object::Job(Arc::new(Job::read(value)))
    }

    pub(super) fn cron_job(value: &Value) -> Self {
        Object::CronJob(Arc::new(CronJob::read(value)))
    }

    pub(super) fn node(value: &Value) -> Self {
        Object::Node(Arc::new(Node::read(value)))
    }

    pub(super) fn quota(value: &Value) -> Self {
        Object::Quota(Arc::new(Quota::read(value)))
    }

    pub(super) fn event(value: &Value) -> Self {
        Object::Event(Arc::new(Event::read(value)))
    }

    pub(super) fn git_secret(value: &Value) -> Self {
        Object::GitSecret(Arc::new(GitSecret::read(value)))
    }

    pub(super) fn config_map(value: &Value) -> Self {
        Object::ConfigMap(Arc::new(text_map(&value["data"])))
    }

    pub(super) fn flux_config(value: &Value) -> Self {
        Object::FluxConfig(Arc::new(FluxConfig::read(value)))
    }

    pub(super) fn log_line(value: &Value) -> Self {
        Object::LogLine(harmless(value.as_str().unwrap_or_default()).into())
    }
}
