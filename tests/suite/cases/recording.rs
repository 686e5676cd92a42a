//! A case as a recording: what a cluster with its objects answers to whatever is asked of it at a second.
//!
//! The questions are those of the verdict itself, asked until it wants nothing more, so that a kind which it learns
//! to read is answered from the same files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gitops_core::model::cluster::{Answer, ClusterState, Kind, Scope, Within};
use gitops_core::model::pipeline::ClusterRef;
use gitops_core::model::verdict::{EnvironmentStatus, Selection, picture, wants};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// How often a verdict may want more than it wanted before.
const WAVES: usize = 6;

/// The objects of a cluster over a few seconds.
pub(crate) struct Recording {
    pub namespace: String,
    /// The instant of second 0.
    start: Timestamp,
    entries: Vec<Value>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden/cases")
}

/// The names of all cases.
pub(crate) fn names() -> Vec<String> {
    let files = std::fs::read_dir(folder()).expect("cases").filter_map(Result::ok).map(|file| file.path());
    let recordings = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let mut names: Vec<String> =
        recordings.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}

/// The text of a case.
pub(super) fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(format!("{name}.json"))).expect(name)
}

impl Recording {
    pub(crate) fn read(name: &str) -> Self {
        let file: Value = serde_json::from_str(&text(name)).expect("JSON");
        let entries = file["timeline"].as_array().expect("a timeline").clone();
        let created = |entry: &Value| entry.pointer("/object/metadata/creationTimestamp").cloned();
        let recorded_at = entries.iter().find(|entry| entry["object"]["metadata"]["name"] == "recorded-at");
        let start = recorded_at.and_then(created).expect("what says when it was recorded");
        let stated = file.get("recordedAt").unwrap_or(&start);
        assert_eq!(*stated, start, "{name} says twice when it was recorded");
        Self {
            namespace: file["namespace"].as_str().expect("a namespace").to_owned(),
            start: start.as_str().and_then(|start| start.parse().ok()).expect("a time"),
            entries,
        }
    }

    /// The objects that are there at a second.
    pub(crate) fn objects(&self, second: f64) -> Vec<Value> {
        let mut objects: BTreeMap<String, Value> = BTreeMap::new();
        for entry in &self.entries {
            let object = &entry["object"];
            if entry["t"].as_f64().expect("t") > second || object.is_null() {
                continue;
            }
            let metadata = &object["metadata"];
            let key = format!("{} {} {}", object["kind"], metadata["namespace"], metadata["name"]);
            match entry["type"].as_str() {
                Some("DELETED") => objects.remove(&key),
                _ => objects.insert(key, object.clone()),
            };
        }
        objects.into_values().collect()
    }

    /// What time it is at a second.
    pub(crate) fn time(&self, second: f64) -> Timestamp {
        self.start + SignedDuration::from_millis((second * 1000.0) as i64)
    }

    /// The verdict on its namespace at a second.
    pub(super) fn status(&self, second: f64) -> Option<EnvironmentStatus> {
        judge(&self.namespace, &self.objects(second), self.time(second))
    }
}

/// Who asks.
#[derive(Clone, Copy)]
pub(super) enum Reader {
    /// One who may read everything.
    OfEverything,
    /// One who may read what is in the namespace, and nothing else.
    OfNamespace,
}

impl Reader {
    /// Whether this may be asked, by somebody with rights in this namespace.
    fn may_read(self, scope: &Scope, namespace: &str) -> bool {
        match (self, &scope.within) {
            (Reader::OfEverything, _) => true,
            (Reader::OfNamespace, Within::Cluster) => false,
            (Reader::OfNamespace, Within::Namespace(asked) | Within::Object(asked, _)) => asked == namespace,
        }
    }
}

/// The verdict on a namespace of a cluster with these objects.
pub(crate) fn judge(namespace: &str, objects: &[Value], now: Timestamp) -> Option<EnvironmentStatus> {
    judge_as(Reader::OfEverything, namespace, objects, now)
}

/// The same, for one who may not read everything.
pub(super) fn judge_as(
    reader: Reader,
    namespace: &str,
    objects: &[Value],
    now: Timestamp,
) -> Option<EnvironmentStatus> {
    let selection = Selection::Namespace(namespace.to_owned());
    let mut state = ClusterState::new(ClusterRef::InCluster);
    for _ in 0..WAVES {
        let wanted = wants(&state, &selection);
        let new: Vec<Scope> = wanted.into_iter().filter(|scope| state.outcome(scope).is_none()).collect();
        if new.is_empty() {
            break;
        }
        for scope in new {
            let may_read = reader.may_read(&scope, namespace);
            let answer = if may_read { answer(&scope, objects) } else { Answer::Forbidden };
            state.replace(scope, answer);
        }
    }
    let environments = picture(&state, &selection, now).environments;
    environments.into_iter().find(|environment| environment.id.namespace == namespace)
}

/// What a cluster with these objects answers.
pub(super) fn answer(scope: &Scope, objects: &[Value]) -> Answer {
    let row = scope.kind.row();
    if scope.kind == Kind::Log {
        return Answer::Absent;
    }
    let is_within = |object: &Value| {
        let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
        match &scope.within {
            Within::Cluster => true,
            Within::Namespace(namespace) => text("namespace") == *namespace,
            Within::Object(namespace, name) => text("namespace") == *namespace && text("name") == *name,
        }
    };
    let group = |object: &Value| {
        let version = object["apiVersion"].as_str().unwrap_or_default().to_owned();
        version.split_once('/').map(|(group, _)| group.to_owned()).unwrap_or_default()
    };
    let found: Vec<Value> =
        objects
            .iter()
            .filter(|object| object["kind"] == row.name && group(object) == row.group && is_within(object))
            .filter(|object| row.field_selector.is_none_or(|selector| is_selected(object, selector)))
            .map(|object| {
                if row.is_metadata_only { json!({ "metadata": object["metadata"] }) } else { object.clone() }
            })
            .collect();
    match scope.within {
        Within::Object(..) if found.is_empty() => Answer::Absent,
        _ => Answer::Objects(found),
    }
}

/// Whether an object has what a field selector asks for: `type=Warning`, `involvedObject.kind=Kustomization`.
fn is_selected(object: &Value, selector: &str) -> bool {
    selector.split(',').all(|term| {
        let (path, value, is_wanted) = match term.split_once("!=") {
            Some((path, value)) => (path, value, false),
            None => term.split_once('=').map(|(path, value)| (path, value, true)).expect("a term"),
        };
        // Of an event `source` is the name of what wrote it.
        let path = if path == "source" { "source.component" } else { path };
        let field = path.split('.').fold(object, |object, name| &object[name]);
        (field.as_str().unwrap_or_default() == value) == is_wanted
    })
}
