//! One configuration in the hands of the agents: what is wanted, what was made of it, and what Azure was told.

use super::compliance;
use super::configuration::Configuration;
use super::managed_objects::ManagedObjects;
use crate::azure::{ConfigurationReport, ResourceId};
use crate::flux::ApiClient;

/// A configuration that is being taken care of.
#[derive(Debug)]
pub(super) struct ManagedConfiguration {
    configuration: Configuration,
    objects: ManagedObjects,
    /// The generation of which the objects are; none before there are any.
    made: Option<u64>,
    /// Why one of them could not be made.
    error: Option<String>,
    told: Option<ConfigurationReport>,
}

impl ManagedConfiguration {
    pub(super) fn new(configuration: Configuration) -> Self {
        let objects = ManagedObjects::default();
        Self { configuration, objects, made: None, error: None, told: None }
    }

    pub(super) fn id(&self) -> &ResourceId {
        &self.configuration.id
    }

    /// Whether it is to go.
    pub(super) fn is_deleting(&self) -> bool {
        self.configuration.is_deleting()
    }

    /// Takes what Azure wants; whether that is something new. `is_made` is whether the controller makes objects of it now.
    pub(super) fn receive(&mut self, wanted: Configuration, is_made: bool, api: &mut ApiClient<'_>) -> bool {
        let is_new = self.made != Some(wanted.generation());
        self.configuration = wanted;
        if is_new && is_made {
            self.repair(api);
        }
        is_new
    }

    /// Makes of its objects what is wanted, whatever they are.
    pub(super) fn repair(&mut self, api: &mut ApiClient<'_>) {
        if !self.configuration.is_deleting() {
            self.error = self.objects.put(&self.configuration, api);
            self.made = Some(self.configuration.generation());
        }
    }

    /// Removes its objects; whether all are gone.
    pub(super) fn remove(&mut self, api: &mut ApiClient<'_>) -> bool {
        self.objects.remove(&self.configuration, api)
    }

    /// Lets all be told once more.
    pub(super) fn forget_report(&mut self) {
        self.told = None;
    }

    /// What is to be told; none where Azure knows it already.
    pub(super) fn next_report(&mut self, api: &mut ApiClient<'_>) -> Option<ConfigurationReport> {
        if self.configuration.is_deleting() {
            return None;
        }
        let mut found = self.objects.found(&self.configuration, api);
        let releases = api.list("helm.toolkit.fluxcd.io/v2", "HelmRelease");
        let is_own = |release: &serde_json::Value| compliance::is_applied_by_any(release, &found);
        let releases: Vec<_> = releases.into_iter().filter(is_own).collect();
        found.extend(releases);
        let report = compliance::report(&found, self.error.clone(), api.now);
        let is_known = self.told.as_ref().is_some_and(|told| {
            ConfigurationReport { status_updated: told.status_updated, ..report.clone() } == *told
        });
        if is_known {
            return None;
        }
        self.told = Some(report.clone());
        Some(report)
    }
}
