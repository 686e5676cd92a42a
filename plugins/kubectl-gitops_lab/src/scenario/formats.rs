//! What the fields of a scenario may hold: whatever would make an object that cannot be is refused where it is read.

use gitops_core::model::argument::is_name;
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

/// The name of an object.
pub(super) fn object_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    match is_name(&name) {
        true => Ok(name),
        false => Err(D::Error::custom(format!("{name:?} is no name of an object"))),
    }
}

/// The version of a release. Helm counts from 1.
pub(super) fn release_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let version = u64::deserialize(deserializer)?;
    match version {
        1.. => Ok(version),
        0 => Err(D::Error::custom("versions of a release begin with 1")),
    }
}

/// What a release installed.
pub(super) fn manifests<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Value>, D::Error> {
    let manifests = Vec::<Value>::deserialize(deserializer)?;
    match manifests.iter().all(is_manifest) {
        true => Ok(manifests),
        false => Err(D::Error::custom(
            "a manifest is a mapping with apiVersion, kind and metadata.name, and with mappings for labels and annotations",
        )),
    }
}

fn is_manifest(manifest: &Value) -> bool {
    let is_text = |place: &str| manifest.pointer(place).is_some_and(Value::is_string);
    let is_mapping = |field: &str| match &manifest["metadata"][field] {
        Value::Null | Value::Object(_) => true,
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => false,
    };
    ["/apiVersion", "/kind", "/metadata/name"].into_iter().all(is_text)
        && is_mapping("labels")
        && is_mapping("annotations")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::is_manifest;

    #[test]
    fn manifests_are_objects_with_a_name() {
        let manifest =
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "labels": {}}});
        assert!(is_manifest(&manifest));
        for odd in [
            json!(5),
            json!([]),
            json!({"kind": "Deployment"}),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": "x"}),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": 5}}),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "labels": 5}}),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "annotations": "x"}}),
        ] {
            assert!(!is_manifest(&odd), "{odd}");
        }
    }
}
