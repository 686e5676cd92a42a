//! Who wrote which field: names of fields are kept, values that identify the items of a list are not.

use serde_json::{Map, Value};

/// Below these fields the names are somebody's own.
const OWN_NAMES: [&str; 5] = ["f:annotations", "f:data", "f:stringData", "f:binaryData", "f:values"];

/// Takes the values out of the entries of `managedFields`.
pub(super) fn redact_managed_fields(metadata: &mut Map<String, Value>) {
    let entries = metadata.get_mut("managedFields").and_then(Value::as_array_mut);
    for entry in entries.into_iter().flatten() {
        if let Some(fields) = entry.get_mut("fieldsV1").and_then(Value::as_object_mut) {
            redact_fields(fields);
        }
    }
}

fn redact_fields(fields: &mut Map<String, Value>) {
    fields.retain(|name, _| name.starts_with("f:"));
    for (name, below) in fields.iter_mut() {
        if let Some(below) = below.as_object_mut() {
            if OWN_NAMES.contains(&name.as_str()) {
                below.clear();
            }
            redact_fields(below);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::redact_managed_fields;

    #[test]
    fn field_names_stay_and_values_go() {
        let mut metadata = json!({"managedFields": [{"manager": "kubectl", "fieldsV1": {
            "f:metadata": {"f:annotations": {"f:secret-of-mine": {}}, "f:finalizers": {"v:\"x\"": {}, ".": {}}},
            "f:spec": {"f:replicas": {}, "f:hosts": {"k:{\"ip\":\"10.0.0.1\"}": {"f:ip": {}}}},
        }}]});
        redact_managed_fields(metadata.as_object_mut().expect("an object"));
        let expected = json!({"managedFields": [{"manager": "kubectl", "fieldsV1": {
            "f:metadata": {"f:annotations": {}, "f:finalizers": {}},
            "f:spec": {"f:replicas": {}, "f:hosts": {}},
        }}]});
        assert_eq!(metadata, expected);
    }
}
