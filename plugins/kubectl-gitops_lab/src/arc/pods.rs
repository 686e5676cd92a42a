//! Which of the agents work: each where its pods run.

use crate::flux::{ApiClient, is_running};

/// The agents of a site that work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct WorkingAgents {
    /// What keeps a cluster connected: clusteridentityoperator, which has the certificate that all others speak to
    /// Azure with, and cluster-metadata-operator, which tells Azure that the cluster is there.
    pub(super) connection: bool,
    /// extension-manager: extensions.
    pub(super) extensions: bool,
    /// fluxconfig-agent: what is wanted from Azure to the cluster, and what became of it back.
    pub(super) messenger: bool,
    /// fluxconfig-controller: Flux's objects of what is wanted.
    pub(super) controller: bool,
}

impl WorkingAgents {
    /// Those that work now.
    pub(super) fn now(api: &mut ApiClient<'_>) -> Self {
        Self {
            connection: ["clusteridentityoperator", "cluster-metadata-operator"]
                .into_iter()
                .all(|name| is_running(api, "azure-arc", name)),
            extensions: is_running(api, "azure-arc", "extension-manager"),
            messenger: is_running(api, "flux-system", "fluxconfig-agent"),
            controller: is_running(api, "flux-system", "fluxconfig-controller"),
        }
    }
}
