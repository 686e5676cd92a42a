//! Recorded timelines as a sequence of moments, each with everything the cluster would have answered.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gitops_core::model::cluster::{Answer, ClusterState, Kind, Scope};
use gitops_core::model::objects::SourceKind;
use gitops_core::model::pipeline::ClusterRef;
use gitops_core::model::verdict::Selection;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A recording.
pub(crate) struct Timeline {
    pub name: String,
    pub namespace: String,
    entries: Vec<(f64, Value)>,
    start: Timestamp,
}

/// The state of a cluster after one entry, or between two.
pub(crate) struct Moment {
    pub seconds: f64,
    pub now: Timestamp,
    pub cluster: ClusterState,
    /// The objects that are there, Flux's first.
    pub objects: Vec<Value>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden/flux")
}

/// The names of all recordings.
pub(crate) fn names() -> Vec<String> {
    let files = std::fs::read_dir(folder()).expect("recordings");
    let mut names: Vec<String> =
        files.filter_map(|file| Some(file.ok()?.path().file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    assert!(names.len() >= 30, "the recordings are there");
    names
}

impl Timeline {
    pub(crate) fn read(name: &str) -> Self {
        let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).expect("recording");
        let file: Value = serde_json::from_str(&text).expect("JSON");
        let namespace = file["namespace"].as_str().expect("namespace");
        Self::of(name, namespace, file["timeline"].as_array().expect("timeline"))
    }

    /// The timeline of entries that were recorded elsewhere.
    pub(crate) fn of(name: &str, namespace: &str, entries: &[Value]) -> Self {
        let entries: Vec<(f64, Value)> =
            entries.iter().map(|entry| (entry["t"].as_f64().expect("t"), entry.clone())).collect();
        let start = start(&entries);
        Self { name: name.to_owned(), namespace: namespace.to_owned(), entries, start }
    }

    pub(crate) fn selection(&self) -> Selection {
        Selection::Namespace(self.namespace.clone())
    }

    /// Every moment: after each entry, and at each whole second between two.
    pub(crate) fn moments(&self) -> Vec<Moment> {
        let mut objects: BTreeMap<String, Value> = BTreeMap::new();
        let mut moments = Vec::new();
        let mut last = 0.0_f64;
        for (seconds, entry) in &self.entries {
            let mut tick = last.floor() + 1.0;
            while tick < *seconds {
                moments.push(self.moment(tick, &objects));
                tick += 1.0;
            }
            last = *seconds;
            let Some(object) = entry.get("object") else {
                continue;
            };
            let key = format!("{}/{}", object["kind"], object["metadata"]["name"]);
            match entry["type"].as_str() {
                Some("DELETED") => objects.remove(&key),
                _ => objects.insert(key, object.clone()),
            };
            moments.push(self.moment(*seconds, &objects));
        }
        moments
    }

    fn moment(&self, seconds: f64, objects: &BTreeMap<String, Value>) -> Moment {
        let now = self.start + SignedDuration::from_millis((seconds * 1000.0) as i64);
        let objects: Vec<Value> = objects.values().cloned().collect();
        Moment { seconds, now, cluster: cluster(&self.namespace, &objects), objects }
    }
}

/// A cluster that was asked everything about one namespace with these objects.
pub(crate) fn cluster(namespace: &str, objects: &[Value]) -> ClusterState {
    let mut cluster = ClusterState::new(ClusterRef::InCluster);
    for (scope, answer) in answers(namespace, objects) {
        cluster.replace(scope, answer);
    }
    cluster
}

/// What a cluster with these objects in one namespace answers.
pub(crate) fn answers(namespace: &str, objects: &[Value]) -> BTreeMap<Scope, Answer> {
    const KINDS: [(Kind, &str); 19] = [
        (Kind::GitRepository, "GitRepository"),
        (Kind::OciRepository, "OCIRepository"),
        (Kind::Bucket, "Bucket"),
        (Kind::HelmRepository, "HelmRepository"),
        (Kind::HelmChart, "HelmChart"),
        (Kind::ExternalArtifact, "ExternalArtifact"),
        (Kind::Kustomization, "Kustomization"),
        (Kind::HelmRelease, "HelmRelease"),
        (Kind::Deployment, "Deployment"),
        (Kind::StatefulSet, "StatefulSet"),
        (Kind::DaemonSet, "DaemonSet"),
        (Kind::ReplicaSet, "ReplicaSet"),
        (Kind::Pod, "Pod"),
        (Kind::Job, "Job"),
        (Kind::CronJob, "CronJob"),
        (Kind::ResourceQuota, "ResourceQuota"),
        (Kind::Warning, "Event"),
        (Kind::KustomizationEvent, "Event"),
        (Kind::SourceEvent, "Event"),
    ];
    let mut answers = BTreeMap::new();
    for (kind, name) in KINDS {
        let of_kind = objects.iter().filter(|object| object["kind"] == name).filter(|object| match kind {
            Kind::Warning => object["type"] == "Warning",
            Kind::KustomizationEvent => object["involvedObject"]["kind"] == "Kustomization",
            Kind::SourceEvent => is_about_source(object),
            _ => true,
        });
        answers.insert(Scope::namespace(kind, namespace), Answer::Objects(of_kind.cloned().collect()));
        answers.insert(Scope::namespace(kind, "flux-system"), Answer::Objects(Vec::new()));
    }
    for node in objects.iter().filter(|object| object["kind"] == "Node") {
        let name = node["metadata"]["name"].as_str().unwrap_or_default();
        answers.insert(Scope::object(Kind::Node, "", name), Answer::Objects(vec![node.clone()]));
    }
    let itself =
        json!({ "kind": "Namespace", "metadata": { "name": namespace }, "status": { "phase": "Active" } });
    answers.insert(Scope::object(Kind::Namespace, "", namespace), Answer::Objects(vec![itself]));
    answers.insert(Scope::object(Kind::ArcConfig, "azure-arc", "azure-clusterconfig"), Answer::Absent);
    answers
}

/// Whether an event is about a source of any kind.
fn is_about_source(event: &Value) -> bool {
    event["involvedObject"]["kind"].as_str().is_some_and(|kind| SourceKind::named(kind).is_some())
}

/// The instant of second 0: one that puts every added object's creation at most a second before its entry.
fn start(entries: &[(f64, Value)]) -> Timestamp {
    let added =
        entries.iter().filter(|(_, entry)| entry["type"] == "ADDED" && entry["object"]["kind"] != "Event");
    let created = added.filter_map(|(seconds, entry)| {
        let created: Timestamp = entry["object"]["metadata"]["creationTimestamp"].as_str()?.parse().ok()?;
        Some(created.as_millisecond() - (seconds * 1000.0) as i64)
    });
    Timestamp::from_millisecond(created.max().expect("an added object")).expect("in range")
}
