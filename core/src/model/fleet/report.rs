//! What decides of a Flux configuration, as Resource Graph tells it: of one, or of all that are alike in it.

use serde_json::Value;

use crate::model::azure::{ComplianceState, Connectivity, ProvisioningState, SyncedRevision};
use crate::model::harmless;

/// Whether what was fetched is applied, too. That it was fetched proves nothing: `Compliant` may still describe the
/// revision before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AppliedProof {
    /// The conditions of its kustomizations say that this revision is applied; or, where Resource Graph tells no conditions,
    /// the report is younger than the fetch.
    Applied,
    /// They say that another is; or the report is no younger than the fetch.
    NotApplied,
    /// Nothing tells.
    NotTold,
}

/// What decides of a Flux configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetReport {
    /// The address of the git repository; empty where it follows none.
    pub url: String,
    /// The branch, where it follows one.
    pub branch: Option<String>,
    /// What the cluster's agent reported.
    pub compliance: ComplianceState,
    /// Whether delivery is stopped.
    pub is_suspended: bool,
    /// What became of the last change.
    pub provisioning: Option<ProvisioningState>,
    /// Whether Azure hears of the cluster, where that is told; `Expired` also where the date of its certificate is past.
    pub connectivity: Option<Connectivity>,
    /// The commit that was fetched last.
    pub commit: Option<String>,
    /// Whether it is applied.
    pub proof: AppliedProof,
    /// Whether a kustomization of it is ready before its workloads are, so that nobody knows of them (`wait: false`).
    pub leaves_readiness_unknown: bool,
    /// Whether a kustomization of it says that the repository has no such folder.
    pub is_path_missing: bool,
}

/// What GitHub tells of the branch that a configuration follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BranchKnowledge<'a> {
    /// Its newest commit, where that is known.
    pub head: Option<&'a str>,
    /// Whether something was deployed to it: tracking files say what.
    pub is_tracked: bool,
}

impl FleetReport {
    /// Reads the columns of a row.
    pub fn read(row: &Value) -> Self {
        let text = |name: &str| row[name].as_str().map(str::trim).filter(|text| !text.is_empty());
        Self {
            url: text("url").map(harmless).unwrap_or_default(),
            branch: text("branch").map(harmless),
            compliance: text("state").map_or(ComplianceState::Unknown, ComplianceState::read),
            is_suspended: text("suspended").is_some_and(|word| word.eq_ignore_ascii_case("true")),
            provisioning: text("provisioning").map(ProvisioningState::read),
            connectivity: text("connectivity").map(Connectivity::read),
            commit: text("revision").and_then(SyncedRevision::read).map(|revision| revision.commit),
            proof: match text("applied") {
                Some("yes") => AppliedProof::Applied,
                Some("no") => AppliedProof::NotApplied,
                _ => AppliedProof::NotTold,
            },
            leaves_readiness_unknown: text("waits") == Some("no"),
            is_path_missing: text("missing") == Some("yes"),
        }
    }

    /// The commit that is applied, as far as that is told: what is fetched alone is not.
    pub fn applied(&self) -> Option<&str> {
        let is_settled = matches!(self.compliance, ComplianceState::Compliant | ComplianceState::Suspended);
        self.commit.as_deref().filter(|_| is_settled && self.proof == AppliedProof::Applied)
    }
}
