//! What agents do at Azure: ask what their cluster is to have, and tell what became of it.

use gitops_core::model::azure::Connectivity;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::connectivity::ClusterFacts;
use super::delivery::Delivery;
use super::report::{ConfigurationReport, ExtensionReport};
use crate::azure::instance::Azure;
use crate::azure::resources::{EXTENSIONS, FLUX_CONFIGURATIONS, ResourceId};
use crate::azure::timestamp::time;

impl Azure {
    /// A cluster's agents say that they are there. Whether Azure knows the cluster and lets them in.
    pub(crate) fn heartbeat(&mut self, cluster: &ResourceId, facts: &ClusterFacts, now: Timestamp) -> bool {
        let Some(contact) = self.connectivity.hear(cluster, now) else { return false };
        let expires = contact.certificate_expires;
        self.resources.update(cluster, now, |resource| {
            let properties = [
                ("connectivityStatus", json!(Connectivity::Connected)),
                ("lastConnectivityTime", time(now)),
                ("managedIdentityCertificateExpirationTime", time(expires)),
                ("kubernetesVersion", json!(facts.kubernetes_version)),
                ("totalNodeCount", json!(facts.nodes)),
                ("totalCoreCount", json!(facts.cores)),
                ("agentVersion", json!(facts.agent_version)),
            ];
            resource.properties.extend(properties.map(|(name, value)| (name.to_owned(), value)));
        });
        true
    }

    /// Writes down a cluster that has no agents in the lab: when they were heard of last, and until when their
    /// certificate is good. It stays so.
    pub(crate) fn record_contact(
        &mut self,
        cluster: &ResourceId,
        last: Timestamp,
        expires: Timestamp,
        now: Timestamp,
    ) {
        let connectivity = self.connectivity.record(cluster, last, expires, now);
        self.resources.update(cluster, now, |resource| {
            let properties = [
                ("connectivityStatus", json!(connectivity)),
                ("lastConnectivityTime", time(last)),
                ("managedIdentityCertificateExpirationTime", time(expires)),
                ("kubernetesVersion", json!("1.34.2")),
                ("totalNodeCount", json!(1)),
                ("totalCoreCount", json!(4)),
                ("agentVersion", json!("1.31.3")),
            ];
            resource.properties.extend(properties.map(|(name, value)| (name.to_owned(), value)));
        });
    }

    /// Lets the certificates of all clusters' agents expire then, as each of them has told Azure.
    pub(crate) fn set_certificates(&mut self, expire: Timestamp, now: Timestamp) {
        for cluster in self.connectivity.set_certificates(expire) {
            self.resources.update(&cluster, now, |resource| {
                let name = "managedIdentityCertificateExpirationTime".to_owned();
                resource.properties.insert(name, time(expire));
            });
        }
    }

    /// Lets a report of a configuration come in at its time; one of the past has come in.
    pub(crate) fn schedule_report(&mut self, id: ResourceId, report: ConfigurationReport) {
        self.scheduled.push((id, report));
        self.scheduled.sort_by_key(|(_, report)| report.status_updated);
    }

    /// When the next of those comes in.
    pub(in crate::azure) fn report_due(&self) -> Option<Timestamp> {
        self.scheduled.first().map(|(_, report)| report.status_updated)
    }

    /// Takes in those that have come by `now`.
    pub(in crate::azure) fn take_reports(&mut self, now: Timestamp) {
        while self.report_due().is_some_and(|due| due <= now) {
            let (id, report) = self.scheduled.remove(0);
            self.report_configuration(&id, &report, report.status_updated);
        }
    }

    /// How often what clusters are to have was changed: where it is the same, agents need not ask what it is.
    pub(crate) fn wanted_version(&self) -> u64 {
        self.deliveries.version()
    }

    /// The Flux configurations that a cluster is to have, and those that it is to have no longer.
    pub(crate) fn wanted_configurations(&mut self, cluster: &ResourceId) -> Vec<Delivery> {
        self.deliveries.take(cluster, FLUX_CONFIGURATIONS)
    }

    /// The extensions that a cluster is to have, and those that it is to have no longer.
    pub(crate) fn wanted_extensions(&mut self, cluster: &ResourceId) -> Vec<Delivery> {
        self.deliveries.take(cluster, EXTENSIONS)
    }

    /// Tells what became of a Flux configuration.
    pub(crate) fn report_configuration(
        &mut self,
        id: &ResourceId,
        report: &ConfigurationReport,
        now: Timestamp,
    ) {
        self.resources.update(id, now, |resource| {
            let properties = [
                ("complianceState", json!(report.compliance)),
                ("statuses", json!(report.statuses)),
                ("sourceSyncedCommitId", json!(report.source_synced_commit)),
                ("sourceUpdatedAt", report.source_updated.map_or(Value::Null, time)),
                ("statusUpdatedAt", time(report.status_updated)),
                ("errorMessage", json!(report.error.as_deref().unwrap_or_default())),
            ];
            resource.properties.extend(properties.map(|(name, value)| (name.to_owned(), value)));
            if let Some(key) = &report.public_key {
                resource.properties.insert("repositoryPublicKey".to_owned(), json!(key));
            }
        });
    }

    /// Tells what became of an extension.
    pub(crate) fn report_extension(&mut self, id: &ResourceId, report: &ExtensionReport, now: Timestamp) {
        self.resources.update(id, now, |resource| {
            let properties = &mut resource.properties;
            properties.insert("installState".to_owned(), json!(report.install_state));
            if let Some(version) = &report.version {
                properties.insert("currentVersion".to_owned(), json!(version));
            }
            let statuses = report
                .error
                .iter()
                .map(|error| json!({"code": "InstallFailed", "level": "Error", "message": error}));
            properties.insert("statuses".to_owned(), statuses.collect());
        });
    }

    /// Tells that what was to go is gone from the cluster: a configuration or an extension.
    pub(crate) fn deleted(&mut self, id: &ResourceId, now: Timestamp) {
        self.deliveries.forget(id);
        self.finish_deletion(id, now);
    }

    /// Lets silence be seen.
    pub(in crate::azure) fn notice_silence(&mut self, now: Timestamp) {
        for (id, state) in self.connectivity.changed(now) {
            self.resources.update(&id, now, |resource| {
                resource.properties.insert("connectivityStatus".to_owned(), json!(state));
            });
        }
    }
}
