//! What `kubectl apply` remembers in an annotation, and what a server makes of it when the same object is applied
//! on its side: whoever applied a value as a client does not stand against kubectl applying another one.

use serde_json::Value;

use super::ShapeType;
use super::comparing::{compare, fields};
use super::shapes::Shape;

const ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The manager as whom kubectl applies on the server's side.
pub(crate) const KUBECTL: &str = "kubectl";

/// The fields of `live` that are still as a client applied them.
pub(crate) fn still_as_applied(of: ShapeType<'_>, live: &Value) -> Vec<String> {
    let Some(text) = live["metadata"]["annotations"][ANNOTATION].as_str() else { return Vec::new() };
    let last: Value = serde_json::from_str(text).unwrap_or_default();
    let shape = Shape::Map(of);
    let found = compare(&shape, Some(live), Some(&last));
    let mut paths = fields(&shape, &last).without(&found.set).without(&found.removed).paths();
    paths.push(format!(".metadata.annotations.{ANNOTATION}"));
    paths
}

/// Writes down in `object` what was `applied`, where that is remembered.
pub(crate) fn remember(object: &mut Value, applied: &Value) {
    let annotations = object["metadata"]["annotations"].as_object_mut();
    let Some(remembered) = annotations.and_then(|annotations| annotations.get_mut(ANNOTATION)) else {
        return;
    };
    let mut applied = applied.clone();
    if let Some(annotations) = applied["metadata"]["annotations"].as_object_mut() {
        annotations.remove(ANNOTATION);
    }
    *remembered = Value::from(format!("{applied}\n"));
}
