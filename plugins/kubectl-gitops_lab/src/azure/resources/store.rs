//! All resources, and what has changed of them.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use super::{Resource, ResourceId};

/// Resources in the order of their ids. Whatever changes them goes through here, so that nothing changes untold.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    by_key: BTreeMap<String, Resource>,
    changes: VecDeque<ResourceChange>,
}

/// What became of a resource.
#[derive(Clone, Debug)]
pub(crate) struct ResourceChange {
    pub(crate) id: ResourceId,
    pub(crate) at: Timestamp,
    /// As it stood afterwards; none when it was gone. What is protected is left out.
    pub(crate) resource: Option<Resource>,
}

impl Resources {
    /// The resource with this id.
    pub(crate) fn get(&self, id: &ResourceId) -> Option<&Resource> {
        self.by_key.get(id.key())
    }

    /// Puts a resource in the place of the one with its id.
    pub(crate) fn insert(&mut self, resource: Resource, now: Timestamp) {
        self.tell(&resource.id, Some(&resource), now);
        self.by_key.insert(resource.id.key().to_owned(), resource);
    }

    /// Changes a resource, if it is there.
    pub(crate) fn update(&mut self, id: &ResourceId, now: Timestamp, change: impl FnOnce(&mut Resource)) {
        if let Some(mut resource) = self.by_key.remove(id.key()) {
            change(&mut resource);
            self.insert(resource, now);
        }
    }

    /// Takes a resource away.
    pub(crate) fn remove(&mut self, id: &ResourceId, now: Timestamp) -> Option<Resource> {
        let resource = self.by_key.remove(id.key())?;
        self.tell(&resource.id, None, now);
        Some(resource)
    }

    /// The resources of a type (`Microsoft.KubernetesConfiguration/extensions`) that belong to this one.
    pub(crate) fn below<'a>(
        &'a self,
        parent: &ResourceId,
        kind: &str,
    ) -> impl Iterator<Item = &'a Resource> + use<'a> {
        self.beginning(parent.below(kind, "").key().to_owned() + "/")
    }

    /// This resource's own parts, and theirs.
    pub(crate) fn within<'a>(&'a self, id: &ResourceId) -> impl Iterator<Item = &'a Resource> + use<'a> {
        self.beginning(id.key().to_owned() + "/")
    }

    fn beginning<'a>(&'a self, beginning: String) -> impl Iterator<Item = &'a Resource> + use<'a> {
        let from = self.by_key.range(beginning.clone()..);
        from.take_while(move |(key, _)| key.starts_with(&beginning)).map(|(_, resource)| resource)
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.by_key.values()
    }

    /// What has changed since the last call, in its order.
    pub(crate) fn take_changes(&mut self) -> VecDeque<ResourceChange> {
        std::mem::take(&mut self.changes)
    }

    fn tell(&mut self, id: &ResourceId, resource: Option<&Resource>, at: Timestamp) {
        let mut resource = resource.cloned();
        resource.iter_mut().for_each(|resource| resource.protected.clear());
        self.changes.push_back(ResourceChange { id: id.clone(), at, resource });
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Resource, ResourceId, Resources};

    const CLUSTER: &str =
        "/subscriptions/S/resourceGroups/G/providers/Microsoft.Kubernetes/connectedClusters/c";
    const FLUX: &str = "Microsoft.KubernetesConfiguration/fluxConfigurations";

    #[test]
    fn whatever_changes_is_told_once_and_in_its_order() {
        let (mut resources, now) = (Resources::default(), Timestamp::UNIX_EPOCH);
        let cluster = ResourceId::new(CLUSTER);
        let own = cluster.below(FLUX, "a");
        let other = ResourceId::new(&format!("{CLUSTER}2")).below(FLUX, "b");
        resources.insert(Resource::new(own.clone(), now), now);
        resources.insert(Resource::new(other, now), now);
        let upper = ResourceId::new(&own.as_str().to_uppercase());
        resources.update(&upper, now, |resource| resource.generation = 7);
        resources.update(&cluster, now, |_| panic!("there is none"));
        let names: Vec<_> = resources.below(&cluster, FLUX).map(|found| found.id.name()).collect();
        assert_eq!(names, ["a"], "what belongs to a cluster whose name is longer belongs to that one");
        resources.remove(&upper, now);
        resources.remove(&upper, now);
        let told: Vec<_> = resources
            .take_changes()
            .into_iter()
            .map(|change| (change.id.name().to_owned(), change.resource.map(|found| found.generation)))
            .collect();
        let told: Vec<_> = told.iter().map(|(name, generation)| (name.as_str(), *generation)).collect();
        assert_eq!(told, [("a", Some(0)), ("b", Some(0)), ("a", Some(7)), ("a", None)]);
        assert!(resources.take_changes().is_empty());
    }
}
