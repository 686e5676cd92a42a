//! What clusters are to have, as it is handed to their agents: the last state that the service took on, and not what
//! was asked for since, which it may still refuse.

use std::collections::BTreeMap;

use gitops_core::wire::Secret;
use serde_json::{Map, Value};

use crate::azure::resources::{Resource, ResourceId};

/// What a cluster is to have of one resource.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) id: ResourceId,
    /// It counts changes of what is wanted: an agent that has done this one has nothing to do.
    pub(crate) generation: u64,
    /// The operation that the service took it on in, as `clusterconfig.azure.com/operation-id` names it.
    pub(crate) operation: String,
    /// What is wanted, as Resource Manager shows it: camelCase, with all defaults.
    pub(crate) properties: Map<String, Value>,
    /// What is protected, by its name as it was put: `httpsKey`, base64.
    pub(crate) protected: BTreeMap<String, Secret>,
    /// It is to go; whoever has removed it says so.
    pub(crate) is_deleting: bool,
    /// An agent has got it.
    pub(super) is_taken: bool,
}

#[cfg(test)]
impl Delivery {
    /// One that no agent has got yet.
    pub(crate) fn new(
        id: ResourceId,
        generation: u64,
        operation: &str,
        properties: Map<String, Value>,
        protected: BTreeMap<String, Secret>,
    ) -> Self {
        let operation = operation.to_owned();
        Self { id, generation, operation, properties, protected, is_deleting: false, is_taken: false }
    }
}

/// All of them, by the keys of their resources.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    by_key: BTreeMap<String, Delivery>,
    /// How often any of them was changed.
    version: u64,
}

impl Deliveries {
    /// The service takes on the state of a resource.
    pub(crate) fn accept(&mut self, resource: &Resource, operation: &str) {
        let before = self.by_key.get(resource.id.key());
        let delivery = Delivery {
            id: resource.id.clone(),
            generation: resource.generation,
            operation: operation.to_owned(),
            properties: resource.properties.clone(),
            protected: resource.protected.clone(),
            is_deleting: false,
            is_taken: before.is_some_and(|before| before.is_taken),
        };
        self.version += 1;
        self.by_key.insert(resource.id.key().to_owned(), delivery);
    }

    /// It is to go. Whether an agent has it, and has to say when it is gone.
    pub(crate) fn delete(&mut self, id: &ResourceId, operation: &str) -> bool {
        self.version += 1;
        let Some(delivery) = self.by_key.get_mut(id.key()).filter(|delivery| delivery.is_taken) else {
            self.by_key.remove(id.key());
            return false;
        };
        delivery.is_deleting = true;
        operation.clone_into(&mut delivery.operation);
        true
    }

    /// It is gone.
    pub(crate) fn forget(&mut self, id: &ResourceId) {
        self.version += u64::from(self.by_key.remove(id.key()).is_some());
    }

    /// How often anything was changed: where it is the same, everything is.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// What is wanted of a type in a cluster, which its agents have from now on.
    pub(super) fn take(&mut self, cluster: &ResourceId, kind: &str) -> Vec<Delivery> {
        let beginning = format!("{}/", cluster.below(kind, "").key());
        let from = self.by_key.range_mut(beginning.clone()..);
        let wanted = from.take_while(|(key, _)| key.starts_with(&beginning));
        let taken = wanted.map(|(_, delivery)| {
            delivery.is_taken = true;
            delivery.clone()
        });
        taken.collect()
    }
}
