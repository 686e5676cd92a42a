//! How Resource Graph is set from outside: by tests and scenarios.

use jiff::{SignedDuration, Timestamp};

use crate::azure::instance::{Azure, DEFAULT_SUBSCRIPTION};

impl Azure {
    /// From now on, Resource Graph shows changes so long after Resource Manager knows of them.
    pub fn set_graph_lag(&mut self, lag: SignedDuration) {
        self.graph.set_lag(lag);
    }

    /// From now on, a user may ask Resource Graph so often in five seconds.
    pub fn set_graph_quota(&mut self, queries: u32) {
        self.graph.set_quota(queries);
    }

    /// Adds so many Flux configurations to the default subscription that Resource Graph knows and Resource Manager does
    /// not: of the repository at `url`, four a cluster, on the branches `main`, `dev`, `qa` and `prod`, most of them
    /// compliant. Those that were added before are of this repository too.
    pub fn add_synthetic_configurations(&mut self, count: u32, url: &str, now: Timestamp) {
        let tenant = self.owner.tenant.clone();
        self.graph.add_synthetic(count, url, (&tenant, DEFAULT_SUBSCRIPTION), now);
    }
}
