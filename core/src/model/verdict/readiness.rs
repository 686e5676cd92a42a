//! How many pods of an environment's workloads are ready, of how many: what is missing counts as expected, and
//! what could not be read is not known.
//!
//! Workloads in another cluster are not read, nor are those of a Helm release that may not be read: then how many pods
//! there are is not known.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::observation::Observation;
use super::status::Ready;
use super::{Reason, Remark};
use crate::model::Unanswered;
use crate::model::cluster::{DeliveredObjects, EnvironmentFacts, Kind, WorkloadFacts};
use crate::model::objects::{HelmRelease, Kustomization, Reference, WorkloadKind};

/// Pods of everything that the environment's kustomizations and Helm releases keep; without any of both, of everything
/// in its namespace.
pub(super) fn ready(observation: Observation<'_>, environment: &EnvironmentFacts) -> Ready {
    let mut workloads = workloads(observation, environment);
    workloads.sort_by_key(|workload| workload.object.title());
    workloads.dedup_by(|a, b| a.object == b.object);
    let missing: BTreeSet<(&str, &str, &str)> = delivered(environment)
        .flat_map(|delivered| &delivered.missing)
        // Its pods come and go.
        .filter(|object| object.kind != "CronJob")
        .map(|workload| (workload.kind.as_str(), workload.namespace.as_str(), workload.name.as_str()))
        .collect();
    // How many pods a missing workload wants nobody can say: one at least.
    let missing = i64::try_from(missing.len()).unwrap_or(i64::MAX);
    let is_unlisted = workloads.is_empty() && missing == 0 && lists_nothing_that_it_installed(environment);
    let known =
        unread(observation, environment).is_empty() && !is_kept_elsewhere(environment) && !is_unlisted;
    let none = Ready { desired: missing, known, workloads: missing, ..Ready::NONE };
    workloads.iter().fold(none, |sum, workload| {
        let (ready, desired) = (workload.object.ready, workload.object.desired);
        sum + Ready { ready, desired, workloads: 1, known: true }
    })
}

/// Why READY is not known, where that is because something was not answered.
pub(super) fn remark_on_unread_workloads(
    observation: Observation<'_>,
    environment: &EnvironmentFacts,
) -> Option<Remark> {
    let unanswered = unanswered(observation, environment)?;
    let message = format!("whether its workloads run is not known: {unanswered}");
    Some(Remark::new(Reason::of_unanswered(&unanswered.why), message))
}

/// The first question about what its deliverers keep that was not answered: workloads, releases and Jobs.
pub(super) fn unanswered(observation: Observation<'_>, environment: &EnvironmentFacts) -> Option<Unanswered> {
    let mut unread = unread(observation, environment);
    unread.extend(unread_beside_workloads(observation, environment));
    unread.into_iter().find_map(|(kind, namespace)| observation.state.unanswered_in(kind, namespace))
}

/// The workloads that an environment's pods belong to, some of them more than once.
pub(super) fn workloads<'a>(
    observation: Observation<'a>,
    environment: &'a EnvironmentFacts,
) -> Vec<&'a WorkloadFacts> {
    if environment.has_deliverer() {
        delivered(environment).flat_map(|delivered| &delivered.workloads).map(AsRef::as_ref).collect()
    } else {
        observation.facts.workloads_in(&environment.namespace).iter().map(AsRef::as_ref).collect()
    }
}

/// What an environment's kustomizations and Helm releases keep.
fn delivered(environment: &EnvironmentFacts) -> impl Iterator<Item = &DeliveredObjects> {
    let of_kustomizations = environment.kustomizations.iter().map(|kustomization| &kustomization.delivered);
    of_kustomizations.chain(environment.releases.iter().map(|release| &release.delivered))
}

/// Kinds of workload, each with a namespace, in which some are expected that could not be read.
fn unread<'a>(observation: Observation<'_>, environment: &'a EnvironmentFacts) -> BTreeSet<(Kind, &'a str)> {
    let namespace = environment.namespace.as_str();
    let kustomizations = || environment.kustomizations.iter().map(|kustomization| &kustomization.object);
    let local = kustomizations().filter(|kustomization| !kustomization.is_remote);
    let mut expected: BTreeSet<(Kind, &str)> =
        local.flat_map(|kustomization| listed_workloads(kustomization)).collect();
    let releases = || environment.releases.iter().map(|release| &release.object);
    let listed =
        releases().filter(|release| !release.is_remote).filter_map(|release| release.inventory.as_ref());
    expected.extend(listed.flat_map(|inventory| workload_kinds(inventory)));
    let lists_nothing = |kustomization: &Arc<Kustomization>| kustomization.inventory.is_empty();
    let has_no_inventory = |release: &Arc<HelmRelease>| release.inventory.is_none() && !release.is_remote;
    if !environment.has_deliverer() || kustomizations().any(lists_nothing) || releases().any(has_no_inventory)
    {
        // Nothing says which workloads there are: whatever refuses an answer may hide one.
        let kinds = [WorkloadKind::Deployment, WorkloadKind::StatefulSet, WorkloadKind::DaemonSet];
        let kinds = kinds.into_iter().map(Kind::of_workload);
        let refused = kinds.filter(|kind| observation.state.unanswered_in(*kind, namespace).is_some());
        expected.extend(refused.map(|kind| (kind, namespace)));
    }
    expected.retain(|(kind, namespace)| !observation.state.looked(*kind, namespace));
    expected
}

/// Kinds that tell more of what runs and have no pods of their own in READY, each with a namespace, of which some are
/// listed that could not be read.
fn unread_beside_workloads<'a>(
    observation: Observation<'_>,
    environment: &'a EnvironmentFacts,
) -> BTreeSet<(Kind, &'a str)> {
    const KINDS: [Kind; 3] = [Kind::HelmRelease, Kind::Job, Kind::CronJob];
    let kustomizations = environment.kustomizations.iter().map(|kustomization| &kustomization.object);
    let local = kustomizations.filter(|kustomization| !kustomization.is_remote);
    let entries = local.flat_map(|kustomization| &kustomization.inventory);
    let listed = entries.filter_map(|entry| {
        let kind = Kind::named(&entry.kind).filter(|kind| KINDS.contains(kind))?;
        Some((kind, entry.namespace.as_str()))
    });
    listed.filter(|(kind, namespace)| !observation.state.looked(*kind, namespace)).collect()
}

/// The kinds of workload in a kustomization's inventory, each with its namespace.
fn listed_workloads(kustomization: &Kustomization) -> impl Iterator<Item = (Kind, &str)> {
    workload_kinds(&kustomization.inventory)
}

fn workload_kinds(inventory: &[Reference]) -> impl Iterator<Item = (Kind, &str)> {
    let inventory = inventory.iter();
    inventory.filter_map(|entry| Some((Kind::of_workload(entry.workload()?), entry.namespace.as_str())))
}

/// Whether a Helm release is deployed of which nothing says what it installed: neither an inventory nor a label.
fn lists_nothing_that_it_installed(environment: &EnvironmentFacts) -> bool {
    environment.releases.iter().any(|release| {
        let delivered = &release.delivered;
        let has_nothing = delivered.jobs.is_empty() && delivered.cron_jobs.is_empty();
        release.object.inventory.is_none() && release.object.was_deployed() && has_nothing
    })
}

/// Whether a deliverer keeps workloads that are not read: in another cluster, or through a Helm release that is not
/// known.
fn is_kept_elsewhere(environment: &EnvironmentFacts) -> bool {
    let is_remote = environment.releases.iter().any(|release| release.object.is_remote);
    is_remote
        || environment.kustomizations.iter().any(|kustomization| {
            let lists_workloads = listed_workloads(&kustomization.object).next().is_some();
            let mut releases =
                kustomization.object.inventory.iter().filter(|entry| entry.kind == "HelmRelease");
            if kustomization.object.is_remote {
                return lists_workloads || releases.next().is_some();
            }
            let missing: BTreeSet<&Reference> = kustomization.delivered.missing.iter().collect();
            let is_known =
                |entry: &Reference| missing.contains(entry) || kustomization.release(entry).is_some();
            releases.any(|entry| !is_known(entry))
        })
}
