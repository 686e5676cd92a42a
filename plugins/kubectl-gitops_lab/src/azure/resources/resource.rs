//! A resource.

use std::collections::BTreeMap;

use gitops_core::wire::Secret;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::ResourceId;
use crate::azure::timestamp::precise_time;

/// A resource as it stands, secrets apart.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub(crate) id: ResourceId,
    /// `westeurope`; of resources that are somewhere.
    pub(crate) location: Option<String>,
    pub(crate) tags: Map<String, Value>,
    /// Its managed identity, where it has one.
    pub(crate) identity: Option<Value>,
    pub(crate) properties: Map<String, Value>,
    /// What was given and never comes back, by its name: base64, as it was given.
    pub(crate) protected: BTreeMap<String, Secret>,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// How often what is wanted of it was changed; what is reported of it does not count.
    pub(crate) generation: u64,
}

impl Resource {
    /// One that nothing is said of yet.
    pub(crate) fn new(id: ResourceId, now: Timestamp) -> Self {
        Self {
            id,
            location: None,
            tags: Map::new(),
            identity: None,
            properties: Map::new(),
            protected: BTreeMap::new(),
            created: now,
            modified: now,
            generation: 0,
        }
    }

    /// When it was made and changed. The service does not say by whom.
    pub(crate) fn system_data(&self) -> Value {
        json!({
            "createdBy": null,
            "createdByType": null,
            "createdAt": precise_time(self.created),
            "lastModifiedBy": null,
            "lastModifiedByType": null,
            "lastModifiedAt": precise_time(self.modified),
        })
    }

    /// A property that is a text; an empty one where it is none.
    pub(crate) fn text(&self, property: &str) -> &str {
        self.properties.get(property).and_then(Value::as_str).unwrap_or_default()
    }
}
