//! Workloads, and what the cluster says about them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{Conditions, Meta, read};
use crate::model::argument::valid_name;
use crate::model::contract::REVISION_ANNOTATION;
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
        let count = |key: &str| read::number(status, key).unwrap_or(0);
        let daemon = kind == WorkloadKind::DaemonSet;
        Self {
            kind,
            meta: Meta::read(object),
            selector: read::map(&spec["selector"], "matchLabels"),
            desired: if daemon {
                count("desiredNumberScheduled")
            } else {
                read::number(spec, "replicas").unwrap_or(1)
            },
            ready: if daemon { count("numberReady") } else { count("readyReplicas") },
            available: if daemon { count("numberAvailable") } else { count("availableReplicas") },
            updated: if daemon { count("updatedNumberScheduled") } else { count("updatedReplicas") },
            observed_generation: count("observedGeneration"),
            update_revision: read::optional(status, "updateRevision"),
            conditions: Conditions::read(status),
            progress_deadline: read::number(spec, "progressDeadlineSeconds")
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
        format!("{}/{}", self.kind.name().to_lowercase(), valid_name(&self.meta.name, "<name>"))
    }

    /// Whether its controller has seen its specification.
    pub fn is_seen(&self) -> bool {
        self.observed_generation >= self.meta.generation
    }

    /// Whether it wants pods and has none that is ready.
    pub fn has_no_ready_pod(&self) -> bool {
        self.desired > 0 && self.ready <= 0
    }

    /// Whether all its pods run the current template and are available.
    pub fn is_settled(&self) -> bool {
        self.is_seen() && self.updated >= self.desired && self.available >= self.desired
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

/// A Job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// Metadata.
    pub meta: Meta,
    /// Its conditions.
    pub conditions: Conditions,
}

impl Job {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        Self { meta: Meta::read(object), conditions: Conditions::read(&object["status"]) }
    }
}

/// An event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Whether it warns.
    pub warning: bool,
    /// What happened, as a CamelCase word.
    pub reason: String,
    /// What happened, for people.
    pub message: String,
    /// Kind, namespace, name and uid of what it is about.
    pub about: (String, String, String, String),
    /// The revision that Flux noted on it.
    pub revision: Option<String>,
    /// When it was seen first.
    pub first: Option<Timestamp>,
    /// When it was seen last.
    pub last: Option<Timestamp>,
}

impl Event {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        let about = &object["involvedObject"];
        let annotations = &object["metadata"]["annotations"];
        Self {
            warning: read::text(object, "type") == "Warning",
            reason: read::text(object, "reason"),
            message: read::text(object, "message"),
            about: (
                read::text(about, "kind"),
                read::text(about, "namespace"),
                read::text(about, "name"),
                read::text(about, "uid"),
            ),
            revision: read::optional(annotations, REVISION_ANNOTATION),
            first: read::time(object, "firstTimestamp")
                .or_else(|| read::time(object, "eventTime"))
                .or_else(|| read::time(object, "lastTimestamp")),
            last: read::time(&object["series"], "lastObservedTime")
                .or_else(|| read::time(object, "lastTimestamp"))
                .or_else(|| read::time(object, "eventTime"))
                .or_else(|| read::time(object, "firstTimestamp")),
        }
    }

    /// Whether it is about this very object.
    pub fn concerns(&self, kind: &str, meta: &Meta) -> bool {
        let (about, namespace, name, uid) = &self.about;
        about == kind
            && namespace == &meta.namespace
            && name == &meta.name
            && (uid.is_empty() || meta.uid.is_empty() || uid == &meta.uid)
    }
}

/// A ResourceQuota.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    /// Metadata.
    pub meta: Meta,
    /// Resource, used, limit.
    pub used: Vec<(String, String, String)>,
}

impl Quota {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        let status = &object["status"];
        let (hard, used) = (read::map(status, "hard"), read::map(status, "used"));
        let row = |(resource, limit): (String, String)| {
            let used = used.get(&resource).cloned().unwrap_or_else(|| "0".to_owned());
            (resource, used, limit)
        };
        Self { meta: Meta::read(object), used: hard.into_iter().map(row).collect() }
    }
}

/// A namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Namespace {
    /// Metadata.
    pub meta: Meta,
    /// `Active` or `Terminating`.
    pub phase: String,
    /// Its conditions, which say what holds a deletion.
    pub conditions: Conditions,
}

impl Namespace {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        let status = &object["status"];
        Self {
            meta: Meta::read(object),
            phase: read::text(status, "phase"),
            conditions: Conditions::read(status),
        }
    }
}
