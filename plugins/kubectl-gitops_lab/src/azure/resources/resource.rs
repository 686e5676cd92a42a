//! A resource.

use std::collections::BTreeMap;

use gitops_core::wire::Secret;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::ResourceId;

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
}
