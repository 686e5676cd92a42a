//! All resources.

use std::collections::BTreeMap;

use super::{Resource, ResourceId};

/// Resources in the order of their ids.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    by_key: BTreeMap<String, Resource>,
}

impl Resources {
    /// The resource with this id.
    pub(crate) fn get(&self, id: &ResourceId) -> Option<&Resource> {
        self.by_key.get(id.key())
    }

    /// The same, to be changed.
    pub(crate) fn get_mut(&mut self, id: &ResourceId) -> Option<&mut Resource> {
        self.by_key.get_mut(id.key())
    }

    /// Puts a resource in the place of the one with its id.
    pub(crate) fn insert(&mut self, resource: Resource) {
        self.by_key.insert(resource.id.key().to_owned(), resource);
    }

    /// Takes a resource away.
    pub(crate) fn remove(&mut self, id: &ResourceId) -> Option<Resource> {
        self.by_key.remove(id.key())
    }

    /// The resources of a type (`Microsoft.KubernetesConfiguration/extensions`) that belong to this one.
    pub(crate) fn below<'a>(
        &'a self,
        parent: &ResourceId,
        kind: &str,
    ) -> impl Iterator<Item = &'a Resource> + use<'a> {
        let beginning = parent.below(kind, "").key().to_owned() + "/";
        let from = self.by_key.range(beginning.clone()..);
        from.take_while(move |(key, _)| key.starts_with(&beginning)).map(|(_, resource)| resource)
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.by_key.values()
    }
}
