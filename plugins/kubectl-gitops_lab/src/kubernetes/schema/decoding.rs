//! Objects of Kubernetes' own kinds as Go's decoder reads them: the first thing that it cannot read, in its words.

use serde_json::Value;

use super::byte_strings;
use super::structural::{named, within};
use super::value_types::{type_of, wrong_type};

/// What Go's decoder cannot read in an object of one of Kubernetes' own kinds.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(in crate::kubernetes) enum Undecodable {
    /// A field whose type is wrong.
    #[error("json: cannot unmarshal {has} into Go struct field {parent}.{field} of type {expected}")]
    Type {
        /// What is there: `string`, `number`, …
        has: &'static str,
        /// The struct that has the field.
        parent: String,
        /// The path, without the places in lists.
        field: String,
        /// Go's type.
        expected: String,
    },
    /// Bytes that are not in base64.
    #[error("{0}")]
    Bytes(String),
}

/// The first field of an object of `kind` that cannot be read.
pub(in crate::kubernetes) fn undecodable(schema: &Value, value: &Value, kind: &str) -> Option<Undecodable> {
    undecodable_at(schema, value, kind, "")
}

fn undecodable_at(schema: &Value, value: &Value, parent: &str, path: &str) -> Option<Undecodable> {
    // Go leaves alone what nothing is given for.
    if value.is_null() {
        return None;
    }
    let (name, meant) = named(schema);
    if wrong_type(meant, value).is_some() {
        let has = match value {
            Value::Number(_) => "number",
            Value::Bool(_) => "bool",
            other => type_of(other),
        };
        let (parent, field) = (parent.to_owned(), path.to_owned());
        return Some(Undecodable::Type { has, parent, field, expected: go_type(schema) });
    }
    if let (Some(text), "byte") = (value.as_str(), meant["format"].as_str().unwrap_or_default()) {
        return byte_strings::decode(text).err().map(Undecodable::Bytes);
    }
    let parent = name.and_then(|name| name.rsplit('.').next()).unwrap_or(parent);
    match value {
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            if let Some(property) = meant["properties"].get(name) {
                return undecodable_at(property, field, parent, &within(path, name));
            }
            // What is wrong inside of a map is told of the map.
            undecodable_at(meant.get("additionalProperties")?, field, parent, path)
        }),
        Value::Array(items) => {
            items.iter().find_map(|item| undecodable_at(&meant["items"], item, parent, path))
        }
        _ => None,
    }
}

fn go_type(schema: &Value) -> String {
    let (name, schema) = named(schema);
    match schema["type"].as_str() {
        Some("boolean") => "bool".to_owned(),
        Some("integer") => schema["format"].as_str().unwrap_or("int64").to_owned(),
        Some("number") => "float64".to_owned(),
        Some("array") => format!("[]{}", go_type(&schema["items"])),
        Some("object") if schema.get("additionalProperties").is_some() => {
            format!("map[string]{}", go_type(&schema["additionalProperties"]))
        }
        Some("object") => match name {
            // The package is called as the version.
            Some(name) => {
                let mut words = name.rsplit('.');
                let (kind, package) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
                format!("{package}.{kind}")
            }
            None => "interface {}".to_owned(),
        },
        Some(other) => other.to_owned(),
        None => "interface {}".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::undecodable;
    use crate::kubernetes::openapi;
    use crate::kubernetes::schema::structural::prune;

    #[test]
    fn kubernetes_own_kinds_are_decoded_as_go_does() {
        let (_, schema) = openapi::of_kind("apps/v1", "Deployment").unwrap();
        let mut object = json!({
            "metadata": {"name": "a", "odd": 1, "creationTimestamp": null},
            "spec": {
                "replicas": 2,
                "bogus": {},
                "template": {"metadata": {"creationTimestamp": null}, "spec": {"containers": [
                    {"name": "a", "imag": "b", "ports": [{"containerPort": 80}], "resources": {"limits": {"cpu": 1}}},
                ]}},
            },
        });
        assert_eq!(undecodable(schema, &object, "Deployment"), None);
        assert_eq!(
            prune(schema, &mut object),
            ["metadata.odd", "spec.bogus", "spec.template.spec.containers[0].imag"]
        );
        for (spec, parent, field, expected) in [
            (json!({"replicas": "2"}), "DeploymentSpec", "spec.replicas", "int32"),
            (
                json!({"template": {"spec": {"containers": [{"image": 1}]}}}),
                "Container",
                "spec.template.spec.containers.image",
                "string",
            ),
            (json!({"template": []}), "DeploymentSpec", "spec.template", "v1.PodTemplateSpec"),
            (
                json!({"template": {"spec": {"containers": {}}}}),
                "PodSpec",
                "spec.template.spec.containers",
                "[]v1.Container",
            ),
            (
                json!({"template": {"metadata": {"labels": {"a": true}}}}),
                "ObjectMeta",
                "spec.template.metadata.labels",
                "string",
            ),
        ] {
            let found = undecodable(schema, &json!({"spec": spec}), "Deployment").unwrap();
            let told = format!("into Go struct field {parent}.{field} of type {expected}");
            assert!(found.to_string().ends_with(&told), "{spec}: {found}");
        }
    }
}
