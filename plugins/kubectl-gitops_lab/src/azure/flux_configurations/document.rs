//! Flux configurations as they are shown.

use serde_json::{Map, Value, json};

use crate::azure::resources::{FLUX_CONFIGURATIONS, Resource};

/// What is written where there is no time yet.
const NEVER: &str = "0001-01-01T00:00:00+00:00";

/// What a configuration is before anything was reported of it.
pub(super) fn unreported() -> Map<String, Value> {
    let fields = [
        ("statuses", json!([])),
        ("repositoryPublicKey", Value::Null),
        ("sourceSyncedCommitId", Value::Null),
        ("sourceUpdatedAt", Value::Null),
        ("statusUpdatedAt", json!(NEVER)),
        ("complianceState", json!("Pending")),
        ("errorMessage", json!("")),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}

/// One of them with everything.
pub(super) fn document(resource: &Resource) -> Value {
    json!({
        "id": resource.id.as_str(),
        "name": resource.id.name(),
        "type": FLUX_CONFIGURATIONS,
        "systemData": resource.system_data(),
        "properties": resource.properties,
    })
}

/// One of a list: what its objects say is left out.
pub(super) fn list_item(resource: &Resource) -> Value {
    let mut document = document(resource);
    for status in document["properties"]["statuses"].as_array_mut().into_iter().flatten() {
        status["statusConditions"] = Value::Null;
        status["helmReleaseProperties"] = Value::Null;
    }
    document
}
