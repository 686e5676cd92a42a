//! How many clusters follow an environment, and how many of them have what it wants.

use serde::Serialize;

/// Clusters that follow a branch of the gitops repository through Flux configurations of Azure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ClusterCount {
    /// Those that are compliant at the newest commit.
    pub compliant: u64,
    /// All of them.
    pub all: u64,
}
