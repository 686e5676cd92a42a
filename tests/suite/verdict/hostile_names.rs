//! What a cluster says reaches no advised command unless it is a valid name: whatever is written into a field of an
//! object, a person who copies a line runs nothing but that line.

use std::collections::BTreeSet;

use gitops_core::model::verdict::{EnvironmentStatus, Selection, picture};
use serde_json::Value;

use super::advice::situations;
use super::least::{NAMESPACE, judged, now};
use super::timeline::{Timeline, cluster, names};
use crate::cases::recording::{self, Recording};

const FLUX_NAMESPACE: &str = "flux-system";

/// What could run, or be taken for a flag; each has the mark that no command may have.
const HOSTILE: [&str; 8] = [
    "$(touch MARK)",
    "`touch MARK`",
    "'; touch MARK; '",
    "\"; touch MARK; \"",
    "--MARK",
    "a\n$MARK",
    "a\u{202e}MARK",
    "a\u{1b}[2J|MARK",
];

/// Every value in turn is replaced wherever it stands, so that objects go on referring to each other.
fn assert_harmless(what: &str, objects: &[Value], judge: impl Fn(&[Value]) -> Vec<EnvironmentStatus>) {
    let mut values = BTreeSet::new();
    objects.iter().for_each(|object| collect(object, &mut values));
    assert!(!values.is_empty());
    for (index, value) in values.iter().enumerate() {
        let hostile = HOSTILE[index % HOSTILE.len()];
        let objects: Vec<Value> = objects.iter().map(|object| replaced(object, value, hostile)).collect();
        for environment in judge(&objects) {
            for next in environment.next {
                assert!(!next.command.contains("MARK"), "{what}, {hostile:?} for {value}: {}", next.command);
            }
        }
    }
}

/// The texts of an object, kinds and times aside: they decide what is read at all.
fn collect(value: &Value, values: &mut BTreeSet<String>) {
    match value {
        // Messages and digests are put into no command.
        Value::String(text) => {
            values.extend(Some(text.clone()).filter(|text| text.len() <= 63 && !text.contains(' ')))
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, values)),
        Value::Object(fields) => {
            let told = fields
                .iter()
                .filter(|(name, _)| !matches!(name.as_str(), "kind" | "type" | "status" | "time"));
            let within = fields.get("status").filter(|status| status.is_object());
            told.map(|(_, field)| field).chain(within).for_each(|field| collect(field, values));
        }
        _ => {}
    }
}

/// With the text put wherever the value stands: as a whole, or as a part of another text.
fn replaced(object: &Value, value: &str, hostile: &str) -> Value {
    match object {
        Value::String(text) if text == value => Value::from(hostile),
        // An inventory names an object in one text: `<namespace>_<name>_<group>_<kind>`.
        Value::String(text) if text.split('_').any(|part| part == value) => {
            let parts: Vec<&str> =
                text.split('_').map(|part| if part == value { hostile } else { part }).collect();
            Value::from(parts.join("_"))
        }
        Value::Array(elements) => {
            elements.iter().map(|element| replaced(element, value, hostile)).collect::<Vec<_>>().into()
        }
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, field)| (name.clone(), replaced(field, value, hostile)));
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}

#[test]
fn no_text_of_a_recorded_object_reaches_a_command_unless_it_is_a_name() {
    for name in names() {
        let timeline = Timeline::read(&name);
        let moments = timeline.moments();
        for moment in [moments.len() / 2, moments.len() - 1].map(|index| &moments[index]) {
            assert_harmless(&name, &moment.objects, |objects| {
                picture(&cluster(&timeline.namespace, objects), &timeline.selection(), moment.now)
                    .environments
            });
        }
    }
}

#[test]
fn no_text_of_a_situation_reaches_a_command_unless_it_is_a_name() {
    for (index, objects) in situations().iter().enumerate() {
        assert_harmless(&format!("situation {index}"), objects, |objects| {
            judged(&cluster(NAMESPACE, objects)).environments
        });
        let whole = Selection::All;
        assert_harmless(&format!("situation {index}, the whole cluster"), objects, |objects| {
            picture(&cluster(NAMESPACE, objects), &whole, now()).environments
        });
    }
}

#[test]
fn no_text_of_a_case_reaches_a_command_unless_it_is_a_name() {
    for case in recording::names() {
        let recording = Recording::read(&case);
        let (objects, now) = (recording.objects(0.0), recording.time(0.0));
        // What every case has: the controllers of Flux.
        let is_own =
            |object: &&Value| object["metadata"]["namespace"] != FLUX_NAMESPACE || !is_of_controllers(object);
        let own: Vec<Value> = objects.iter().filter(is_own).cloned().collect();
        assert_harmless(&case, &own, |own| {
            let others = objects.iter().filter(|object| !is_own(object)).cloned();
            let all: Vec<Value> = own.iter().cloned().chain(others).collect();
            recording::judge(&recording.namespace, &all, now).into_iter().collect()
        });
    }
}

fn is_of_controllers(object: &Value) -> bool {
    matches!(object["kind"].as_str(), Some("Deployment" | "ReplicaSet" | "Pod"))
}
