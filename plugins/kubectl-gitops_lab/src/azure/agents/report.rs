//! What agents report.

use gitops_core::model::azure::ComplianceState;
use jiff::Timestamp;
use serde_json::Value;

/// What became of a Flux configuration in its cluster.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ConfigurationReport {
    /// Whether the cluster has what is wanted.
    pub(crate) compliance: ComplianceState,
    /// One document an object, as Resource Manager shows it: `name`, `namespace`, `kind`, `complianceState`, `appliedBy`,
    /// `statusConditions`, `helmReleaseProperties`.
    pub(crate) statuses: Vec<Value>,
    /// The revision that the source is at.
    pub(crate) source_synced_commit: Option<String>,
    /// When that was fetched.
    pub(crate) source_updated: Option<Timestamp>,
    /// When the agent looked.
    pub(crate) status_updated: Timestamp,
    /// What is wrong.
    pub(crate) error: Option<String>,
    /// The public half of the key that the cluster made for itself, of sources over ssh.
    pub(crate) public_key: Option<String>,
}

/// What became of an extension in its cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExtensionReport {
    /// `Installed`, `Failed`, `Pending`: `installState`.
    pub(crate) install_state: String,
    /// The version that is there.
    pub(crate) version: Option<String>,
    /// What is wrong.
    pub(crate) error: Option<String>,
}
