//! What counts as the same timeline: of every GitRepository and Kustomization, and of what they tell, the same
//! distinct states in the same order. Set aside is what every cluster gives anew: times, uids, addresses, sizes, how
//! long something took, random folders, how objects interleave, and how often a poll found nothing. Digests
//! compare as names.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value, json};

/// The states of every object, by its name, each with its second.
pub(super) type Sequences = BTreeMap<String, Vec<(f64, Value)>>;

const KINDS: [&str; 2] = ["GitRepository", "Kustomization"];
const REVISIONS: [&str; 2] = ["kustomize.toolkit.fluxcd.io/revision", "source.toolkit.fluxcd.io/revision"];

/// How long something took, and the folder that it was done in.
static ANEW: LazyLock<Regex> = LazyLock::new(|| {
    let parts = [r"(passed in|failed after|finished in) [0-9hmµns.]+[0-9hmµns]", r"/tmp/kustomization-\d+/"];
    Regex::new(&parts.join("|")).unwrap()
});

/// The sequences of a timeline's entries: `{t, type, object}`.
pub(super) fn sequences(entries: impl Iterator<Item = Value>) -> Sequences {
    let mut sequences = Sequences::new();
    let mut digests: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in entries {
        let (Some(second), object) = (entry["t"].as_f64(), &entry["object"]) else { continue };
        let change = entry["type"].as_str().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (name, state) = if object["kind"] == "Event" {
            let of = &object["involvedObject"];
            if !KINDS.contains(&text(&of["kind"]).as_str()) {
                continue;
            }
            let what = if is_poll(object) { POLLS } else { "events of" };
            (format!("{what} {}/{}", text(&of["kind"]), text(&of["name"])), event(change, object))
        } else if KINDS.contains(&text(&object["kind"]).as_str()) {
            let name = format!("{}/{}", text(&object["kind"]), text(&object["metadata"]["name"]));
            let known = digests.entry(name.clone()).or_default();
            let state = state(change, object, known);
            (name, state)
        } else {
            continue;
        };
        let states = sequences.entry(name).or_default();
        let is_told = object["kind"] == "Event" && !is_poll(object);
        if is_told || states.last().is_none_or(|(_, last)| *last != state) {
            states.push((second, state));
        }
    }
    sequences
}

/// Polls that found nothing: how many there are, and before what, depends on when somebody looked.
pub(super) const POLLS: &str = "polls of";

pub(super) fn is_poll(event: &Value) -> bool {
    event["reason"] == "GitOperationSucceeded"
}

fn event(change: &str, event: &Value) -> Value {
    let annotations = &event["metadata"]["annotations"];
    json!({
        "told": if change == "ADDED" || is_poll(event) { "first" } else { "again" },
        "type": event["type"],
        "reason": event["reason"],
        "message": plain(event["message"].as_str().unwrap_or_default()),
        "revision": REVISIONS.iter().find_map(|name| annotations.get(*name)),
        "commit status": annotations.get("kustomize.toolkit.fluxcd.io/commit_status"),
        "component": event["source"]["component"],
    })
}

/// What of an object counts.
fn state(change: &str, object: &Value, digests: &mut Vec<String>) -> Value {
    if change == "DELETED" {
        return json!("deleted");
    }
    let metadata = &object["metadata"];
    let mut status = object["status"].clone();
    each(&mut status, &mut |name, fields| {
        for time in ["lastTransitionTime", "lastUpdateTime", "firstReconciled", "lastReconciled"] {
            fields.remove(time);
        }
        for given in ["lastReconciledDuration", "size", "url"] {
            fields.remove(given);
        }
        if name != "conditions" {
            if let Some(Value::String(digest)) = fields.get("digest") {
                let place = digests.iter().position(|known| known == digest).unwrap_or_else(|| {
                    digests.push(digest.clone());
                    digests.len() - 1
                });
                fields.insert("digest".to_owned(), json!(format!("digest {place}")));
            }
        } else if let Some(Value::String(message)) = fields.get("message") {
            fields.insert("message".to_owned(), json!(plain(message)));
        }
    });
    json!({
        "generation": metadata["generation"],
        "going": metadata.get("deletionTimestamp").is_some(),
        "finalizers": metadata["finalizers"],
        "requested": metadata["annotations"]["reconcile.fluxcd.io/requestedAt"],
        "suspended": object["spec"]["suspend"],
        "status": status,
    })
}

/// Every map in `value`, with the name of the field that holds it or its list. Newest first, so that digests are
/// named in the order in which they came.
fn each(value: &mut Value, change: &mut impl FnMut(&str, &mut Map<String, Value>)) {
    fn walk(name: &str, value: &mut Value, change: &mut impl FnMut(&str, &mut Map<String, Value>)) {
        match value {
            Value::Array(items) => items.iter_mut().rev().for_each(|item| walk(name, item, change)),
            Value::Object(fields) => {
                change(name, fields);
                fields.iter_mut().for_each(|(name, value)| walk(name, value, change));
            }
            _ => {}
        }
    }
    walk("", value, change);
}

fn plain(text: &str) -> String {
    ANEW.replace_all(text, |found: &regex::Captures<'_>| match found.get(1) {
        Some(what) => format!("{} <time>", what.as_str()),
        None => "/tmp/<folder>/".to_owned(),
    })
    .into_owned()
}
