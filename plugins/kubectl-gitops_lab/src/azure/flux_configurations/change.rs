//! How configurations come to be and change: what was given is read by the table, and taken as a whole or not at all.

use gitops_core::wire::Secret;
use serde_json::{Map, Value, json};

use super::document::unreported;
use super::fields::{PROPERTIES, SOURCE_KINDS};
use super::validation::validate;
use crate::azure::api::refusal::Refusal;
use crate::azure::property_fields::{read, retain_after_patch};
use crate::azure::resources::Resource;

/// What a change is to do.
#[derive(Debug)]
pub(super) enum Change {
    /// To be as the properties say, and nothing else.
    Put(Map<String, Value>),
    /// To change what the properties name; null takes away.
    Patch(Map<String, Value>),
}

/// The same resource after a change, if it can be so. What was reported of it stays.
pub(super) fn changed(before: &Resource, change: Change) -> Result<Resource, Refusal> {
    let mut resource = before.clone();
    let read = match &change {
        Change::Put(given) => read(given, PROPERTIES)?,
        Change::Patch(patch) => read(&merged(before, patch), PROPERTIES)?,
    };
    for field in ["scope", "namespace"] {
        let is_new = before.generation == 0;
        if !is_new && before.properties.get(field) != read.shown.get(field) {
            let path = format!("properties.{field}");
            return Err(Refusal::property(&path, format!("The value of '{path}' cannot be changed.")));
        }
    }
    match &change {
        Change::Put(_) => resource.protected.clear(),
        Change::Patch(patch) => {
            retain_after_patch(&mut resource.protected, PROPERTIES, patch, &read.shown);
        }
    }
    resource.protected.extend(read.protected);
    for field in PROPERTIES {
        resource.properties.remove(field.name);
    }
    resource.properties.extend(read.shown);
    validate(&resource)?;
    Ok(resource)
}

/// What is wanted after a merge patch. A source of another kind takes the place of the one that there was.
fn merged(before: &Resource, given: &Map<String, Value>) -> Map<String, Value> {
    let wanted = PROPERTIES.iter().filter_map(|field| {
        let value = before.properties.get(field.name)?;
        Some((field.name.to_owned(), value.clone()))
    });
    let mut wanted = Value::Object(wanted.collect());
    let kind = given.get("sourceKind").and_then(Value::as_str);
    if let Some(kind) = kind.filter(|kind| !kind.eq_ignore_ascii_case(before.text("sourceKind"))) {
        let others = SOURCE_KINDS.iter().filter(|(other, _)| !other.eq_ignore_ascii_case(kind));
        others.for_each(|(_, field)| wanted[*field] = Value::Null);
    }
    // A revision of another kind takes the place of the one that there was.
    for (_, field) in SOURCE_KINDS {
        let reference = given.get(field).and_then(|source| source.get("repositoryRef"));
        if reference.is_some_and(Value::is_object) && wanted[field].is_object() {
            wanted[field]["repositoryRef"] = json!({});
        }
    }
    json_patch::merge(&mut wanted, &Value::Object(given.clone()));
    match wanted {
        Value::Object(wanted) => wanted,
        _ => Map::new(),
    }
}

/// Whether nothing is wanted that was not wanted before.
pub(super) fn is_same(before: &Resource, after: &Resource) -> bool {
    let exposed = |resource: &Resource| -> Vec<(String, String)> {
        let text = |secret: &Secret| secret.expose().to_owned();
        resource.protected.iter().map(|(name, secret)| (name.clone(), text(secret))).collect()
    };
    before.properties == after.properties && exposed(before) == exposed(after)
}

/// A configuration of which nothing was ever wanted nor reported.
pub(super) fn blank(mut resource: Resource) -> Resource {
    resource.properties = unreported();
    resource
}
