//! A site: a cluster with the Flux and Azure's agents in it.

use jiff::Timestamp;

use crate::arc::ArcAgent;
use crate::flux::{Flux, Remote};
use crate::kubernetes::{Cluster, Reply};
use crate::message::Request;

/// A cluster with its Flux and Azure's agents, at a moment.
#[derive(Debug)]
pub(crate) struct Site {
    /// What it is called: its context in a kubeconfig.
    pub(crate) name: String,
    pub(crate) cluster: Cluster,
    pub(crate) flux: Flux,
    pub(crate) arc: ArcAgent,
}

impl Site {
    /// Flux asks the cluster with the administrator's `token`; it works where it is installed.
    pub(crate) fn new(name: &str, cluster: Cluster, token: String) -> Self {
        let arc = ArcAgent::new(&token);
        Self { name: name.to_owned(), cluster, flux: Flux::new(token), arc }
    }

    /// When something happens next by itself; none when everything rests.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.cluster.due().into_iter().chain(self.flux.due()).chain(self.arc.due()).min()
    }

    /// Does what is due up to `now`. `remote` is how its Flux reaches git hosts.
    pub(crate) fn advance(&mut self, now: Timestamp, remote: &Remote<'_>) {
        self.cluster.advance(now);
        self.flux.advance(&mut self.cluster, remote, now);
    }

    /// Answers a request of the Kubernetes API's, and lets Flux see what came of it.
    pub(crate) fn answer(&mut self, request: &Request, now: Timestamp, remote: &Remote<'_>) -> Reply {
        let reply = self.cluster.answer(request, now);
        self.flux.advance(&mut self.cluster, remote, now);
        reply
    }
}
