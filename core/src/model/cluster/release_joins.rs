//! Helm releases with their charts and with what they installed: by Flux's labels, which everything that Helm makes
//! carries, and by the release's inventory where there is one.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::joins::{Joins, ObjectPlace, cron_jobs, key};
use super::{DeliveredObjects, ReleaseFacts, WorkloadFacts};
use crate::model::contract::{RELEASE_NAME_LABEL, RELEASE_NAMESPACE_LABEL};
use crate::model::objects::{Event, HelmRelease, Meta, Reference, Source};

/// Positions of releases, by the objects of their inventories and by their own names.
#[derive(Default)]
struct ReleaseListings<'a> {
    objects: HashMap<ObjectPlace<'a>, Vec<usize>>,
    owners: HashMap<(&'a str, &'a str), usize>,
}

impl<'a> Joins<'a> {
    /// All Helm releases with what belongs to them.
    pub(super) fn releases(&mut self, workloads: &[Arc<WorkloadFacts>]) -> Vec<Arc<ReleaseFacts>> {
        if self.collection.releases.is_empty() {
            return Vec::new();
        }
        let listings = self.release_listings();
        let mut joined: Vec<ReleaseFacts> =
            self.collection.releases.iter().map(|object| self.release(object.clone())).collect();
        let mut present: HashSet<ObjectPlace<'_>> = HashSet::new();
        for workload in workloads {
            let meta = &workload.object.meta;
            let place = (workload.object.kind.name(), meta.namespace.as_str(), meta.name.as_str());
            present.insert(place);
            for index in self.keepers(&listings, meta, place) {
                joined[index].delivered.workloads.push(workload.clone());
            }
        }
        self.install_jobs(&listings, &mut joined);
        present.extend(cron_jobs(self.collection));
        for release in joined.iter_mut().filter(|release| !release.object.is_remote) {
            let entries = release.object.inventory.iter().flatten();
            release.delivered.missing =
                entries.filter(|entry| self.is_gone(entry, &present)).cloned().collect();
        }
        joined.into_iter().map(Arc::new).collect()
    }

    /// Gives Jobs and CronJobs to the releases that keep them.
    fn install_jobs(&mut self, listings: &ReleaseListings<'_>, joined: &mut [ReleaseFacts]) {
        let collection = self.collection;
        for job in &collection.jobs {
            let place = ("Job", job.meta.namespace.as_str(), job.meta.name.as_str());
            let keepers = self.keepers(listings, &job.meta, place);
            if !keepers.is_empty() {
                let facts = Arc::new(self.job(job));
                keepers.into_iter().for_each(|index| joined[index].delivered.jobs.push(facts.clone()));
            }
        }
        for cron_job in &collection.cron_jobs {
            let place = ("CronJob", cron_job.meta.namespace.as_str(), cron_job.meta.name.as_str());
            let keepers = self.keepers(listings, &cron_job.meta, place);
            if !keepers.is_empty() {
                let facts = Arc::new(self.cron_job(cron_job));
                keepers.into_iter().for_each(|index| joined[index].delivered.cron_jobs.push(facts.clone()));
            }
        }
    }

    /// The releases that keep an object, by its labels and by their inventories.
    fn keepers(
        &mut self,
        listings: &ReleaseListings<'_>,
        meta: &Meta,
        place: ObjectPlace<'_>,
    ) -> BTreeSet<usize> {
        let labelled = release_of(meta).and_then(|owner| listings.owners.get(&owner));
        let listed = listings.objects.get(&place).into_iter().flatten();
        let keepers: BTreeSet<usize> = labelled.into_iter().chain(listed).copied().collect();
        self.comparisons += 1 + keepers.len();
        keepers
    }

    fn release_listings(&mut self) -> ReleaseListings<'a> {
        let mut listings = ReleaseListings::default();
        let releases = self.collection.releases.iter().enumerate();
        for (index, release) in releases.filter(|(_, release)| !release.is_remote) {
            listings.owners.insert(key(&release.meta), index);
            let entries = release.inventory.as_deref().unwrap_or_default();
            self.comparisons += 1 + entries.len();
            for entry in entries {
                let kind = match entry.workload() {
                    Some(kind) => kind.name(),
                    None if entry.group == "batch" && entry.kind == "Job" => "Job",
                    None if entry.group == "batch" && entry.kind == "CronJob" => "CronJob",
                    None => continue,
                };
                let keepers = listings.objects.entry((kind, &entry.namespace, &entry.name)).or_default();
                if keepers.last() != Some(&index) {
                    keepers.push(index);
                }
            }
        }
        listings
    }

    fn release(&self, object: Arc<HelmRelease>) -> ReleaseFacts {
        let chart = object.chart.as_ref().and_then(|chart| self.source(chart));
        let chart_source = object.chart_source.as_ref().and_then(|source| self.source(source));
        let chart_events = self.events_about(chart.as_deref());
        let chart_source_events = self.events_about(chart_source.as_deref());
        let events = self.events.get(&("HelmRelease", &object.meta.namespace, &object.meta.name));
        let events = events.into_iter().flatten().map(|(_, event)| (*event).clone()).collect();
        let delivered = DeliveredObjects::default();
        ReleaseFacts { object, chart, chart_events, chart_source, chart_source_events, delivered, events }
    }

    fn source(&self, reference: &Reference) -> Option<Arc<Source>> {
        let place = (reference.source()?, reference.namespace.as_str(), reference.name.as_str());
        self.sources.get(&place).map(|source| (*source).clone())
    }

    fn events_about(&self, source: Option<&Source>) -> Vec<Arc<Event>> {
        let place = source
            .map(|source| (source.kind.name(), source.meta.namespace.as_str(), source.meta.name.as_str()));
        let events = place.and_then(|place| self.events.get(&place)).into_iter().flatten();
        events.map(|(_, event)| (*event).clone()).collect()
    }
}

/// Namespace and name of the release that says with labels that it made an object.
fn release_of(meta: &Meta) -> Option<(&str, &str)> {
    let label = |key: &str| meta.labels.get(key).map(String::as_str);
    Some((label(RELEASE_NAMESPACE_LABEL)?, label(RELEASE_NAME_LABEL)?))
}
