//! Rows: what Resource Graph knows of one resource, column by column.
//!
//! A row is asked for a place in it and tells that alone, so that a query over very many of them copies what it needs
//! and no more.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

use super::column::Column;
use super::synthetic::SyntheticRow;
use super::value::{KqlValue, Step, walk};
use crate::azure::resources::{EXTENSIONS, Resource, ResourceId};

/// A row. It is cheap to clone.
#[derive(Clone, Debug)]
pub(super) enum Row {
    /// Of a resource.
    Known(Arc<Json>),
    /// Of one that there is none of.
    Synthetic(SyntheticRow),
}

impl Row {
    /// What stands behind these steps from a column.
    pub(super) fn value(&self, column: Column, steps: &[Step]) -> KqlValue {
        match self {
            Row::Known(document) => {
                walk(&document[column.name()], steps).map_or(KqlValue::Null, KqlValue::from)
            }
            Row::Synthetic(row) => row.value(column, steps),
        }
    }
}

/// The row of a subscription.
pub(super) fn subscription_row(id: &str, name: &str, tenant: &str) -> Json {
    let mut resource = Resource::new(ResourceId::new(&format!("/subscriptions/{id}")), Timestamp::UNIX_EPOCH);
    resource.properties.insert("state".to_owned(), json!("Enabled"));
    let mut row = row_of(&resource, tenant);
    row[Column::Name.name()] = json!(name);
    row
}

/// The row of a resource: all columns, texts empty where there is nothing.
pub(super) fn row_of(resource: &Resource, tenant: &str) -> Json {
    let id = &resource.id;
    let kind = row_type(id);
    let word = |before: &str| id.word_after(before).unwrap_or_default();
    let is_extension = kind.eq_ignore_ascii_case(EXTENSIONS);
    let properties = match is_extension {
        true => resource.properties.iter().map(|(name, value)| (pascal_case(name), value.clone())).collect(),
        false => resource.properties.clone(),
    };
    let tags = if resource.tags.is_empty() { Json::Null } else { Json::Object(resource.tags.clone()) };
    let given = [
        (Column::Id, json!(id.as_str())),
        (Column::Name, json!(id.name())),
        (Column::Type, json!(kind)),
        (Column::TenantId, json!(tenant)),
        (Column::Location, json!(resource.location.as_deref().unwrap_or_default())),
        (Column::ResourceGroup, json!(word("resourceGroups").to_lowercase())),
        (Column::SubscriptionId, json!(word("subscriptions"))),
        (Column::ResourceKind, json!("")),
        (Column::ManagedBy, json!("")),
        (Column::Properties, Json::Object(properties)),
        (Column::Tags, tags),
        (Column::Identity, resource.identity.clone().unwrap_or_default()),
    ];
    let mut row: Map<String, Json> =
        Column::ALL.into_iter().map(|column| (column.name().to_owned(), Json::Null)).collect();
    row.extend(given.into_iter().map(|(column, value)| (column.name().to_owned(), value)));
    Json::Object(row)
}

/// The type in lower case, as rows have it; of what contains resources, too.
pub(super) fn row_type(id: &ResourceId) -> String {
    let kind = id.kind().to_lowercase();
    match (kind.as_str(), id.key().matches('/').count()) {
        ("", 2) => "microsoft.resources/subscriptions".to_owned(),
        ("", 4) => "microsoft.resources/subscriptions/resourcegroups".to_owned(),
        _ => kind,
    }
}

/// `extensionType` as `ExtensionType`: so are the properties of extensions, and only they.
fn pascal_case(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(path: &str, properties: Json) -> Json {
        let mut resource = Resource::new(ResourceId::new(path), Timestamp::UNIX_EPOCH);
        resource.properties = properties.as_object().unwrap().clone();
        row_of(&resource, "T")
    }

    #[test]
    fn a_row_has_every_column_and_its_type_in_lower_case() {
        let cluster =
            "/subscriptions/S/resourceGroups/RG-Edge/providers/Microsoft.Kubernetes/connectedClusters/Edge-1";
        let flux = format!("{cluster}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/hello");
        let read = row(&flux, json!({"complianceState": "Pending"}));
        assert_eq!(read.as_object().unwrap().len(), Column::ALL.len());
        assert_eq!(read["id"], flux);
        assert_eq!(read["type"], "microsoft.kubernetesconfiguration/fluxconfigurations");
        assert_eq!((&read["resourceGroup"], &read["subscriptionId"]), (&json!("rg-edge"), &json!("S")));
        assert_eq!((&read["location"], &read["tags"]), (&json!(""), &Json::Null));
        assert_eq!(read["properties"], json!({"complianceState": "Pending"}));
    }

    #[test]
    fn properties_of_extensions_alone_begin_with_capitals() {
        let extension = "/subscriptions/S/resourceGroups/G/providers/Microsoft.Kubernetes/connectedClusters/c/providers/microsoft.kubernetesconfiguration/Extensions/flux";
        let read = row(extension, json!({"extensionType": "microsoft.flux", "scope": {"cluster": {}}}));
        assert_eq!(read["properties"], json!({"ExtensionType": "microsoft.flux", "Scope": {"cluster": {}}}));
    }

    #[test]
    fn what_contains_resources_has_a_type() {
        for (path, kind) in [
            ("/subscriptions/S", "microsoft.resources/subscriptions"),
            ("/subscriptions/S/resourceGroups/G", "microsoft.resources/subscriptions/resourcegroups"),
        ] {
            assert_eq!(row(path, json!({}))["type"], kind);
        }
    }
}
