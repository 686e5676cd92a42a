//! Objects against the schema of their kind: unknown fields, wrong types, defaults, patterns. The schemas are
//! the part of OpenAPI that definitions of custom resources use; those of Kubernetes' own kinds, which refer to
//! one another, are `openapi`'s.

use serde_json::{Map, Value, json};

use super::{byte_strings, expressions};
use crate::kubernetes::refusals::Cause;
use crate::kubernetes::{Resource, openapi};

/// The schema of a kind, if there is one.
pub(in crate::kubernetes) fn of(resource: &Resource) -> Option<&Value> {
    match &resource.definition {
        Some(definition) => Some(&definition.schema),
        None => openapi::of_kind(&resource.api_version(), &resource.kind).map(|(_, schema)| schema),
    }
}

/// What a schema stands for, and what that is called: Kubernetes' own refer to one another.
fn named(schema: &Value) -> (Option<&str>, &Value) {
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

/// What breaks the schema of a custom resource.
pub(in crate::kubernetes) fn check(schema: &Value, value: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    check_at(schema, value, "", &mut causes);
    let blocking = |cause: &Cause| cause.reason != "FieldValueInvalid";
    if causes.iter().any(blocking) {
        causes.push(Cause::invalid(
            "<nil>",
            "null: some validation rules were not checked because the object was invalid; correct the existing \
             errors to complete validation",
        ));
    }
    causes
}

fn check_at(schema: &Value, value: &Value, path: &str, causes: &mut Vec<Cause>) {
    if let Some(wrong) = wrong_type(schema, value) {
        let expected = schema["type"].as_str().unwrap_or_default();
        causes.push(Cause {
            reason: "FieldValueTypeInvalid",
            field: path.to_owned(),
            message: format!(
                "Invalid value: {wrong:?}: {path} in body must be of type {expected}: {wrong:?}"
            ),
        });
        return;
    }
    match value {
        Value::Object(fields) => check_fields(schema, fields, path, causes),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_at(&schema["items"], item, &format!("{path}[{index}]"), causes);
            }
        }
        Value::String(text) => check_text(schema, text, path, causes),
        _ => {}
    }
}

fn check_fields(schema: &Value, fields: &Map<String, Value>, path: &str, causes: &mut Vec<Cause>) {
    for (name, field) in fields {
        let known = schema["properties"].get(name).or_else(|| schema.get("additionalProperties"));
        if let Some(schema) = known.filter(|schema| schema.is_object()) {
            check_at(schema, field, &within(path, name), causes);
        }
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            causes.push(Cause::required(within(path, name)));
        }
    }
}

fn check_text(schema: &Value, text: &str, path: &str, causes: &mut Vec<Cause>) {
    if let Some(values) = schema["enum"].as_array()
        && !values.contains(&json!(text))
    {
        let values: Vec<String> = values.iter().map(Value::to_string).collect();
        causes.push(Cause::unsupported(path, format!("{text:?}: supported values: {}", values.join(", "))));
    }
    if let Some(pattern) = schema["pattern"].as_str()
        && expressions::is_broken(pattern, text)
    {
        causes.push(Cause::invalid(path, format!("{text:?}: {path} in body should match '{pattern}'")));
    }
}

/// The type that `value` has, where the schema asks for another one.
fn wrong_type(schema: &Value, value: &Value) -> Option<&'static str> {
    let has = type_of(value);
    let fits = |expected: &str| expected == has || (expected == "number" && has == "integer");
    schema["type"].as_str().filter(|expected| !fits(expected)).map(|_| has)
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

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

fn within(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{check, default, prune, undecodable};
    use crate::kubernetes::definitions::shipped;
    use crate::kubernetes::openapi;

    fn schema(plural: &str) -> Value {
        let definitions = shipped();
        let named = |definition: &&Value| definition["spec"]["names"]["plural"] == plural;
        definitions.iter().find(named).unwrap()["spec"]["versions"][0]["schema"]["openAPIV3Schema"].clone()
    }

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

    #[test]
    fn types_patterns_and_enumerations_are_checked() {
        for (spec, fields) in [
            (json!({"interval": "1m", "url": "https://a"}), vec![]),
            (json!({"interval": 1, "url": "https://a"}), vec!["spec.interval", "<nil>"]),
            (json!({"interval": "1m", "url": "ftp://a"}), vec!["spec.url"]),
            (json!({"interval": "1m", "url": "https://a", "provider": "b"}), vec!["spec.provider", "<nil>"]),
            (json!({"interval": "1m"}), vec!["spec.url", "<nil>"]),
        ] {
            let causes = check(&schema("gitrepositories"), &json!({"spec": spec}));
            let found: Vec<&str> = causes.iter().map(|cause| cause.field.as_str()).collect();
            assert_eq!(found, fields, "{spec}");
        }
    }
}
