//! One configuration that is not well.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{FleetFinding, FleetKnowledge, FleetReport};
use crate::model::azure::{ArcCluster, ComplianceState, Connectivity, azure_date};
use crate::model::compliance::{resume_configuration, show_cluster, show_configuration};
use crate::model::harmless;
use crate::model::verdict::{NextCommand, Reason, Standing};

/// A Flux configuration of a cluster, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetConfiguration {
    /// The cluster's name in Azure.
    pub cluster: String,
    /// Its resource group.
    pub resource_group: String,
    /// Its subscription.
    pub subscription: String,
    /// The configuration's name.
    pub configuration: String,
    /// Its resource id.
    pub resource_id: String,
    /// The gitops repository, as in the counts.
    pub repository: String,
    /// The branch, which is the environment; `null` where no branch is followed.
    pub environment: Option<String>,
    /// Where it stands.
    pub standing: Standing,
    /// Why, as a word.
    pub reason: Reason,
    /// Why, as a sentence.
    pub message: String,
    /// The version that the cluster has applied; `null` where that, or the version of the commit, is not told.
    pub version: Option<String>,
    /// The commit of the gitops repository that the cluster has applied; `null` where that is not told, as while
    /// another is being applied.
    pub commit: Option<String>,
    /// The commit that the cluster fetched last, applied or not.
    pub fetched: Option<String>,
    /// Azure's word for its compliance.
    #[schemars(with = "String")]
    pub state: ComplianceState,
    /// Azure's word for whether it hears of the cluster; `null` where that is not told.
    #[schemars(with = "Option<String>")]
    pub connectivity: Option<Connectivity>,
    /// When the cluster's agent reported last.
    pub reported_at: Option<Timestamp>,
    /// When Azure heard of the cluster last.
    pub last_connected: Option<Timestamp>,
    /// What to type next.
    pub next: Vec<NextCommand>,
}

impl FleetConfiguration {
    /// Reads a row; `None` where its id is that of something else.
    pub fn read(row: &Value, knowledge: &FleetKnowledge) -> Option<Self> {
        let id = row["id"].as_str()?;
        let cluster = ArcCluster::from_id(id)?;
        let name = harmless(id.trim_end_matches('/').rsplit('/').next()?);
        let report = FleetReport::read(row);
        let FleetFinding { standing, reason, message } = report.finding(knowledge.branch(&report));
        let error = row["error"].as_str().map(str::trim).filter(|error| !error.is_empty()).map(harmless);
        let error = error.filter(|_| standing == Standing::Failed);
        let date = |name: &str| row[name].as_str().and_then(azure_date);
        Some(Self {
            cluster: harmless(cluster.name()),
            resource_group: harmless(cluster.resource_group()),
            subscription: harmless(cluster.subscription()),
            resource_id: cluster.flux_configuration_id(&name),
            repository: knowledge.name(&report.url, &[]),
            version: knowledge.version(&report.url, report.applied()).map(str::to_owned),
            commit: report.applied().map(str::to_owned),
            message: error.map_or(message.clone(), |error| format!("{message}: {error}")),
            next: next(&cluster, &name, reason),
            configuration: name,
            environment: report.branch,
            standing,
            reason,
            fetched: report.commit,
            state: report.compliance,
            connectivity: report.connectivity,
            reported_at: date("reported"),
            last_connected: date("heard"),
        })
    }
}

fn next(cluster: &ArcCluster, name: &str, reason: Reason) -> Vec<NextCommand> {
    vec![match reason {
        Reason::ClusterOffline | Reason::CertificateExpired => show_cluster(cluster),
        Reason::ConfigurationSuspended => resume_configuration(cluster, name),
        _ => show_configuration(cluster, name),
    }]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "/subscriptions/s/resourceGroups/rg-edge/providers/Microsoft.Kubernetes/connectedClusters/edge-1/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/hello-dev";

    #[test]
    fn a_row_names_the_cluster_and_what_to_type() {
        let row = |columns: serde_json::Value| {
            let mut row = json!({"id": ID, "url": "https://github.com/contoso/hello-gitops", "branch": "dev", "state": "Compliant"});
            for (name, value) in columns.as_object().expect("columns") {
                row[name] = value.clone();
            }
            FleetConfiguration::read(&row, &FleetKnowledge::default()).expect("a row")
        };
        let failed = row(json!({"state": "Non-Compliant", "error": " path not found\n"}));
        assert_eq!((failed.cluster.as_str(), failed.standing), ("edge-1", Standing::Failed));
        assert_eq!(failed.message, "Azure was told that something is not as wanted: path not found");
        assert!(failed.next[0].command.starts_with("az k8s-configuration flux show -g rg-edge -c edge-1"));
        let offline = row(json!({"connectivity": "Offline", "heard": "2026-05-04T10:00:00Z"}));
        assert_eq!(offline.next[0].command, "az connectedk8s show -g rg-edge -n edge-1 --subscription s");
        let suspended = row(json!({"suspended": "true"}));
        assert!(suspended.next[0].command.ends_with("-n hello-dev --suspend false"));
        assert_eq!(
            FleetConfiguration::read(&json!({"id": "/subscriptions/s"}), &FleetKnowledge::default()),
            None
        );
    }
}
