//! A Flux configuration, as Resource Manager and Resource Graph have it: what is wanted in short, and what the
//! cluster's agent reported. It is read and never written back: fields that are not here would be lost.

use jiff::Timestamp;
use serde_json::Value;

use super::desired_kustomization::seconds;
use super::{
    ArcCluster, ComplianceState, DesiredKustomization, ObjectStatus, ProvisioningState, SyncedRevision,
    azure_date,
};
use crate::model::harmless;

/// A Flux configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FluxConfiguration {
    /// The cluster that it is for.
    pub cluster: ArcCluster,
    /// The last word of its resource id: `hello-dev`.
    pub name: String,
    /// The namespace of the objects that are made of it.
    pub namespace: String,
    /// Where its source is; empty where it is not told.
    pub url: String,
    /// The branch that it follows, of a git source.
    pub branch: Option<String>,
    /// How often the source is fetched, in seconds, where that is told.
    pub source_interval: Option<i64>,
    /// The kustomizations that are made of it, by name.
    pub kustomizations: Vec<DesiredKustomization>,
    /// Whether delivery is stopped.
    pub is_suspended: bool,
    /// What the agent says of it.
    pub compliance: ComplianceState,
    /// What became of the last change.
    pub provisioning: Option<ProvisioningState>,
    /// The revision that the cluster fetched last.
    pub revision: Option<SyncedRevision>,
    /// When the source was fetched last.
    pub source_updated: Option<Timestamp>,
    /// When the agent reported last.
    pub status_updated: Option<Timestamp>,
    /// What Azure or the agent say is wrong.
    pub error: Option<String>,
    /// The objects that it consists of. A list of configurations leaves their messages out.
    pub statuses: Vec<ObjectStatus>,
}

impl FluxConfiguration {
    /// Reads a document of Resource Manager, or a row of Resource Graph with `id` and `properties`; `None` where the id
    /// is of something else.
    pub fn read(document: &Value) -> Option<Self> {
        let id = document["id"].as_str()?;
        let (_, below) = split_once_ignoring_case(id, "/fluxConfigurations/")?;
        let properties = &document["properties"];
        let text = |key: &str| properties[key].as_str().filter(|text| !text.is_empty()).map(harmless);
        let date = |key: &str| properties[key].as_str().and_then(azure_date);
        let sources = ["gitRepository", "ociRepository", "bucket", "azureBlob"].map(|key| &properties[key]);
        let source = sources.into_iter().find(|source| source.is_object());
        let url = source.and_then(|source| source["url"].as_str()).map(harmless);
        let branch = properties["gitRepository"]["repositoryRef"]["branch"].as_str();
        let compliance = text("complianceState");
        Some(Self {
            cluster: ArcCluster::from_id(id)?,
            name: harmless(below.split('/').next()?),
            namespace: text("namespace").unwrap_or_default(),
            url: url.unwrap_or_default(),
            branch: branch.filter(|branch| !branch.is_empty()).map(harmless),
            source_interval: source.and_then(|source| seconds(&source["syncIntervalInSeconds"])),
            kustomizations: DesiredKustomization::read_all(&properties["kustomizations"]),
            is_suspended: properties["suspend"].as_bool().unwrap_or_default(),
            compliance: compliance.map_or(ComplianceState::Unknown, |word| ComplianceState::read(&word)),
            provisioning: text("provisioningState").map(|word| ProvisioningState::read(&word)),
            revision: text("sourceSyncedCommitId").and_then(|revision| SyncedRevision::read(&revision)),
            source_updated: date("sourceUpdatedAt"),
            status_updated: date("statusUpdatedAt"),
            error: text("errorMessage"),
            statuses: ObjectStatus::read_all(&properties["statuses"]),
        })
    }

    /// What a kustomization of it is called in the cluster.
    pub fn object_name(&self, kustomization: &DesiredKustomization) -> String {
        format!("{}-{}", self.name, kustomization.name)
    }
}

fn split_once_ignoring_case<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let at = text.to_ascii_lowercase().find(&separator.to_ascii_lowercase())?;
    Some((&text[..at], &text[at + separator.len()..]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kubernetes/connectedClusters/edge-1/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/hello-dev";

    #[test]
    fn a_document_without_anything_is_unknown_and_not_an_error() {
        let read = FluxConfiguration::read(&json!({"id": ID.to_lowercase()})).expect("a configuration");
        assert_eq!((read.name.as_str(), &read.compliance), ("hello-dev", &ComplianceState::Unknown));
        assert_eq!((read.provisioning, read.status_updated, read.statuses), (None, None, Vec::new()));
        assert_eq!(FluxConfiguration::read(&json!({})), None);
        assert_eq!(FluxConfiguration::read(&json!({"id": "/subscriptions/s"})), None);
    }

    #[test]
    fn what_the_agent_reported_is_read_whatever_is_null() {
        let read = FluxConfiguration::read(&json!({
            "id": ID,
            "properties": {
                "namespace": "flux-system",
                "gitRepository": {"url": "https://github.com/contoso/hello-gitops", "repositoryRef": {"branch": "dev", "tag": null}},
                "bucket": null,
                "complianceState": "Non-Compliant",
                "provisioningState": "Succeeded",
                "sourceSyncedCommitId": "dev@sha1:0ba6f0d30760d567de0bac86c8c4eec13ce1a590",
                "statusUpdatedAt": "2021-05-19T18:17:12Z",
                "sourceUpdatedAt": "0001-01-01T00:00:00+00:00",
                "errorMessage": "",
                "statuses": [
                    {"name": "hello-dev", "kind": "GitRepository", "complianceState": "Compliant", "statusConditions": null},
                    {"statusConditions": [{"type": "Ready", "message": "path not found"}]},
                ],
            },
        }));
        let read = read.expect("a configuration");
        assert_eq!(read.compliance, ComplianceState::NonCompliant);
        assert_eq!((read.branch.as_deref(), read.error, read.source_updated), (Some("dev"), None, None));
        assert_eq!(read.revision.map(|revision| revision.branch), Some(Some("dev".to_owned())));
        assert_eq!(read.statuses[1].message.as_deref(), Some("path not found"));
        assert_eq!(read.statuses[1].compliance, ComplianceState::Unknown);
    }
}
