//! What a scenario says of Resource Graph.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::azure::Azure;

/// How Resource Graph is from then on; what is not said stays as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScenarioResourceGraph {
    /// How long it takes until it shows what Resource Manager knows.
    #[serde(default)]
    pub lag: Option<SignedDuration>,
    /// How often a user may ask in five seconds.
    #[serde(default)]
    pub quota: Option<u32>,
    /// Flux configurations that it knows and nobody else does.
    #[serde(default)]
    pub synthetic: Option<SyntheticFleet>,
}

/// Flux configurations for queries over very many: four a cluster, on four branches, most of them compliant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SyntheticFleet {
    /// How many.
    pub configurations: u32,
    /// Their repository.
    pub url: String,
}

impl ScenarioResourceGraph {
    /// Lets Resource Graph be so.
    pub(super) fn put_on(&self, azure: &mut Azure, now: Timestamp) {
        if let Some(lag) = self.lag {
            azure.set_graph_lag(lag);
        }
        if let Some(queries) = self.quota {
            azure.set_graph_quota(queries);
        }
        if let Some(fleet) = &self.synthetic {
            azure.add_synthetic_configurations(fleet.configurations, &fleet.url, now);
        }
    }
}
