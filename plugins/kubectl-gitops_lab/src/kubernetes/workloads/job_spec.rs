//! What a job asks for: its pods by their labels, how many, how often, how long.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::owned_pods::number;

/// When the time of a job is over.
pub(super) fn deadline(job: &Value, status: &Value) -> Option<Timestamp> {
    let limit = job["spec"]["activeDeadlineSeconds"].as_i64()?;
    let start: Timestamp = status["startTime"].as_str()?.parse().ok()?;
    start.checked_add(SignedDuration::from_secs(limit)).ok()
}

/// Labels the pods of a new job with its identifier and its name, and selects them by the former.
pub(in crate::kubernetes) fn select_own_pods(job: &mut Value) {
    if job["spec"]["manualSelector"] == true {
        return;
    }
    let (uid, name) = (job["metadata"]["uid"].clone(), job["metadata"]["name"].clone());
    let labels = &mut job["spec"]["template"]["metadata"]["labels"];
    let had_labels = labels.is_object();
    for (label, value) in [
        ("batch.kubernetes.io/controller-uid", &uid),
        ("batch.kubernetes.io/job-name", &name),
        ("controller-uid", &uid),
        ("job-name", &name),
    ] {
        labels[label] = value.clone();
    }
    let labels = labels.clone();
    let own = &mut job["metadata"]["labels"];
    if had_labels && own.as_object().is_none_or(serde_json::Map::is_empty) {
        *own = labels;
    } else if own.is_null()
        && let Some(metadata) = job["metadata"].as_object_mut()
    {
        metadata.remove("labels");
    }
    job["spec"]["selector"] = json!({"matchLabels": {"batch.kubernetes.io/controller-uid": uid}});
}

/// How many pods are to run side by side.
pub(super) fn parallelism(job: &Value) -> i64 {
    job["spec"]["parallelism"].as_i64().unwrap_or(1)
}

/// How many pods are to succeed; none when one is enough to end it.
pub(super) fn completions(job: &Value) -> Option<i64> {
    let spec = &job["spec"];
    match (spec["completions"].as_i64(), spec.get("parallelism")) {
        (None, None) => Some(1),
        (completions, _) => completions,
    }
}

pub(super) fn backoff_limit(job: &Value) -> i64 {
    job["spec"].get("backoffLimit").map_or(6, number)
}
