//! The state of all objects after any number of entries, and what an entry looks like to a watcher: functions
//! of the recording.
//!
//! A *position* is how many entries have been played. Versions follow from it: entry `i` has resource version
//! `i + 2`, what was there before the first has 1, and the state at position `p` has `p + 1`. A watch from a
//! list therefore misses nothing and repeats nothing, and no version is ever too old.

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;
use serde_json::{Value, json};

use super::kinds::catalogue;
use super::shift::Shift;
use super::timeline::{EventType, Log, RecordedAnswer, Timeline, TimelineContent};
use crate::kubernetes::{Catalogue, Matching, Resource};

/// An object's namespace and name.
type ObjectKey = (String, String);

/// A recording with its times moved, ready to be asked.
#[derive(Debug)]
pub(crate) struct RecordedCluster {
    catalogue: Catalogue,
    namespaces: Vec<Value>,
    history: Vec<Option<RecordedEvent>>,
    /// By the entries that they are.
    logs: Vec<(usize, Log)>,
    answers: Vec<(usize, RecordedAnswer)>,
}

#[derive(Debug)]
struct RecordedEvent {
    resource: usize,
    name: ObjectKey,
    /// The state; none once it is gone.
    after: Option<Value>,
    /// The last that was seen of it.
    object: Value,
    /// The entry that made the state before; none when there was no object.
    before: Option<usize>,
}

/// What a watcher is told of one entry.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sight {
    pub(crate) change: EventType,
    pub(crate) object: Value,
}

impl RecordedCluster {
    /// The world of `timeline` with times moved by `shift`, where `known` kinds have short names and columns.
    pub(crate) fn new(timeline: &Timeline, shift: &Shift, known: &[Resource]) -> Self {
        let catalogue = catalogue(timeline, known);
        let (mut logs, mut answers) = (Vec::new(), Vec::new());
        let mut living: BTreeMap<(usize, ObjectKey), usize> = BTreeMap::new();
        let mut history = Vec::with_capacity(timeline.entries.len());
        for (index, entry) in timeline.entries.iter().enumerate() {
            let event = match &entry.what {
                TimelineContent::Change(change, object) => {
                    event(&catalogue, &mut living, index, *change, object, shift)
                }
                TimelineContent::Log(log) => {
                    logs.push((index, log.clone()));
                    None
                }
                TimelineContent::Answer(answer) => {
                    answers.push((index, answer.clone()));
                    None
                }
                TimelineContent::Step(_) => None,
            };
            history.push(event);
        }
        Self { namespaces: namespaces(timeline, shift), catalogue, history, logs, answers }
    }

    /// The last lines that a container of a pod had written at `position`, where they were recorded; of any container
    /// where none is named.
    pub(crate) fn log(
        &self,
        position: usize,
        namespace: &str,
        pod: &str,
        container: Option<&str>,
    ) -> Option<&[String]> {
        let is_asked = |log: &Log| {
            (log.namespace.as_str(), log.pod.as_str()) == (namespace, pod)
                && container.is_none_or(|container| log.container == container)
        };
        let logs = self.logs.iter().take_while(|(index, _)| *index < position);
        let (_, log) = logs.filter(|(_, log)| is_asked(log)).last()?;
        Some(&log.lines)
    }

    /// What a question is answered with at `position` instead of objects, where it is.
    pub(crate) fn refused(
        &self,
        position: usize,
        resource: usize,
        namespace: Option<&str>,
        name: Option<&str>,
    ) -> Option<StatusCode> {
        let resource = self.resource(resource).qualified();
        let is_asked = |answer: &RecordedAnswer| {
            answer.resource == resource
                && answer.namespace.as_deref() == namespace
                && answer.name.as_deref() == name
        };
        let answers = self.answers.iter().take_while(|(index, _)| *index < position);
        let (_, answer) = answers.filter(|(_, answer)| is_asked(answer)).last()?;
        Some(answer.code).filter(|code| !code.is_success())
    }

    /// The kinds that exist here.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The resource at a place in the catalogue.
    pub(crate) fn resource(&self, resource: usize) -> &Resource {
        &self.catalogue.resources()[resource]
    }

    /// The resource version of everything at `position`.
    pub(crate) fn version(position: usize) -> u64 {
        position as u64 + 1
    }

    /// The position that has resource version `version`.
    pub(crate) fn position(version: u64) -> usize {
        usize::try_from(version.saturating_sub(1)).unwrap_or(usize::MAX)
    }

    /// The objects of `resource` (its place in the catalogue) at `position`, by namespace and name.
    pub(crate) fn objects(&self, resource: usize, position: usize) -> impl Iterator<Item = &Value> {
        let mut living: BTreeMap<(&str, &str), &Value> = BTreeMap::new();
        if self.catalogue.resources()[resource].kind == "Namespace" {
            living.extend(self.namespaces.iter().map(|object| (("", name_of(object)), object)));
        }
        for event in self.history.iter().take(position).flatten() {
            if event.resource == resource {
                let name = (event.name.0.as_str(), event.name.1.as_str());
                match &event.after {
                    Some(object) => living.insert(name, object),
                    None => living.remove(&name),
                };
            }
        }
        living.into_values()
    }

    /// What entry `index` is to somebody who watches the objects of `resource` that match: an object that
    /// begins to match comes, one that ceases to match goes, as its last matching self.
    pub(crate) fn sight(&self, index: usize, resource: usize, filter: &impl Matching) -> Option<Sight> {
        let event = self.history.get(index)?.as_ref()?;
        if event.resource != resource {
            return None;
        }
        let matching = |object: &&Value| filter.matches(object);
        let before =
            event.before.and_then(|before| self.history[before].as_ref()?.after.as_ref()).filter(matching);
        let after = event.after.as_ref().filter(matching);
        let (change, object) = match (before, after) {
            (None, None) => return None,
            (None, Some(object)) => (EventType::Added, object.clone()),
            (Some(_), Some(object)) => (EventType::Modified, object.clone()),
            (Some(_), None) if event.after.is_none() => (EventType::Deleted, event.object.clone()),
            (Some(object), None) => (EventType::Deleted, versioned(object.clone(), index)),
        };
        Some(Sight { change, object })
    }
}

fn event(
    catalogue: &Catalogue,
    living: &mut BTreeMap<(usize, ObjectKey), usize>,
    index: usize,
    change: EventType,
    object: &Value,
    shift: &Shift,
) -> Option<RecordedEvent> {
    let resource = catalogue.of_object(object)?;
    let name = (namespace_of(object).to_owned(), name_of(object).to_owned());
    let mut object = versioned(object.clone(), index);
    remove_secrets(&mut object);
    shift.apply(&mut object);
    let place = (resource, name.clone());
    let (before, after) = match change {
        EventType::Deleted => (living.remove(&place), None),
        EventType::Added | EventType::Modified => (living.insert(place, index), Some(object.clone())),
    };
    Some(RecordedEvent { resource, name, after, object, before })
}

fn versioned(mut object: Value, index: usize) -> Value {
    object["metadata"]["resourceVersion"] = Value::String(RecordedCluster::version(index + 1).to_string());
    object
}

/// Recordings should hold nothing of what is in Secrets; what one holds anyway is not served.
fn remove_secrets(object: &mut Value) {
    let is_secret = object["apiVersion"] == "v1" && object["kind"] == "Secret";
    if let Some(fields) = object.as_object_mut().filter(|_| is_secret) {
        fields.retain(|name, _| matches!(name.as_str(), "apiVersion" | "kind" | "metadata" | "type"));
        if let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.remove("annotations");
        }
    }
}

fn name_of(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

fn namespace_of(object: &Value) -> &str {
    object["metadata"]["namespace"].as_str().unwrap_or_default()
}

/// The namespaces that the recording takes for granted, as old as the recording.
fn namespaces(timeline: &Timeline, shift: &Shift) -> Vec<Value> {
    let mut names = BTreeSet::from([timeline.namespace.as_str()]);
    let mut recorded = BTreeSet::new();
    for entry in &timeline.entries {
        if let TimelineContent::Change(_, object) = &entry.what {
            names.insert(namespace_of(object));
            if object["kind"] == "Namespace" && object["apiVersion"] == "v1" {
                recorded.insert(name_of(object));
            }
        }
    }
    names
        .iter()
        .filter(|name| !name.is_empty() && !recorded.contains(*name))
        .enumerate()
        .map(|(index, name)| namespace(name, index, shift))
        .collect()
}

fn namespace(name: &str, index: usize, shift: &Shift) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": name,
            "uid": format!("00000000-0000-4000-8000-{index:012}"),
            "resourceVersion": RecordedCluster::version(0).to_string(),
            "creationTimestamp": format!("{:.0}", shift.of_second(0.0)),
            "labels": {"kubernetes.io/metadata.name": name},
        },
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{Shift, Timeline};
    use super::RecordedCluster;
    use crate::kubernetes::Matching;

    /// Those whose label `w` is `x`, or all.
    struct Labelled(bool);

    impl Matching for Labelled {
        fn matches(&self, object: &Value) -> bool {
            !self.0 || object["metadata"]["labels"]["w"] == "x"
        }
    }

    /// The life of the golden recording of watches: b is made, leaves the selector, returns, is deleted.
    fn world() -> RecordedCluster {
        let entry = |t: u8, change: &str, w: &str| {
            let metadata = json!({"name": "b", "namespace": "n", "labels": {"w": w}});
            json!({"t": t, "type": change,
                "object": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}})
        };
        let timeline = json!({"scenario": "s", "namespace": "n", "timeline": [
            entry(1, "ADDED", "x"), {"t": 2, "step": "relabel"}, entry(2, "MODIFIED", "y"),
            entry(3, "MODIFIED", "x"), entry(4, "DELETED", "x"), entry(5, "ADDED", "y"),
            {"t": 6, "type": "ADDED", "object": {"apiVersion": "v1", "kind": "Secret",
                "metadata": {"name": "s", "namespace": "other", "annotations": {"a": "eA=="}},
                "data": {"token": "eA=="}}},
            {"t": 7, "log": {"namespace": "n", "pod": "p", "container": "c", "lines": ["x"]}},
            {"t": 8, "answer": {"resource": "pods", "namespace": "n", "code": 403}},
            {"t": 9, "answer": {"resource": "pods", "namespace": "n", "code": 200}},
        ]});
        let timeline = Timeline::parse(&timeline.to_string()).unwrap();
        let shift = Shift::new(&timeline, 0.0, jiff::Timestamp::UNIX_EPOCH, 1.0);
        RecordedCluster::new(&timeline, &shift, &[])
    }

    fn seen(world: &RecordedCluster, filter: &Labelled) -> Vec<String> {
        let maps = world.catalogue().named("", "v1", "configmaps").unwrap();
        (0..world.history.len())
            .filter_map(|index| world.sight(index, maps, filter))
            .map(|sight| {
                let metadata = &sight.object["metadata"];
                let (version, w) = (&metadata["resourceVersion"], &metadata["labels"]["w"]);
                format!("{} {} {}", sight.change.word(), version.as_str().unwrap(), w.as_str().unwrap())
            })
            .collect()
    }

    #[test]
    fn a_watcher_sees_objects_come_change_and_go() {
        let all = ["ADDED 2 x", "MODIFIED 4 y", "MODIFIED 5 x", "DELETED 6 x", "ADDED 7 y"];
        assert_eq!(seen(&world(), &Labelled(false)), all);
        let labelled = ["ADDED 2 x", "DELETED 4 x", "ADDED 5 x", "DELETED 6 x"];
        assert_eq!(seen(&world(), &Labelled(true)), labelled);
    }

    #[test]
    fn the_state_at_a_position_is_what_its_entries_made() {
        let world = world();
        let maps = world.catalogue().named("", "v1", "configmaps").unwrap();
        let counts = [0, 1, 1, 1, 1, 0, 1, 1, 1].into_iter().enumerate();
        for (position, count) in counts {
            assert_eq!(world.objects(maps, position).count(), count, "at {position}");
        }
    }

    #[test]
    fn what_is_in_secrets_is_never_served_but_that_they_are_there() {
        let world = world();
        let secrets = world.catalogue().named("", "v1", "secrets").unwrap();
        let secret = world.objects(secrets, world.history.len()).next().expect("it is there");
        assert_eq!(secret["metadata"]["name"], "s");
        assert!(!secret.to_string().contains("eA=="), "{secret}");
        let namespaces = world.catalogue().named("", "v1", "namespaces").unwrap();
        let names = world.objects(namespaces, 0).map(|object| object["metadata"]["name"].clone());
        assert_eq!(names.collect::<Vec<_>>(), ["n", "other"]);
    }

    #[test]
    fn logs_and_refusals_are_there_from_their_entries_on() {
        let world = world();
        let pods = world.catalogue().named("", "v1", "pods").unwrap();
        let end = world.history.len();
        for (position, has_log, code) in
            [(end - 3, false, None), (end - 2, true, None), (end - 1, true, Some(403)), (end, true, None)]
        {
            assert_eq!(world.log(position, "n", "p", Some("c")).is_some(), has_log, "at {position}");
            let refused = world.refused(position, pods, Some("n"), None);
            assert_eq!(refused.map(|code| code.as_u16()), code, "at {position}");
        }
        assert_eq!(world.log(end, "n", "p", None), Some(["x".to_owned()].as_slice()));
        assert_eq!(world.log(end, "n", "p", Some("other")), None);
        assert_eq!(world.refused(end - 1, pods, None, None), None);
    }
}
