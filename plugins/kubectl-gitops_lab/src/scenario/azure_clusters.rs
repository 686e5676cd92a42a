//! Clusters that are in Azure alone: connected ones whose API nobody has at hand. What their agents report is data,
//! written as the agents of the lab's own clusters write it, at the time that is said.

use gitops_core::model::azure::ComplianceState;
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ScenarioError;
use super::requests::ask_azure;
use crate::azure::{Azure, ConfigurationReport, DEFAULT_SUBSCRIPTION, ResourceId};

/// How long before a report its commit was fetched: a check of health has ended since.
const FETCHED_BEFORE: SignedDuration = SignedDuration::from_mins(1);
const GROUP: &str = "rg-contoso-edge";
const CLUSTER_VERSION: &str = "2024-01-01";
const CONFIGURATION_VERSION: &str = "2025-04-01";

/// A cluster that is in Azure alone.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AzureCluster {
    /// Its name.
    pub name: String,
    /// Its resource group.
    #[serde(default = "group")]
    pub resource_group: String,
    /// How long before the scenario Azure heard of it last. It is `Offline` where that is 15 minutes or more.
    #[serde(default)]
    pub heard: SignedDuration,
    /// How much longer the certificate of its agents is good; less than nothing where it has expired.
    #[serde(default = "certificate")]
    pub certificate: SignedDuration,
    /// Its Flux configurations.
    #[serde(default)]
    pub configurations: Vec<AzureConfiguration>,
}

/// A Flux configuration with one kustomization, both called so.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AzureConfiguration {
    /// Its name.
    pub name: String,
    /// `organisation/repository` of the lab's git host, or an address.
    pub repository: String,
    /// The branch that it follows.
    pub branch: String,
    /// The folder.
    #[serde(default = "path")]
    pub path: String,
    /// Whether its kustomization waits for the health of what it applies.
    #[serde(default)]
    pub wait: bool,
    /// Whether it is suspended.
    #[serde(default)]
    pub suspend: bool,
    /// What its agents report, one after the other; nothing where there is none.
    #[serde(default)]
    pub reports: Vec<AzureReport>,
}

/// What agents report of it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AzureReport {
    /// How long after the scenario. It may be before it: `-5m`.
    #[serde(default)]
    pub after: SignedDuration,
    /// `Compliant`, `Non-Compliant`, `Pending`, `Suspended`, or a word that nobody knows yet.
    pub state: String,
    /// The commit that was fetched; the end of the branch where nothing is said.
    #[serde(default)]
    pub fetched: Option<String>,
    /// The commit that was applied last; that which was fetched where nothing is said, and none where it is empty.
    #[serde(default)]
    pub applied: Option<String>,
    /// Flux's reason where the kustomization is not ready.
    #[serde(default)]
    pub reason: Option<String>,
    /// What Flux says then.
    #[serde(default)]
    pub message: Option<String>,
}

fn group() -> String {
    GROUP.to_owned()
}

fn certificate() -> SignedDuration {
    SignedDuration::from_hours(60 * 24)
}

fn path() -> String {
    "./".to_owned()
}

impl AzureCluster {
    /// Makes it known to Azure in a scenario that happens at `now`. `filled` puts what placeholders mean into a text.
    pub(super) fn put_on(
        &self,
        azure: &mut Azure,
        filled: &mut dyn FnMut(&str) -> Result<String, ScenarioError>,
        now: Timestamp,
    ) -> Result<(), ScenarioError> {
        let group = &self.resource_group;
        let scope = format!("/subscriptions/{DEFAULT_SUBSCRIPTION}/resourceGroups/{group}");
        let id = format!("{scope}/providers/Microsoft.Kubernetes/connectedClusters/{}", self.name);
        let location = json!({"location": "westeurope"});
        ask_azure(azure, (Method::PUT, &format!("{scope}?api-version=2021-04-01")), &location, now)?;
        let body = json!({"location": "westeurope", "identity": {"type": "SystemAssigned"},
            "properties": {"distribution": "generic", "infrastructure": "generic"}});
        ask_azure(azure, (Method::PUT, &format!("{id}?api-version={CLUSTER_VERSION}")), &body, now)?;
        azure.finish_operations(now);
        azure.record_contact(&ResourceId::new(&id), now - self.heard, now + self.certificate, now);
        for configuration in &self.configurations {
            configuration.put_on(&id, azure, filled, now)?;
        }
        Ok(())
    }
}

impl AzureConfiguration {
    fn put_on(
        &self,
        cluster: &str,
        azure: &mut Azure,
        filled: &mut dyn FnMut(&str) -> Result<String, ScenarioError>,
        now: Timestamp,
    ) -> Result<(), ScenarioError> {
        let url = match self.repository.contains("://") {
            true => self.repository.clone(),
            false => filled(&format!("${{lab.git}}/{}", self.repository))?,
        };
        let kind = "providers/Microsoft.KubernetesConfiguration/fluxConfigurations";
        let id = format!("{cluster}/{kind}/{}", self.name);
        let body = json!({"properties": {
            "scope": "cluster",
            "namespace": "flux-system",
            "sourceKind": "GitRepository",
            "suspend": self.suspend,
            "gitRepository": {"url": url, "repositoryRef": {"branch": self.branch}, "syncIntervalInSeconds": 10},
            "kustomizations": {&self.name: {"path": self.path, "prune": true, "wait": self.wait, "syncIntervalInSeconds": 10}},
        }});
        ask_azure(azure, (Method::PUT, &format!("{id}?api-version={CONFIGURATION_VERSION}")), &body, now)?;
        azure.finish_operations(now);
        let tip = format!("${{lab.commit.{}/{}}}", self.repository, self.branch);
        for report in &self.reports {
            let fetched = filled(report.fetched.as_deref().unwrap_or(&tip))?;
            let applied = report.applied.as_deref().map_or_else(|| Ok(fetched.clone()), &mut *filled)?;
            let at = now + report.after;
            azure.schedule_report(ResourceId::new(&id), self.report(report, (&fetched, &applied), at));
        }
        Ok(())
    }

    fn report(
        &self,
        report: &AzureReport,
        (fetched, applied): (&str, &str),
        at: Timestamp,
    ) -> ConfigurationReport {
        let revision = |commit: &str| format!("{}@sha1:{commit}", self.branch);
        let stored = format!("stored artifact for revision '{}'", revision(fetched));
        let source = condition("True", "Succeeded", &stored, at - FETCHED_BEFORE);
        let compliance = ComplianceState::read(&report.state);
        let kustomization = match compliance {
            ComplianceState::NonCompliant => {
                let reason = report.reason.as_deref().unwrap_or("HealthCheckFailed");
                condition("False", reason, report.message.as_deref().unwrap_or("health check failed"), at)
            }
            _ if applied.is_empty() => condition("Unknown", "Progressing", "Reconciliation in progress", at),
            _ => {
                let told = format!("Applied revision: {}", revision(applied));
                condition("True", "ReconciliationSucceeded", &told, at)
            }
        };
        let status = |kind: &str, name: &str, condition: Value| {
            json!({
                "name": name, "namespace": "flux-system", "kind": kind,
                "complianceState": report.state, "appliedBy": null,
                "statusConditions": [condition], "helmReleaseProperties": null,
            })
        };
        let named = format!("{0}-{0}", self.name);
        ConfigurationReport {
            compliance,
            statuses: vec![
                status("GitRepository", &self.name, source),
                status("Kustomization", &named, kustomization),
            ],
            source_synced_commit: Some(revision(fetched)),
            source_updated: Some(at - FETCHED_BEFORE),
            status_updated: at,
            error: None,
            public_key: None,
        }
    }
}

fn condition(status: &str, reason: &str, message: &str, at: Timestamp) -> Value {
    let at = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    json!({"lastTransitionTime": at, "message": message, "reason": reason, "status": status, "type": "Ready"})
}
