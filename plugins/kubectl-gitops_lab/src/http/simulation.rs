//! The simulated world in one hand, so that what happens in one part of it is seen by the others in the order of
//! time. There is no clock in here: a time comes with every question.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use super::middleware::Gate;
use super::shared_world::locked;
use super::source_fetch::fetch;
use super::startup::ADMIN;
use crate::flux::{FetchRequest, Flux};
use crate::git::GitHost;
use crate::github::GitHub;
use crate::kubernetes::{Cluster, Following, LogNews, Reply, Request, WatchCursor};
use crate::scenario::{Scenario, ScenarioError, Seed};

/// All that is simulated.
#[derive(Debug)]
pub(super) struct Simulation {
    cluster: Cluster,
    flux: Flux,
    git: GitHost,
    /// GitHub over its repositories.
    hub: Arc<Mutex<GitHub>>,
    /// Where the git host is.
    git_url: String,
    /// Whose certificate it shows: PEM.
    authority: String,
    /// What goes wrong with requests to it.
    gate: Arc<Gate>,
}

/// The git host that a simulation has.
#[derive(Clone, Debug)]
pub(super) struct Hosted {
    pub(super) host: GitHost,
    /// GitHub over its repositories.
    pub(super) hub: Arc<Mutex<GitHub>>,
    /// `https://127.0.0.1:<port>`
    pub(super) url: String,
    /// Whose certificate it shows: PEM.
    pub(super) authority: String,
}

impl Simulation {
    /// Flux asks the cluster with the administrator's `token`; it works where it is installed.
    pub(super) fn new(cluster: Cluster, git: Hosted, gate: Arc<Gate>, token: String) -> Self {
        let Hosted { host: git, hub, url: git_url, authority } = git;
        Self { cluster, flux: Flux::new(token), git, hub, git_url, authority, gate }
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
        let Self { cluster, flux, git, authority, gate, .. } = self;
        let remote = |wanted: &FetchRequest| fetch(git, authority, &mut locked(&gate.faults), wanted);
        flux.advance(cluster, &remote, now);
    }

    /// Answers a request of the Kubernetes API's at `now`.
    pub(super) fn answer(&mut self, request: &Request, now: Timestamp) -> Reply {
        let reply = self.cluster.answer(request, now);
        self.reconcile(now);
        reply
    }

    /// Does the deeds of a scenario at `now`, as the administrator.
    pub(super) fn put_on(
        &mut self,
        scenario: &Scenario,
        admin: &str,
        tokens: &BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<(), ScenarioError> {
        let own = tokens.get(ADMIN).map_or("", String::as_str);
        let stage = Seed { git: &self.git, git_url: &self.git_url, hub: &self.hub, own, tokens, admin };
        stage.put_on(scenario, &mut self.cluster, now)?;
        self.reconcile(now);
        Ok(())
    }

    /// The version of the last write.
    pub(super) fn version(&self) -> u64 {
        self.cluster.version()
    }

    /// What has happened to the watched after version `since` and up to version `until`; an error is the last
    /// line of the watch.
    pub(super) fn news(
        &self,
        watching: &mut WatchCursor,
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
