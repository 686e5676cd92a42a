//! Lists as documents, in the form that was asked for.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::accept::Form;
use super::events_v1::seen;
use crate::kubernetes::{Resource, table};

/// A list of `items`.
pub(in crate::kubernetes) fn listing(
    resource: &Resource,
    metadata: Value,
    items: &[&Value],
    form: Form,
    inclusion: &table::Inclusion,
    now: Timestamp,
) -> Value {
    match form {
        Form::Table => table::of(resource, metadata, items, inclusion, now),
        Form::Metadata => json!({
            "kind": "PartialObjectMetadataList",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": metadata,
            "items": items.iter().map(|object| partial(object)).collect::<Vec<_>>(),
        }),
        Form::Whole | Form::Aggregated => json!({
            "kind": format!("{}List", resource.kind),
            "apiVersion": resource.api_version(),
            "metadata": metadata,
            "items": items.iter().map(|object| item(resource, &seen(resource, object))).collect::<Vec<_>>(),
        }),
    }
}

/// An object's metadata alone.
pub(in crate::kubernetes) fn partial(object: &Value) -> Value {
    json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"]})
}

/// Kubernetes' own kinds do not repeat in a list what they are.
fn item(resource: &Resource, object: &Value) -> Value {
    let mut object = object.clone();
    if !resource.is_custom()
        && let Some(fields) = object.as_object_mut()
    {
        fields.remove("apiVersion");
        fields.remove("kind");
    }
    object
}
