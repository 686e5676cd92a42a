//! Workloads, their pods and what the cluster says about them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{Conditions, Meta, read};
use crate::model::contract::REVISION_ANNOTATION;
use crate::model::verdict::timing::CONTAINER_PROOF_SECONDS;

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
        }
    }

    /// `Deployment dev-hello/hello`.
    pub fn title(&self) -> String {
        format!("{} {}", self.kind.name(), self.meta.key())
    }

    /// `deployment/hello`, as kubectl takes it.
    pub fn argument(&self) -> String {
        format!("{}/{}", self.kind.name().to_lowercase(), self.meta.name)
    }

    /// Whether its controller has seen its specification.
    pub fn is_seen(&self) -> bool {
        self.observed_generation >= self.meta.generation
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

/// A container of a pod, an init container too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// Whether it is ready.
    pub ready: bool,
    /// Since when it runs.
    pub started: Option<Timestamp>,
    /// Why it waits, and what is said about it.
    pub waiting: Option<(String, String)>,
    /// Reason and exit code of its end: the current one's, else the last one's.
    pub ended: Option<(String, i64)>,
    /// How often it was restarted.
    pub restarts: i64,
}

impl Container {
    fn read(status: &Value) -> Self {
        let ended = |state: &Value| {
            let end = &state["terminated"];
            end.is_object().then(|| (read::text(end, "reason"), read::number(end, "exitCode").unwrap_or(0)))
        };
        let waiting = &status["state"]["waiting"];
        Self {
            name: read::text(status, "name"),
            image: read::text(status, "image"),
            ready: read::flag(status, "ready"),
            started: read::time(&status["state"]["running"], "startedAt"),
            waiting: waiting
                .is_object()
                .then(|| (read::text(waiting, "reason"), read::text(waiting, "message"))),
            ended: ended(&status["state"]).or_else(|| ended(&status["lastState"])),
            restarts: read::number(status, "restartCount").unwrap_or(0),
        }
    }

    /// Whether it starts and ends again and again. Between two back-offs it runs for a moment, or has just
    /// ended, and without a readiness probe it is even ready: it crashes all the same.
    pub fn crashes(&self, now: Timestamp) -> bool {
        let backs_off = self.waiting.as_ref().is_some_and(|(reason, _)| reason == "CrashLoopBackOff");
        let ended_badly = self.ended.as_ref().is_some_and(|(_, code)| *code != 0) && self.waiting.is_none();
        let unready = !self.ready && self.restarts >= 2;
        let is_young = self
            .started
            .is_some_and(|started| now.as_second() - started.as_second() < CONTAINER_PROOF_SECONDS);
        backs_off || ended_badly && (unready || self.restarts >= 3 && is_young)
    }

    /// Whether its image cannot be had.
    pub fn cannot_pull(&self) -> bool {
        const REASONS: [&str; 6] = [
            "ImagePullBackOff",
            "ErrImagePull",
            "InvalidImageName",
            "ErrImageNeverPull",
            "RegistryUnavailable",
            "ImageInspectError",
        ];
        self.waiting.as_ref().is_some_and(|(reason, _)| REASONS.contains(&reason.as_str()))
    }

    /// Whether its configuration keeps it from being created: a ConfigMap or Secret that is missing.
    pub fn cannot_be_created(&self) -> bool {
        self.waiting.as_ref().is_some_and(|(reason, _)| {
            matches!(
                reason.as_str(),
                "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError"
            )
        })
    }
}

/// A pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pod {
    /// Metadata.
    pub meta: Meta,
    /// `Pending`, `Running`, `Succeeded`, `Failed`.
    pub phase: String,
    /// Its containers, init containers first.
    pub containers: Vec<Container>,
    /// Its conditions.
    pub conditions: Conditions,
}

impl Pod {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        let status = &object["status"];
        let init = read::list(status, "initContainerStatuses");
        Self {
            meta: Meta::read(object),
            phase: read::text(status, "phase"),
            containers: init.chain(read::list(status, "containerStatuses")).map(Container::read).collect(),
            conditions: Conditions::read(status),
        }
    }

    /// Whether it belongs to a Job.
    pub fn is_of_job(&self) -> bool {
        self.meta.owners.iter().any(|(kind, _)| kind == "Job")
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
