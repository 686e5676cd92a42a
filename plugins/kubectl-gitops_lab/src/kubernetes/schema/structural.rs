//! Objects against the schema of their kind: what the schema does not know is taken out, what it says by default is put
//! in. The schemas are the part of OpenAPI that definitions of custom resources use; those of Kubernetes' own kinds,
//! which refer to one another, are `openapi`'s.

use serde_json::Value;

use crate::kubernetes::{Resource, openapi};

/// The schema of a kind, if there is one.
pub(in crate::kubernetes) fn of(resource: &Resource) -> Option<&Value> {
    match &resource.definition {
        Some(definition) => Some(&definition.schema),
        None => openapi::of_kind(&resource.api_version(), &resource.kind).map(|(_, schema)| schema),
    }
}

/// What a schema stands for, and what that is called: Kubernetes' own refer to one another.
pub(super) fn named(schema: &Value) -> (Option<&str>, &Value) {
    let reference = schema["$ref"].as_str().or_else(|| schema["allOf"][0]["$ref"].as_str());
    match reference.and_then(openapi::definition) {
        Some(meant) => (reference, meant),
        None => (None, schema),
    }
}

fn meant(schema: &Value) -> &Value {
    named(schema).1
}

/// Takes out of `value` what the schema does not know, and nulls; returns the paths of the unknown fields.
pub(in crate::kubernetes) fn prune(schema: &Value, value: &mut Value) -> Vec<String> {
    let mut unknown = Vec::new();
    // Definitions do not say what metadata is: it is the same for all kinds.
    let metadata = openapi::definition("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
    if let (Some(metadata), Some(own)) = (metadata, value.get_mut("metadata")) {
        prune_at(metadata, own, "metadata", &mut unknown);
    }
    prune_at(schema, value, "", &mut unknown);
    unknown
}

fn prune_at(schema: &Value, value: &mut Value, path: &str, unknown: &mut Vec<String>) {
    let schema = meant(schema);
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            let properties = schema.get("properties").and_then(Value::as_object);
            let more = schema.get("additionalProperties");
            let open = more.is_some() || schema.get("x-kubernetes-preserve-unknown-fields").is_some();
            let closed = !open && properties.is_some();
            fields.retain(|name, field| {
                let path = within(path, name);
                match properties.and_then(|properties| properties.get(name)).or(more) {
                    Some(schema) => prune_at(schema, field, &path, unknown),
                    None if closed => unknown.push(path),
                    None => return true,
                }
                !closed || properties.is_some_and(|properties| properties.contains_key(name))
            });
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                prune_at(&schema["items"], item, &format!("{path}[{index}]"), unknown);
            }
        }
        _ => {}
    }
}

/// Puts in what a schema says is there unless something else is.
pub(in crate::kubernetes) fn default(schema: &Value, value: &mut Value) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        if let (Some(items), Value::Array(values)) = (schema.get("items"), value) {
            values.iter_mut().for_each(|value| default(items, value));
        }
        return;
    };
    let Value::Object(fields) = value else { return };
    for (name, property) in properties {
        if let Some(preset) = property.get("default") {
            fields.entry(name.clone()).or_insert_with(|| preset.clone());
        }
        if let Some(field) = fields.get_mut(name) {
            default(property, field);
        }
    }
}

/// The path of a field.
pub(super) fn within(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{default, prune};
    use crate::kubernetes::definitions::shipped;

    fn schema(plural: &str) -> Value {
        let definitions = shipped();
        let named = |definition: &&Value| definition["spec"]["names"]["plural"] == plural;
        definitions.iter().find(named).unwrap()["spec"]["versions"][0]["schema"]["openAPIV3Schema"].clone()
    }

    #[test]
    fn unknown_fields_are_named_by_their_path_and_taken_out() {
        let mut object = json!({"spec": {
            "prune": true, "bogus": 1, "path": null,
            "dependsOn": [{"name": "a", "odd": 1}],
            "postBuild": {"substitute": {"any": "thing"}},
        }});
        assert_eq!(prune(&schema("kustomizations"), &mut object), ["spec.bogus", "spec.dependsOn[0].odd"]);
        assert_eq!(
            object,
            json!({"spec": {
                "prune": true,
                "dependsOn": [{"name": "a"}],
                "postBuild": {"substitute": {"any": "thing"}},
            }})
        );
    }

    #[test]
    fn defaults_come_in_where_nothing_was_said() {
        let mut object = json!({"spec": {"timeout": "9s"}});
        default(&schema("gitrepositories"), &mut object);
        assert_eq!(object["spec"]["timeout"], "9s");
        assert_eq!(object["status"]["observedGeneration"], -1);
    }
}
