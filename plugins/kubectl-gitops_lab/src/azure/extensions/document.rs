//! Extensions: their properties, and as they are shown.

use serde_json::{Map, Value, json};

use crate::azure::guid::guid;
use crate::azure::property_fields::DefaultValue::{Absent, EmptyObject, Null};
use crate::azure::property_fields::{FieldType, PropertyField, field};
use crate::azure::resources::{EXTENSIONS, Resource};

/// What is wanted of an extension.
pub(super) const PROPERTIES: &[PropertyField] = &[
    field("extensionType", FieldType::Text, Null),
    field("autoUpgradeMinorVersion", FieldType::Flag, Absent),
    field("releaseTrain", FieldType::Text, Absent),
    field("version", FieldType::Text, Null),
    field("scope", FieldType::Object(SCOPE), Absent),
    field("configurationSettings", FieldType::TextMap, EmptyObject),
    field("configurationProtectedSettings", FieldType::SecretMap, Absent),
];

const SCOPE: &[PropertyField] = &[
    field("cluster", FieldType::Object(CLUSTER_SCOPE), Absent),
    field("namespace", FieldType::Object(NAMESPACE_SCOPE), Absent),
];
const CLUSTER_SCOPE: &[PropertyField] = &[field("releaseNamespace", FieldType::Text, Null)];
const NAMESPACE_SCOPE: &[PropertyField] = &[field("targetNamespace", FieldType::Text, Null)];

/// The version of Flux that the lab's clusters have.
const FLUX_VERSION: &str = "1.16.2";

/// What stands for what was not given: a pinned version is not upgraded, and every type has a namespace of its own.
pub(super) fn with_defaults(properties: &mut Map<String, Value>) {
    let is_pinned = properties.get("version").is_some_and(Value::is_string);
    properties.entry("autoUpgradeMinorVersion").or_insert(json!(!is_pinned));
    properties.entry("releaseTrain").or_insert(json!("Stable"));
    let kind = properties["extensionType"].as_str().unwrap_or_default().to_lowercase();
    let short = kind.rsplit('.').next().unwrap_or_default();
    let namespace = if kind.contains('.') { format!("{short}-system") } else { "kube-system".to_owned() };
    properties.entry("scope").or_insert_with(|| json!({"cluster": {"releaseNamespace": namespace}}));
    if !is_pinned && short == "flux" {
        properties.insert("currentVersion".to_owned(), json!(FLUX_VERSION));
    }
}

/// An extension as a version of the API shows it: the first ones knew less.
pub(super) fn document(resource: &Resource, version: &str) -> Value {
    let mut properties = resource.properties.clone();
    properties.insert("configurationProtectedSettings".to_owned(), json!({}));
    properties.insert("aksAssignedIdentity".to_owned(), Value::Null);
    let current = properties.remove("currentVersion");
    if version > "2022-04" {
        let pinned = properties.get("version").cloned();
        properties.insert("currentVersion".to_owned(), current.or(pinned).unwrap_or_default());
        properties.insert("isSystemExtension".to_owned(), json!(false));
    }
    let mut document = json!({
        "id": resource.id.as_str(),
        "name": resource.id.name(),
        "type": EXTENSIONS,
        "systemData": resource.system_data(),
        "properties": properties,
    });
    if let Some(identity) = &resource.identity {
        document["identity"] = identity.clone();
    }
    document
}

/// The managed identity that is given to a resource which asks for one.
pub(in crate::azure) fn identity(given: Option<&Value>, id: &str, tenant: &str) -> Option<Value> {
    let kind = given?["type"].as_str()?;
    let is_none = kind.eq_ignore_ascii_case("none");
    let principal = guid(&["managed identity", &id.to_lowercase()]);
    (!is_none).then(|| json!({"type": kind, "principalId": principal, "tenantId": tenant}))
}
