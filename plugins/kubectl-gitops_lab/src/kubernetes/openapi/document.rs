//! The documents of `/openapi/v3`: an index, and one document for each version of a group.
//!
//! `/openapi/v2` is not served: no client that knows the third form asks for it.

use std::collections::BTreeSet;

use ring::digest::{SHA512, digest};
use serde_json::{Map, Value, json};

use super::builtin::{METADATA, definition, of_kind};
use super::reference::PREFIX;
use crate::kubernetes::{Catalogue, Resource};

/// The documents there are. Who has one knows by its address whether it is still the same.
pub(in super::super) fn root(catalogue: &Catalogue) -> Value {
    let mut paths = Map::new();
    for (group, versions) in catalogue.groups() {
        for version in versions {
            let path = path(group, version);
            let hash = hash(&of_version(catalogue, group, version));
            let address = json!({"serverRelativeURL": format!("/openapi/v3/{path}?hash={hash}")});
            paths.insert(path, address);
        }
    }
    json!({"paths": paths})
}

fn of_version<'a>(catalogue: &'a Catalogue, group: &str, version: &str) -> Vec<&'a Resource> {
    let served = catalogue.served().into_iter();
    served.filter(|resource| resource.group == group && resource.version == version).collect()
}

/// What a document is made of, in short.
fn hash(resources: &[&Resource]) -> String {
    let mut text = env!("CARGO_PKG_VERSION").to_owned();
    for resource in resources {
        let schema = resource.definition.as_ref().map(|definition| definition.schema.to_string());
        text += &format!("\n{} {}", resource.qualified(), schema.unwrap_or_default());
    }
    digest(&SHA512, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The document of a version of a group.
pub(in super::super) fn document(catalogue: &Catalogue, group: &str, version: &str, release: &str) -> Value {
    let resources = of_version(catalogue, group, version);
    let mut schemas = Map::new();
    for resource in &resources {
        let (name, schema) = schema(resource);
        include(&schema, &mut schemas);
        schemas.insert(name, schema);
    }
    let paths: Map<String, Value> = resources.iter().flat_map(|resource| paths(resource)).collect();
    json!({
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": release},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// The schema of a kind, and what it is called.
fn schema(resource: &Resource) -> (String, Value) {
    let Some(definition) = &resource.definition else {
        let found = of_kind(&resource.api_version(), &resource.kind);
        return found.map(|(name, schema)| (name.to_owned(), schema.clone())).unwrap_or_default();
    };
    let mut schema = definition.schema.clone();
    let metadata = &mut schema["properties"]["metadata"];
    *metadata = json!({
        "allOf": [{"$ref": format!("{PREFIX}{METADATA}")}],
        "description": "Name, namespace, labels, annotations and what the server adds.",
    });
    schema["x-kubernetes-group-version-kind"] = json!([of(resource)]);
    let mut words: Vec<&str> = resource.group.split('.').rev().collect();
    words.extend([resource.version.as_str(), resource.kind.as_str()]);
    (words.join("."), schema)
}

/// Adds what `schema` refers to.
fn include(schema: &Value, schemas: &mut Map<String, Value>) {
    let mut missing = BTreeSet::new();
    references(schema, &mut missing);
    for name in missing {
        if let (false, Some(schema)) = (schemas.contains_key(&name), definition(&name)) {
            schemas.insert(name, schema.clone());
            include(schema, schemas);
        }
    }
}

fn references(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            let reference = fields.get("$ref").and_then(Value::as_str);
            found.extend(reference.and_then(|text| text.strip_prefix(PREFIX)).map(str::to_owned));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

/// The path of a version's documents.
fn path(group: &str, version: &str) -> String {
    if group.is_empty() { format!("api/{version}") } else { format!("apis/{group}/{version}") }
}

fn of(resource: &Resource) -> Value {
    json!({"group": resource.group, "version": resource.version, "kind": resource.kind})
}

/// The paths of a kind: where it is listed and made, and where one object is read and written.
fn paths(resource: &Resource) -> [(String, Value); 2] {
    let namespace = if resource.namespaced { "namespaces/{namespace}/" } else { "" };
    let all = format!("/{}/{namespace}{}", path(&resource.group, &resource.version), resource.plural);
    let operation = |parameters: &[&str], bodies: &[&str]| operation(resource, parameters, bodies);
    let written = ["dryRun", "fieldManager", "fieldValidation"];
    let whole = ["application/json", "application/yaml"];
    let mut patches =
        vec!["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"];
    if !resource.is_custom() {
        patches.push("application/strategic-merge-patch+json");
    }
    let many = json!({
        "get": operation(&["labelSelector", "fieldSelector", "limit", "continue", "watch"], &[]),
        "post": operation(&written, &whole),
    });
    let one = json!({
        "get": operation(&[], &[]),
        "put": operation(&written, &whole),
        "patch": operation(&["dryRun", "fieldManager", "fieldValidation", "force"], &patches),
        "delete": operation(&["dryRun", "gracePeriodSeconds", "propagationPolicy"], &whole),
    });
    [(format!("{all}/{{name}}"), one), (all, many)]
}

fn operation(resource: &Resource, parameters: &[&str], bodies: &[&str]) -> Value {
    let parameters: Vec<Value> = parameters
        .iter()
        .map(|name| json!({"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": true}}))
        .collect();
    let mut operation = json!({
        "parameters": parameters,
        "responses": {"200": {"description": "OK"}},
        "x-kubernetes-group-version-kind": of(resource),
    });
    if !bodies.is_empty() {
        let content: Map<String, Value> =
            bodies.iter().map(|media| ((*media).to_owned(), json!({}))).collect();
        operation["requestBody"] = json!({"content": content});
    }
    operation
}

#[cfg(test)]
mod tests {
    use http::Method;
    use serde_json::Value;

    use crate::kubernetes::testing::{cluster, send};

    fn walk(value: &Value, document: &Value) {
        match value {
            Value::Object(fields) => {
                if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                    assert!(document.pointer(&reference[1..]).is_some(), "{reference} leads nowhere");
                }
                fields.values().for_each(|value| walk(value, document));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, document)),
            _ => {}
        }
    }

    #[test]
    fn documents_are_whole() {
        let mut cluster = cluster();
        let (_, root) = send(&mut cluster, Method::GET, "/openapi/v3", &Value::Null);
        let paths = root["paths"].as_object().unwrap();
        for expected in [
            "api/v1",
            "apis/apps/v1",
            "apis/helm.toolkit.fluxcd.io/v2",
            "apis/clusterconfig.azure.com/v1alpha1",
        ] {
            assert!(paths.contains_key(expected), "{expected}");
        }
        for (path, address) in paths {
            let address = address["serverRelativeURL"].as_str().unwrap();
            let hash = address.split_once("?hash=").expect(path).1;
            assert_eq!(hash.len(), 128);
            let (code, document) = send(&mut cluster, Method::GET, address, &Value::Null);
            assert_eq!(code, 200, "{path}");
            walk(&document, &document);
            assert!(!document["paths"].as_object().unwrap().is_empty(), "{path}");
        }
    }
}
