//! The simulated world in one hand, so that what happens in one part of it is seen by the others in the order of
//! time. There is no clock in here: a time comes with every question.

use jiff::Timestamp;

use super::fetching::fetch;
use crate::flux::Flux;
use crate::git::GitHost;
use crate::kubernetes::{Cluster, Following, LogNews, Reply, Request, Watching};

/// All that is simulated.
#[derive(Debug)]
pub(super) struct Simulation {
    cluster: Cluster,
    flux: Flux,
    git: GitHost,
    /// Whose certificate the git host shows: PEM.
    authority: String,
}

impl Simulation {
    /// Flux asks the cluster with the administrator's `token`; it works where it is installed.
    pub(super) fn new(cluster: Cluster, git: GitHost, authority: String, token: String) -> Self {
        Self { cluster, flux: Flux::new(token), git, authority }
    }

    /// When something happens next by itself; none when everything rests.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.cluster.due().into_iter().chain(self.flux.due()).min()
    }

    /// Does what is due up to `now`, in the order of time.
    pub(super) fn advance(&mut self, now: Timestamp) {
        while let Some(at) = self.due().filter(|at| *at <= now) {
            self.cluster.advance(at);
            self.reconcile(at);
        }
        self.cluster.advance(now);
        self.reconcile(now);
    }

    fn reconcile(&mut self, now: Timestamp) {
        let Self { cluster, flux, git, authority } = self;
        flux.advance(cluster, &|wanted| fetch(git, authority, wanted), now);
    }

    /// Answers a request of the Kubernetes API's at `now`.
    pub(super) fn answer(&mut self, request: &Request, now: Timestamp) -> Reply {
        let reply = self.cluster.answer(request, now);
        self.reconcile(now);
        reply
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

    /// What has been written of a log since it was last told.
    pub(super) fn log_news(&self, following: &mut Following, now: Timestamp) -> LogNews {
        self.cluster.log_news(following, now)
    }

    /// What every container writes of which nothing else is said.
    pub(super) fn write_logs(&mut self, text: String) {
        self.cluster.write_logs(text);
    }
}
