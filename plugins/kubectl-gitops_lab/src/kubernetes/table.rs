//! Tables: the columns in which kubectl prints a kind. A kind whose columns are not known here shows its name
//! and its age, as kubectl itself does without a table.

use gitops_core::cli::age;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::reading::partial;
use super::reply::Request;
use crate::recording::Resource;

/// How much of each object comes with its row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Inclusion {
    None,
    Metadata,
    Object,
}

impl Inclusion {
    pub(super) fn asked(request: &Request) -> Self {
        match request.parameters().get("includeObject").map(String::as_str) {
            Some("None") => Inclusion::None,
            Some("Object") => Inclusion::Object,
            _ => Inclusion::Metadata,
        }
    }
}

/// A column: its name and what it shows. Those of priority 1 are shown with `-o wide`.
struct Column {
    name: &'static str,
    priority: u8,
    cell: fn(&Value) -> Value,
}

const fn column(name: &'static str, cell: fn(&Value) -> Value) -> Column {
    Column { name, priority: 0, cell }
}

const fn wide(name: &'static str, cell: fn(&Value) -> Value) -> Column {
    Column { name, priority: 1, cell }
}

const NAMESPACE: &[Column] = &[column("Status", |object| object["status"]["phase"].clone())];
const CONFIG_MAP: &[Column] =
    &[column("Data", |object| json!(size(&object["data"]) + size(&object["binaryData"])))];
const SECRET: &[Column] =
    &[column("Type", |object| object["type"].clone()), column("Data", |object| json!(size(&object["data"])))];
const POD: &[Column] = &[
    column("Ready", |pod| {
        let ready = containers(pod).filter(|container| container["ready"] == true).count();
        json!(format!("{ready}/{}", pod["spec"]["containers"].as_array().map_or(0, Vec::len)))
    }),
    column("Status", |pod| {
        let going = pod["metadata"].get("deletionTimestamp").is_some();
        if going { json!("Terminating") } else { pod["status"]["phase"].clone() }
    }),
    column("Restarts", |pod| {
        let restarts: u64 = containers(pod).filter_map(|container| container["restartCount"].as_u64()).sum();
        json!(restarts.to_string())
    }),
];
const POD_WIDE: &[Column] = &[
    wide("IP", |pod| or_none(&pod["status"]["podIP"])),
    wide("Node", |pod| or_none(&pod["spec"]["nodeName"])),
    wide("Nominated Node", |pod| or_none(&pod["status"]["nominatedNodeName"])),
    wide("Readiness Gates", |_| json!("<none>")),
];
const GIT_REPOSITORY: &[Column] = &[column("URL", |object| object["spec"]["url"].clone())];
const READY: &[Column] = &[
    column("Ready", |object| condition(object, "status")),
    column("Status", |object| condition(object, "message")),
];

/// The columns before and after the age.
fn columns(resource: &Resource) -> (&'static [Column], &'static [Column]) {
    match (resource.group.as_str(), resource.kind.as_str()) {
        ("", "Namespace") => (NAMESPACE, &[]),
        ("", "ConfigMap") => (CONFIG_MAP, &[]),
        ("", "Secret") => (SECRET, &[]),
        ("", "Pod") => (POD, POD_WIDE),
        (_, "GitRepository") => (GIT_REPOSITORY, READY),
        (_, "Kustomization") => (&[], READY),
        _ => (&[], &[]),
    }
}

/// A table of `objects`.
pub(super) fn of(
    resource: &Resource,
    metadata: Value,
    objects: &[&Value],
    inclusion: &Inclusion,
    now: Timestamp,
) -> Value {
    let (before, after) = columns(resource);
    let name = json!({"name": "Name", "type": "string", "format": "name", "description": "", "priority": 0});
    let mut definitions = vec![name];
    definitions.extend(before.iter().map(definition));
    definitions.push(definition(&column("Age", |_| Value::Null)));
    definitions.extend(after.iter().map(definition));
    let rows: Vec<Value> = objects
        .iter()
        .map(|object| {
            let mut cells = vec![object["metadata"]["name"].clone()];
            cells.extend(before.iter().map(|column| (column.cell)(object)));
            let created = object["metadata"]["creationTimestamp"].as_str();
            cells.push(json!(age(created.and_then(|text| text.parse().ok()), now)));
            cells.extend(after.iter().map(|column| (column.cell)(object)));
            let mut row = json!({"cells": cells});
            match inclusion {
                Inclusion::None => {}
                Inclusion::Metadata => row["object"] = partial(object),
                Inclusion::Object => row["object"] = (*object).clone(),
            }
            row
        })
        .collect();
    json!({
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata,
        "columnDefinitions": definitions,
        "rows": rows,
    })
}

fn definition(column: &Column) -> Value {
    json!({
        "name": column.name,
        "type": "string",
        "format": "",
        "description": "",
        "priority": column.priority,
    })
}

fn size(map: &Value) -> usize {
    map.as_object().map_or(0, serde_json::Map::len)
}

fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    pod["status"]["containerStatuses"].as_array().into_iter().flatten()
}

fn or_none(value: &Value) -> Value {
    if value.is_null() { json!("<none>") } else { value.clone() }
}

fn condition(object: &Value, field: &str) -> Value {
    let mut conditions = object["status"]["conditions"].as_array().into_iter().flatten();
    let ready = conditions.rfind(|condition| condition["type"] == "Ready").map(|ready| ready[field].clone());
    ready.unwrap_or(Value::Null)
}
