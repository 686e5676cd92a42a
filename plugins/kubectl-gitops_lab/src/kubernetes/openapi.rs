//! `/openapi/v3`, as far as kubectl reads it before it sends a file: that writes know `fieldValidation`. No
//! schemas: `explain`, `diff` and the three-way patches of `apply` need more than is here.

use serde_json::{Map, Value, json};

use crate::recording::{Catalogue, Resource};

/// The documents there are.
pub(super) fn root(catalogue: &Catalogue) -> Value {
    let paths: Map<String, Value> = catalogue
        .groups()
        .into_keys()
        .map(|group| {
            let path = path(group);
            let address = json!({"serverRelativeURL": format!("/openapi/v3/{path}")});
            (path, address)
        })
        .collect();
    json!({"paths": paths})
}

/// The document of a group.
pub(super) fn document(catalogue: &Catalogue, group: &str) -> Value {
    let resources = catalogue.resources().iter().filter(|resource| resource.group == group);
    let paths: Map<String, Value> = resources.map(patched).collect();
    json!({"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1.36.3"}, "paths": paths})
}

/// The path of a group's documents.
pub(super) fn path(group: &str) -> String {
    if group.is_empty() { "api/v1".to_owned() } else { format!("apis/{group}/v1") }
}

/// The path of an object, and how it is patched.
fn patched(resource: &Resource) -> (String, Value) {
    let namespace = if resource.namespaced { "namespaces/{namespace}/" } else { "" };
    let path = format!("/{}/{namespace}{}/{{name}}", path(&resource.group), resource.plural);
    let parameters: Vec<Value> = ["dryRun", "fieldValidation"]
        .into_iter()
        .map(|name| json!({"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": true}}))
        .collect();
    let kind = json!({"group": resource.group, "version": resource.version, "kind": resource.kind});
    let operation =
        json!({"parameters": parameters, "x-kubernetes-group-version-kind": kind, "responses": {}});
    (path, json!({"patch": operation}))
}
