//! What a scenario says of the agents of Azure Arc.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::world::World;

/// How the agents of all clusters are from then on; what is not said stays as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AzureAgents {
    /// Whether they reach Azure.
    #[serde(default)]
    pub connected: Option<bool>,
    /// How long what happens in a cluster takes until Azure is told.
    #[serde(default)]
    pub report_lag: Option<SignedDuration>,
    /// How much longer their certificates are good.
    #[serde(default)]
    pub certificate: Option<SignedDuration>,
}

impl AzureAgents {
    /// Lets the agents of a world be so.
    pub(super) fn put_on(&self, world: &mut World, now: Timestamp) {
        if let Some(left) = self.certificate {
            world.azure.set_certificates(now + left, now);
        }
        for index in 0..world.sites.len() {
            let agents = &mut world.sites[index].arc;
            if let Some(connected) = self.connected {
                agents.cut(!connected);
            }
            if let Some(lag) = self.report_lag {
                agents.set_report_lag(lag);
            }
            world.exchange(index, now);
        }
    }
}
