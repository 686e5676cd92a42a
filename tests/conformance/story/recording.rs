//! What the objects of a scenario said, on paper: a timeline that `kubectl gitops-lab replay` plays, and the
//! lines that are kept beside the transcript.
//!
//! Kept lines tell what real Flux says in its own words. They are written when a scenario is blessed and are
//! compared with nothing: which passing states are seen depends on the machine.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::plane::objects::Change;

/// The name under which a scenario's lines are kept.
pub(crate) fn name(scenario: &str) -> String {
    format!("{scenario}.objects")
}

/// The timeline, in the form of the recordings under `tests/golden`.
pub(crate) fn timeline(title: &str, namespace: &str, changes: &[Change]) -> Value {
    let Some(first) = changes.first() else {
        return json!({"scenario": title, "namespace": namespace, "timeline": []});
    };
    let entries: Vec<Value> = changes
        .iter()
        .map(|change| {
            let seconds = change.at.duration_since(first.at).as_secs_f64();
            let mut object = change.object.clone();
            if let Some(metadata) = object["metadata"].as_object_mut() {
                metadata.remove("managedFields");
            }
            json!({"t": (seconds * 100.0).round() / 100.0, "type": change.event, "object": object})
        })
        .collect();
    json!({"scenario": title, "namespace": namespace, "recordedAt": first.at.to_string(), "timeline": entries})
}

/// What objects said, in order: of each change what is new in it, and each such line once.
pub(crate) fn lines(changes: &[Change]) -> Vec<String> {
    let mut known: BTreeMap<String, Parts> = BTreeMap::new();
    let mut told = BTreeSet::new();
    let mut lines = Vec::new();
    for change in changes {
        let kind = change.object["kind"].as_str().unwrap_or_default();
        let line = match (kind, change.event.as_str()) {
            ("Event", "DELETED") => continue,
            ("Event", _) => event(&change.object),
            (_, event) => {
                let name = format!("{kind} {}", text(&change.object["metadata"]["name"]));
                let parts = if event == "DELETED" { Parts::new() } else { parts(kind, &change.object) };
                let before = known.insert(name.clone(), parts.clone()).unwrap_or_default();
                let news = news(&before, &parts);
                match (event, news.is_empty()) {
                    ("DELETED", _) => format!("{name}: deleted"),
                    (_, true) => continue,
                    (_, false) => format!("{name}: {}", news.join("; ")),
                }
            }
        };
        if told.insert(line.clone()) {
            lines.push(line);
        }
    }
    lines
}

/// What an object says, by conditions and fields.
type Parts = BTreeMap<String, String>;

fn news(before: &Parts, now: &Parts) -> Vec<String> {
    let changed = now.iter().filter(|(name, part)| before.get(*name) != Some(part));
    let gone = before.keys().filter(|name| !now.contains_key(*name));
    changed.map(|(_, part)| part.clone()).chain(gone.map(|name| format!("no {name}"))).collect()
}

fn parts(kind: &str, object: &Value) -> Parts {
    let status = &object["status"];
    conditions(status).chain(fields(kind, object)).chain(waiting(status)).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().replace('\n', " ").trim().to_owned()
}

fn event(object: &Value) -> String {
    let about = &object["involvedObject"];
    let [kind, reason, message] = ["type", "reason", "message"].map(|field| text(&object[field]));
    format!("Event {kind} {reason} on {} {}: {message}", text(&about["kind"]), text(&about["name"]))
}

/// `Ready=False/HealthCheckFailed: message`. Those without a reason have nothing to say.
fn conditions(status: &Value) -> impl Iterator<Item = (String, String)> {
    let conditions = status["conditions"].as_array().map_or(&[][..], Vec::as_slice);
    conditions.iter().filter(|condition| condition["reason"].is_string()).map(|condition| {
        let [kind, status, reason, message] =
            ["type", "status", "reason", "message"].map(|field| text(&condition[field]));
        (kind.clone(), format!("{kind}={status}/{reason}: {message}"))
    })
}

/// The fields that decide, where the kind has them.
fn fields(kind: &str, object: &Value) -> impl Iterator<Item = (String, String)> {
    let paths: &[&str] = match kind {
        "Kustomization" => &["/status/lastAttemptedRevision", "/status/lastAppliedRevision"],
        "GitRepository" | "OCIRepository" | "Bucket" => &["/status/artifact/revision"],
        "HelmRelease" => &["/status/history/0/version", "/status/history/0/status", "/status/failures"],
        "Deployment" | "StatefulSet" => {
            &["/spec/paused", "/status/replicas", "/status/updatedReplicas", "/status/readyReplicas"]
        }
        "Pod" => &["/status/phase"],
        _ => &[],
    };
    paths.iter().filter_map(|path| {
        let value = object.pointer(path)?;
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let name = path.trim_start_matches("/status/").trim_start_matches("/spec/").replace('/', ".");
        Some((name.clone(), format!("{name} {value}")))
    })
}

/// Why containers of a pod wait.
fn waiting(status: &Value) -> impl Iterator<Item = (String, String)> {
    let containers = status["containerStatuses"].as_array().map_or(&[][..], Vec::as_slice);
    let reason = |container: &Value| container["state"]["waiting"]["reason"].as_str().map(str::to_owned);
    containers.iter().filter_map(reason).map(|reason| ("waiting".to_owned(), format!("waiting {reason}")))
}
