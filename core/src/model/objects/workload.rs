//! Workloads, and what the cluster says about them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{Conditions, Meta, read};
use crate::model::argument::valid_name;
use crate::model::verdict::timing::PROGRESS_DEADLINE_SECONDS;

/// The kinds of workload whose readiness is followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkloadKind {
    /// `apps/v1` Deployment.
    #[default]
    Deployment,
    /// `apps/v1` StatefulSet.
    StatefulSet,
    /// `apps/v1` DaemonSet.
    DaemonSet,
}

impl WorkloadKind {
    /// The kind's name.
    pub fn name(self) -> &'static str {
        match self {
            WorkloadKind::Deployment => "Deployment",
            WorkloadKind::StatefulSet => "StatefulSet",
            WorkloadKind::DaemonSet => "DaemonSet",
        }
    }
}

/// A Deployment, StatefulSet or DaemonSet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workload {
    /// What it is.
    pub kind: WorkloadKind,
    /// Metadata.
    pub meta: Meta,
    /// Labels its pods must carry.
    pub selector: BTreeMap<String, String>,
    /// How many pods it should have.
    pub desired: i64,
    /// How many are ready.
    pub ready: i64,
    /// How many are available.
    pub available: i64,
    /// How many run the current template.
    pub updated: i64,
    /// How many there are, of any template.
    pub current: i64,
    /// How many are kept at the template before: all of those that `OnDelete` does not replace, and those below the
    /// `partition` of a StatefulSet.
    pub kept_back: i64,
    /// Whether a pod is replaced only once somebody deletes it (`OnDelete`).
    pub is_on_delete: bool,
    /// Whether its roll-out is paused.
    pub is_paused: bool,
    /// For how many seconds a pod must have been ready to be available.
    pub min_ready: i64,
    /// The number of a DaemonSet's current template, which pods made from it carry as a label.
    pub template_generation: Option<String>,
    /// The generation its status speaks of.
    pub observed_generation: i64,
    /// The revision of a StatefulSet's current template, which its pods carry as a label.
    pub update_revision: Option<String>,
    /// Its conditions.
    pub conditions: Conditions,
    /// How many seconds a Deployment's roll-out may go without progress.
    pub progress_deadline: i64,
    /// When a Deployment's roll-out made progress last. The transition of condition `Progressing` does not say
    /// that: the condition stays `True` from one roll-out to the next.
    pub progressed: Option<Timestamp>,
}

impl Workload {
    /// Reads one of a kind.
    pub fn read(kind: WorkloadKind, object: &Value) -> Self {
        let (spec, status) = (&object["spec"], &object["status"]);
        let count = |key: &str| read::count(status, key).unwrap_or(0);
        let daemon = kind == WorkloadKind::DaemonSet;
        let desired =
            if daemon { count("desiredNumberScheduled") } else { read::count(spec, "replicas").unwrap_or(1) };
        let ready = if daemon { count("numberReady") } else { count("readyReplicas") };
        // Older servers do not count the available pods of StatefulSets.
        let available = match kind {
            WorkloadKind::DaemonSet => count("numberAvailable"),
            WorkloadKind::StatefulSet => read::count(status, "availableReplicas").unwrap_or(ready),
            WorkloadKind::Deployment => count("availableReplicas"),
        };
        Self {
            kind,
            meta: Meta::read(object),
            selector: read::map(&spec["selector"], "matchLabels"),
            desired,
            ready,
            available,
            updated: if daemon { count("updatedNumberScheduled") } else { count("updatedReplicas") },
            current: if daemon { count("currentNumberScheduled") } else { count("replicas") },
            kept_back: kept_back(kind, spec, desired),
            is_on_delete: is_on_delete(kind, spec),
            is_paused: kind == WorkloadKind::Deployment && read::flag(spec, "paused"),
            min_ready: read::count(spec, "minReadySeconds").unwrap_or(0),
            template_generation: read::optional(
                &object["metadata"]["annotations"],
                "deprecated.daemonset.template.generation",
            ),
            observed_generation: read::number(status, "observedGeneration").unwrap_or(0),
            update_revision: read::optional(status, "updateRevision"),
            conditions: Conditions::read(status),
            // The greatest number stands for none.
            progress_deadline: read::count(spec, "progressDeadlineSeconds")
                .filter(|seconds| *seconds < i64::from(i32::MAX))
                .unwrap_or(PROGRESS_DEADLINE_SECONDS),
            progressed: read::list(status, "conditions")
                .find(|condition| condition["type"] == "Progressing")
                .and_then(|condition| read::time(condition, "lastUpdateTime")),
        }
    }

    /// `Deployment dev-hello/hello`.
    pub fn title(&self) -> String {
        format!("{} {}", self.kind.name(), self.meta.key())
    }

    /// `deployment/hello`, as kubectl takes it.
    pub fn argument(&self) -> String {
        format!("{}/{}", self.kind.name().to_lowercase(), valid_name(&self.meta.name, "'<name>'"))
    }

    /// Whether its controller has seen its specification.
    pub fn is_seen(&self) -> bool {
        self.observed_generation >= self.meta.generation
    }

    /// Whether it wants pods and has none that is ready.
    pub fn has_no_ready_pod(&self) -> bool {
        self.desired > 0 && self.ready <= 0
    }

    /// How many pods of the current template are to come in place of others.
    pub fn not_updated(&self) -> i64 {
        (self.desired - self.kept_back - self.updated).max(0)
    }

    /// How many pods of former templates a Deployment still has, which go when those of the current one are available.
    pub fn surplus(&self) -> i64 {
        if self.kind == WorkloadKind::Deployment { (self.current - self.updated).max(0) } else { 0 }
    }

    /// Whether all its pods that should run the current template do, the others are gone and enough are available, as
    /// `kubectl rollout status` has it.
    pub fn is_settled(&self) -> bool {
        self.is_seen() && self.not_updated() == 0 && self.surplus() == 0 && self.available >= self.desired
    }
}

fn is_on_delete(kind: WorkloadKind, spec: &Value) -> bool {
    kind != WorkloadKind::Deployment && spec["updateStrategy"]["type"] == "OnDelete"
}

/// How many pods a new template does not replace by itself.
fn kept_back(kind: WorkloadKind, spec: &Value, desired: i64) -> i64 {
    let strategy = &spec["updateStrategy"];
    match kind {
        _ if is_on_delete(kind, spec) => desired,
        WorkloadKind::StatefulSet => {
            read::count(&strategy["rollingUpdate"], "partition").unwrap_or(0).clamp(0, desired.max(0))
        }
        WorkloadKind::Deployment | WorkloadKind::DaemonSet => 0,
    }
}

/// A ReplicaSet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplicaSet {
    /// Metadata.
    pub meta: Meta,
    /// Counts the Deployment's templates.
    pub revision: i64,
}

impl ReplicaSet {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        let meta = Meta::read(object);
        let revision =
            meta.annotations.get("deployment.kubernetes.io/revision").and_then(|text| text.parse().ok());
        Self { revision: revision.unwrap_or_default(), meta }
    }
}
