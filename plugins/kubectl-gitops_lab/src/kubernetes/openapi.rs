//! `/openapi/v3`, as far as kubectl reads it before it sends a file: that writes know `fieldValidation`. No
//! schemas: `explain`, `diff` and the three-way patches of `apply` need more than is here.

use serde_json::{Map, Value, json};

use crate::recording::{Catalogue, Resource};

/// The documents there are.
pub(super) fn root(catalogue: &Catalogue) -> Value {
    let mut paths = Map::new();
    for (group, versions) in catalogue.groups() {
        for version in versions {
            let path = path(group, version);
            let address = json!({"serverRelativeURL": format!("/openapi/v3/{path}")});
            paths.insert(path, address);
        }
    }
    json!({"paths": paths})
}

/// The document of a version of a group.
pub(super) fn document(catalogue: &Catalogue, group: &str, version: &str) -> Value {
    let served = catalogue.served().into_iter();
    let resources = served.filter(|resource| resource.group == group && resource.version == version);
    let paths: Map<String, Value> = resources.map(patched).collect();
    json!({"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1.36.3"}, "paths": paths})
}

/// The path of a version's documents.
fn path(group: &str, version: &str) -> String {
    if group.is_empty() { format!("api/{version}") } else { format!("apis/{group}/{version}") }
}

/// The path of an object, and how it is patched.
fn patched(resource: &Resource) -> (String, Value) {
    let namespace = if resource.namespaced { "namespaces/{namespace}/" } else { "" };
    let path =
        format!("/{}/{namespace}{}/{{name}}", path(&resource.group, &resource.version), resource.plural);
    let parameters: Vec<Value> = ["dryRun", "fieldValidation"]
        .into_iter()
        .map(|name| json!({"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": true}}))
        .collect();
    let kind = json!({"group": resource.group, "version": resource.version, "kind": resource.kind});
    let operation =
        json!({"parameters": parameters, "x-kubernetes-group-version-kind": kind, "responses": {}});
    (path, json!({"patch": operation}))
}
