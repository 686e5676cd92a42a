//! Both controllers side by side on one clock.

use jiff::Timestamp;

use super::api::Api;
use super::kustomization::KustomizeController;
use super::remote::Remote;
use super::source::SourceController;
use crate::kubernetes::Cluster;

/// The lab's Flux.
#[derive(Debug)]
pub(crate) struct Flux {
    /// As whom the cluster is asked.
    token: String,
    source: SourceController,
    kustomize: KustomizeController,
    /// The cluster's version when its objects were last looked at.
    seen: u64,
}

impl Flux {
    /// A Flux that has seen nothing yet, and asks the cluster with the administrator's `token`.
    pub(crate) fn new(token: String) -> Self {
        Self { token, source: SourceController::new(), kustomize: KustomizeController::new(), seen: 0 }
    }

    /// When it does something next; none when it waits for the cluster to change.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.source.due().into_iter().chain(self.kustomize.due()).min()
    }

    /// Does everything that is due up to `now`, each as of its own time, and then sees what has changed. To be
    /// called when something is due, and after everything that may have changed the cluster.
    pub(crate) fn advance(&mut self, cluster: &mut Cluster, remote: &Remote<'_>, now: Timestamp) {
        while let Some(at) = self.due().filter(|at| *at <= now) {
            cluster.advance(at);
            let Self { token, source, kustomize, .. } = self;
            let mut api = Api { cluster, token, now: at };
            let _ = source.advance(&mut api, remote) || kustomize.advance(&mut api, &source.storage);
            self.notice(cluster, at);
        }
        self.notice(cluster, now);
    }

    /// Lets kustomize-controller stand still, as a process that is stopped.
    pub(crate) fn halt_kustomize_controller(&mut self) {
        self.kustomize.halt(true, Timestamp::UNIX_EPOCH);
    }

    /// Lets it go on where it stood, and see what it missed.
    pub(crate) fn resume_kustomize_controller(&mut self, now: Timestamp) {
        self.kustomize.halt(false, now);
        self.seen = 0;
    }

    fn notice(&mut self, cluster: &mut Cluster, now: Timestamp) {
        if cluster.version() == self.seen && !self.kustomize.is_behind(now) {
            return;
        }
        let Self { token, source, kustomize, .. } = self;
        let mut api = Api { cluster, token, now };
        source.notice(&mut api);
        kustomize.notice(&mut api);
        self.seen = cluster.version();
    }
}
