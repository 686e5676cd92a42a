//! A Flux configuration, as Azure hands it to the agents of a cluster.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gitops_core::model::contract::{AZURE_CONFIGURATION_LABEL, AZURE_MANAGED_LABEL};
use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use crate::azure::{Delivery, ResourceId};
use crate::flux::format_duration;

/// How often something is done, and how long it may take, where nothing is said.
const DEFAULT_SECONDS: i64 = 600;

/// What Azure wants of a cluster under one name.
#[derive(Clone, Debug)]
pub(super) struct Configuration {
    pub(super) id: ResourceId,
    pub(super) name: String,
    delivery: Delivery,
}

impl Configuration {
    pub(super) fn new(delivery: Delivery) -> Self {
        let id = delivery.id.clone();
        Self { name: id.name().to_owned(), id, delivery }
    }

    /// How often what is wanted has changed.
    pub(super) fn generation(&self) -> u64 {
        self.delivery.generation
    }

    /// Whether it is to go.
    pub(super) fn is_deleting(&self) -> bool {
        self.delivery.is_deleting
    }

    /// The properties of the resource.
    pub(super) fn properties(&self) -> &Map<String, Value> {
        &self.delivery.properties
    }

    /// A property; null where there is none.
    pub(super) fn property(&self, name: &str) -> &Value {
        self.delivery.properties.get(name).unwrap_or(&Value::Null)
    }

    /// The namespace of the objects that are made of it.
    pub(super) fn namespace(&self) -> &str {
        self.property("namespace").as_str().filter(|namespace| !namespace.is_empty()).unwrap_or("default")
    }

    /// Whether it may change nothing outside of its namespace.
    pub(super) fn is_namespaced(&self) -> bool {
        self.property("scope").as_str().is_some_and(|scope| scope.eq_ignore_ascii_case("namespace"))
    }

    /// Whether delivery is stopped.
    pub(super) fn is_suspended(&self) -> bool {
        self.property("suspend").as_bool().unwrap_or_default()
    }

    /// A protected setting, in clear; as it is where it is no base64.
    pub(super) fn protected(&self, name: &str) -> Option<String> {
        let setting =
            self.delivery.protected.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1.expose();
        let decoded = STANDARD.decode(setting).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        Some(decoded.unwrap_or_else(|| setting.to_owned()))
    }

    /// The labels of all that is made of it.
    pub(super) fn labels(&self) -> Value {
        json!({
            (AZURE_MANAGED_LABEL): "true",
            (AZURE_CONFIGURATION_LABEL): self.name,
            "clusterconfig.azure.com/namespace": self.namespace(),
            "clusterconfig.azure.com/operation-id": self.delivery.operation,
        })
    }

    /// An object that is made of it.
    pub(super) fn object(&self, api_version: &str, kind: &str, name: &str) -> Value {
        let metadata = json!({"name": name, "namespace": self.namespace(), "labels": self.labels()});
        json!({"apiVersion": api_version, "kind": kind, "metadata": metadata})
    }
}

/// A field in seconds as Flux has it: `10m0s`. Azure's default where nothing is said.
pub(super) fn duration(fields: &Value, name: &str) -> Value {
    let seconds = fields[name].as_i64().unwrap_or(DEFAULT_SECONDS);
    json!(format_duration(SignedDuration::from_secs(seconds)))
}

/// A document without the fields that are null.
pub(super) fn without_nulls(document: &Value) -> Value {
    match document {
        Value::Object(fields) => {
            let given = fields.iter().filter(|(_, value)| !value.is_null());
            given.map(|(name, value)| (name.clone(), without_nulls(value))).collect()
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}
