//! Clusters: their properties, and as they are shown.

use serde_json::{Value, json};

use crate::azure::property_fields::DefaultValue::{Null, Text};
use crate::azure::property_fields::{Field, Form, field};
use crate::azure::resources::Resource;

/// What is wanted of a connected cluster.
pub(super) const PROPERTIES: &[Field] = &[
    field("agentPublicKeyCertificate", Form::Text, Text("")),
    field("distribution", Form::Text, Text("generic")),
    field("distributionVersion", Form::Text, Null),
    field("infrastructure", Form::Text, Text("generic")),
    field("privateLinkState", Form::Word(&["Enabled", "Disabled"]), Text("Disabled")),
    field("azureHybridBenefit", Form::Word(&["True", "False", "NotApplicable"]), Text("NotApplicable")),
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
