//! The simulated world in one hand, so that what happens in one part of it is seen by the others in the order of
//! time. There is no clock in here: a time comes with every question.

use jiff::Timestamp;

use crate::kubernetes::{Cluster, Reply, Request, Watching};

/// All that is simulated.
#[derive(Debug)]
pub(super) struct Simulation {
    cluster: Cluster,
}

impl Simulation {
    pub(super) fn new(cluster: Cluster) -> Self {
        Self { cluster }
    }

    /// When something happens next by itself; none when everything rests.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.cluster.due()
    }

    /// Does what is due up to `now`, in the order of time.
    pub(super) fn advance(&mut self, now: Timestamp) {
        self.cluster.advance(now);
    }

    /// Answers a request of the Kubernetes API's at `now`.
    pub(super) fn answer(&mut self, request: &Request, now: Timestamp) -> Reply {
        self.cluster.answer(request, now)
    }

    /// The version of the last write.
    pub(super) fn version(&self) -> u64 {
        self.cluster.version()
    }

    /// What has happened to the watched after version `since` and up to version `until`; an error is the last
    /// line of the watch.
    pub(super) fn news(
        &self,
        watching: &mut Watching,
        since: u64,
        until: u64,
        now: Timestamp,
    ) -> Result<String, String> {
        self.cluster.news(watching, since, until, now)
    }
}
