//! Recordings as tests use them.

use jiff::Timestamp;
use kubectl_gitops_lab::{Pace, Replay, ReplayOptions, Timeline};
use serde_json::Value;

/// The text of a file under `tests/golden`.
pub(super) fn golden(path: &str) -> String {
    let path = format!("{}/golden/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).expect(&path)
}

/// The recording `name`, stepped by hand, from second `at` on.
pub(super) async fn by_hand(name: &str, at: f64) -> Replay {
    of_text(&golden(&format!("flux/{name}.json")), at).await
}

/// A recording of a test's own, stepped by hand.
pub(super) async fn of_text(text: &str, at: f64) -> Replay {
    let start: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
    let options = ReplayOptions { at, start, pace: Pace::ByHand };
    Replay::start(Timeline::parse(text).unwrap(), options).await.unwrap()
}

/// `object` without what every cluster gives anew: times and resource versions.
pub(super) fn set_aside(mut object: Value) -> Value {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("resourceVersion");
    }
    blank_times(&mut object);
    object
}

fn blank_times(value: &mut Value) {
    match value {
        Value::String(text) if text.parse::<Timestamp>().is_ok() => *text = "<time>".to_owned(),
        Value::Array(items) => items.iter_mut().for_each(blank_times),
        Value::Object(fields) => fields.values_mut().for_each(blank_times),
        _ => {}
    }
}

/// The path of the objects of a kind in a namespace.
pub(super) fn path(api_version: &str, plural: &str, namespace: &str) -> String {
    let root = if api_version.contains('/') { "apis" } else { "api" };
    format!("/{root}/{api_version}/namespaces/{namespace}/{plural}")
}
