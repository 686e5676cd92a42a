//! How the parts of Kubernetes' own kinds are merged, written into their schemas for clients that make patches:
//! from the table that the lab's own writes go by.

use serde_json::{Map, Value, json};

use super::reference::PREFIX;
use crate::kubernetes::ownership::{FieldRow, FieldTable, fields_of_kind};

/// Fields of which a patch says what stays (`$retainKeys`), beside those that are lists.
const RETAINED: [(&str, &str); 2] =
    [("io.k8s.api.apps.v1.DeploymentSpec", "strategy"), ("io.k8s.api.core.v1.PodSpec", "volumes")];

/// Writes into the schemas of `kind`, which is called `name`, how it is merged.
pub(super) fn annotate(definitions: &mut Map<String, Value>, name: &str, kind: &str) {
    fields(definitions, name, fields_of_kind(kind));
    if let Some(metadata) = target(&definitions[name]["properties"]["metadata"]) {
        fields(definitions, &metadata, fields_of_kind("ObjectMeta"));
    }
    for (schema, field) in RETAINED {
        if let Some(property) = property(definitions, schema, field) {
            let strategy = if field == "volumes" { "merge,retainKeys" } else { "retainKeys" };
            property.insert("x-kubernetes-patch-strategy".to_owned(), json!(strategy));
        }
    }
}

fn fields(definitions: &mut Map<String, Value>, schema: &str, merged: &FieldTable) {
    for (name, row) in merged {
        let Some(property) = property(definitions, schema, name) else { continue };
        match row {
            FieldRow::Fields(_) => {}
            FieldRow::List(keys, _) | FieldRow::ListOfWhole(keys) => {
                let names: Vec<&str> = keys.iter().map(|key| key.0).collect();
                property.insert("x-kubernetes-list-type".to_owned(), json!("map"));
                property.insert("x-kubernetes-list-map-keys".to_owned(), json!(names));
                property.insert("x-kubernetes-patch-merge-key".to_owned(), json!(names[0]));
                property.insert("x-kubernetes-patch-strategy".to_owned(), json!("merge"));
            }
            FieldRow::Set => {
                property.insert("x-kubernetes-list-type".to_owned(), json!("set"));
                property.insert("x-kubernetes-patch-strategy".to_owned(), json!("merge"));
            }
            FieldRow::Whole => drop(property.insert("x-kubernetes-map-type".to_owned(), json!("atomic"))),
        }
        let within = match row {
            FieldRow::Fields(_) => target(&Value::Object(property.clone())),
            FieldRow::List(..) => property.get("items").and_then(target),
            _ => None,
        };
        if let (Some(within), FieldRow::Fields(merged) | FieldRow::List(_, merged)) = (within, row) {
            fields(definitions, &within, merged);
        }
    }
}

fn property<'a>(
    definitions: &'a mut Map<String, Value>,
    schema: &str,
    name: &str,
) -> Option<&'a mut Map<String, Value>> {
    definitions.get_mut(schema)?.get_mut("properties")?.get_mut(name)?.as_object_mut()
}

/// What a reference leads to.
fn target(schema: &Value) -> Option<String> {
    schema["$ref"].as_str()?.strip_prefix(PREFIX).map(str::to_owned)
}
