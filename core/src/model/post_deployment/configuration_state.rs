//! Where one Flux configuration stands with a commit, as words. Programs compare them.

use crate::model::verdict::words::words;

words! {
    /// Where a configuration stands with the wanted commit, the worst first.
    ConfigurationState {
        Missing: "the cluster must have a configuration, and none can be seen",
        Failed: "the commit failed there: it could not be fetched, built, applied, or did not become healthy",
        ProvisioningFailed: "the last change of the configuration failed in Azure, so that it may not have arrived",
        CertificateExpired: "the certificate of the cluster's agents has expired: Azure cannot reach it any more",
        Offline: "Azure does not hear of the cluster",
        Suspended: "delivery was stopped on purpose",
        OtherApplied: "another commit is applied, and the source is at that one",
        Unknown: "nothing that can be relied on is known of it",
        Outdated: "what is known of it is older than the merge",
        Pending: "the source has not fetched the commit yet",
        WaitingBehind: "the commit is fetched, and the health check of the one before has not ended",
        Fetched: "the commit is fetched, and that it was applied is not proved",
        Reconciling: "the commit is being applied, or its health awaited",
        ReadinessUnknown: "the commit is applied, and nobody awaited whether its workloads are ready",
        Applied: "every kustomization has applied the commit",
    }
}

impl ConfigurationState {
    /// Whether every kustomization has applied the commit.
    pub fn is_applied(self) -> bool {
        matches!(self, ConfigurationState::Applied | ConfigurationState::ReadinessUnknown)
    }
}
