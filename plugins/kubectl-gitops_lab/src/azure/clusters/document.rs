//! Clusters: their properties, and as they are shown.

use serde_json::{Value, json};

use crate::azure::property_fields::DefaultValue::{Null, Text};
use crate::azure::property_fields::{FieldType, PropertyField, field};
use crate::azure::resources::Resource;

/// What is wanted of a connected cluster.
pub(super) const PROPERTIES: &[PropertyField] = &[
    field("agentPublicKeyCertificate", FieldType::Text, Text("")),
    field("distribution", FieldType::Text, Text("generic")),
    field("distributionVersion", FieldType::Text, Null),
    field("infrastructure", FieldType::Text, Text("generic")),
    field("privateLinkState", FieldType::Word(&["Enabled", "Disabled"]), Text("Disabled")),
    field("azureHybridBenefit", FieldType::Word(&["True", "False", "NotApplicable"]), Text("NotApplicable")),
];

/// A cluster as it is shown. What was never reported is not there, as the service leaves it out.
pub(super) fn document(resource: &Resource, kind: &str) -> Value {
    let mut document = json!({
        "id": resource.id.as_str(),
        "name": resource.id.name(),
        "type": kind,
        "location": resource.location,
        "tags": resource.tags,
        "systemData": resource.system_data(),
        "properties": resource.properties,
    });
    if let Some(identity) = &resource.identity {
        document["identity"] = identity.clone();
    }
    document
}
