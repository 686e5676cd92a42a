//! Azure's part of an environment as it is written: the shape is API.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::model::azure::{ArcCluster, ComplianceState, Connectivity, ProvisioningState};
use crate::model::verdict::{Reason, ago_in_words};

/// Whether an environment's cluster has what Azure wants of it, as Azure was told by the cluster's agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Compliance {
    /// Azure's word: `Compliant`, `Non-Compliant`, `Pending`, `Suspended`, `Unknown` (nothing was reported yet: neither
    /// success nor failure), or one that Azure added; `null` where Azure did not say.
    #[schemars(with = "Option<String>")]
    pub state: Option<ComplianceState>,
    /// When the cluster's agent reported last.
    pub as_of: Option<Timestamp>,
    /// The Flux configuration: of several that deliver here the worst.
    pub configuration: String,
    /// Its resource id.
    pub resource_id: String,
    /// The commit that Azure was told of.
    pub revision: Option<String>,
    /// What became of the last change of the configuration, in Azure's word.
    #[schemars(with = "Option<String>")]
    pub provisioning: Option<ProvisioningState>,
    /// Whether Azure hears of the cluster, in Azure's word; `null` where that is not known.
    #[schemars(with = "Option<String>")]
    pub connectivity: Option<Connectivity>,
    /// Why the state is not known or cannot be relied on, as a word; without it nothing speaks against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The same as a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The cluster in Azure, as its agents' ConfigMap names it.
    #[serde(skip)]
    pub cluster: ArcCluster,
    /// The time at Azure minus the time of the picture.
    #[serde(skip)]
    pub clock_offset: SignedDuration,
}

impl Compliance {
    /// What must differ for it to be news: ages go on by themselves.
    pub fn fingerprint(&self) -> String {
        let Self { state, configuration, revision, provisioning, connectivity, reason, .. } = self;
        format!("{state:?} {configuration} {revision:?} {provisioning:?} {connectivity:?} {reason:?}")
    }

    /// The time at Azure when it is `now` on the page.
    pub fn azure_time(&self, now: Timestamp) -> Timestamp {
        now.saturating_add(self.clock_offset).unwrap_or(now)
    }

    /// `Compliant, as reported 40 s ago (hello-dev on edge-1 in rg-edge)`.
    pub fn describe(&self, now: Timestamp) -> String {
        let ago =
            self.as_of.map(|as_of| format!(", as reported {}", ago_in_words(as_of, self.azure_time(now))));
        let state = match &self.state {
            Some(state) => format!("{state}{}", ago.unwrap_or_default()),
            None => "nothing of it".to_owned(),
        };
        format!("{state} ({} on {})", self.configuration, self.cluster)
    }

    /// What sorts compliances, the worst first.
    pub fn severity(&self) -> impl Ord + use<> {
        let state = match &self.state {
            Some(ComplianceState::NonCompliant) => 0,
            Some(ComplianceState::Other(_)) => 1,
            Some(ComplianceState::Unknown) | None => 2,
            Some(ComplianceState::Suspended) => 3,
            Some(ComplianceState::Pending) => 4,
            Some(ComplianceState::Compliant) => 5,
        };
        (state, self.reason.is_none())
    }
}
