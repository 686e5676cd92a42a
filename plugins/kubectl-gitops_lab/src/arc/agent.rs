//! The agents of a site, as one.

use jiff::Timestamp;

use crate::azure::Azure;
use crate::kubernetes::Cluster;

/// What connects a cluster with Azure. It works where its pods run.
#[derive(Debug, Default)]
pub(crate) struct ArcAgent {}

impl ArcAgent {
    /// When it does something next; none when it waits for the cluster to change.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        None
    }

    /// Does what is due up to `now`.
    pub(crate) fn advance(&mut self, _cluster: &mut Cluster, _azure: &mut Azure, _now: Timestamp) {}
}
