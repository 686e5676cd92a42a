//! Subscriptions.

use std::collections::BTreeMap;

use super::provider::Provider;

/// A subscription.
#[derive(Clone, Debug)]
pub(in crate::azure) struct Subscription {
    pub(in crate::azure) id: String,
    pub(in crate::azure) name: String,
    pub(super) providers: Vec<Provider>,
}

impl Subscription {
    /// A provider of that namespace, in any case.
    pub(in crate::azure) fn provider(&self, namespace: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.namespace.eq_ignore_ascii_case(namespace))
    }

    pub(super) fn provider_mut(&mut self, namespace: &str) -> Option<&mut Provider> {
        self.providers.iter_mut().find(|provider| provider.namespace.eq_ignore_ascii_case(namespace))
    }
}

/// All subscriptions of the tenant, by their ids in lower case.
#[derive(Debug, Default)]
pub(in crate::azure) struct Subscriptions(BTreeMap<String, Subscription>);

impl Subscriptions {
    /// Makes one known, where no provider is registered yet.
    pub(in crate::azure) fn add(&mut self, id: &str, name: &str) {
        let (id, name) = (id.to_owned(), name.to_owned());
        let subscription = Subscription { id: id.clone(), name, providers: Provider::all() };
        self.0.entry(id.to_lowercase()).or_insert(subscription);
    }

    /// The one with that id, in any case.
    pub(in crate::azure) fn get(&self, id: &str) -> Option<&Subscription> {
        self.0.get(&id.to_lowercase())
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Subscription> {
        self.0.get_mut(&id.to_lowercase())
    }

    pub(in crate::azure) fn iter(&self) -> impl Iterator<Item = &Subscription> {
        self.0.values()
    }
}
