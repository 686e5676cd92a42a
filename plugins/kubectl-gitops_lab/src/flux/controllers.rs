//! Both controllers side by side on one clock.

use gitops_core::wire::Secret;
use jiff::Timestamp;

use super::client::{ApiClient, ObjectId};
use super::kustomization::{KUSTOMIZATION, KustomizeController};
use super::remote::Remote;
use super::source::{SourceController, Storage};
use super::{informer, scripted_states};
use crate::kubernetes::{Cluster, Event};

/// Where Flux is installed.
const NAMESPACE: &str = "flux-system";

/// The lab's Flux.
#[derive(Debug)]
pub(crate) struct Flux {
    /// As whom the cluster is asked.
    token: Secret,
    source: Option<SourceController>,
    kustomize: Option<KustomizeController>,
    /// The cluster's version when its objects were last looked at.
    seen: u64,
}

impl Flux {
    /// A Flux that has seen nothing yet, and asks the cluster with the administrator's `token`.
    pub(crate) fn new(token: String) -> Self {
        Self { token: Secret::new(&token), source: None, kustomize: None, seen: 0 }
    }

    /// When it does something next; none when it waits for the cluster to change.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        let source = self.source.as_ref().and_then(SourceController::due);
        let kustomize = self.kustomize.as_ref().and_then(KustomizeController::due);
        source.into_iter().chain(kustomize).min()
    }

    /// Lets both controllers look at everything once more before a round of theirs is left out: something has happened
    /// that they cannot have seen, such as a commit.
    pub(crate) fn look_again(&mut self) {
        self.source.iter_mut().for_each(SourceController::look_again);
        self.kustomize.iter_mut().for_each(KustomizeController::look_again);
    }

    /// Leaves out the rounds before `until` in which nothing would change, where there is nothing else to do.
    pub(crate) fn skip_rounds(&mut self, until: Timestamp) {
        let Self { source: Some(source), kustomize: Some(kustomize), .. } = self else { return };
        if source.is_at_rest() && kustomize.is_at_rest() {
            source.skip_rounds(until);
            kustomize.skip_rounds(until);
        }
    }

    /// Does everything that is due up to `now`, each as of its own time, and then sees what has changed. To be
    /// called when something is due, and after everything that may have changed the cluster.
    pub(crate) fn advance(&mut self, cluster: &mut Cluster, remote: &Remote<'_>, now: Timestamp) {
        while let Some(at) = self.due().filter(|at| *at <= now) {
            cluster.advance(at);
            let Self { token, source, kustomize, .. } = self;
            let mut api = ApiClient { cluster, token: token.expose(), now: at };
            let nothing = Storage::default();
            let is_busy = source.as_mut().is_some_and(|source| source.advance(&mut api, remote));
            let storage = source.as_ref().map_or(&nothing, |source| &source.storage);
            if let Some(kustomize) = kustomize.as_mut().filter(|_| !is_busy) {
                kustomize.advance(&mut api, storage);
            }
            self.notice(cluster, at);
        }
        self.notice(cluster, now);
    }

    /// Lets kustomize-controller stand still, as a process that is stopped.
    pub(crate) fn halt_kustomize_controller(&mut self) {
        if let Some(kustomize) = &mut self.kustomize {
            kustomize.halt();
        }
    }

    /// Lets it go on where it stood, and see what it missed.
    pub(crate) fn resume_kustomize_controller(&mut self, now: Timestamp) {
        if let Some(kustomize) = &mut self.kustomize {
            kustomize.resume(now);
        }
        self.seen = 0;
    }

    fn notice(&mut self, cluster: &mut Cluster, now: Timestamp) {
        let is_behind = self.kustomize.as_ref().is_some_and(|kustomize| kustomize.is_behind(now));
        // Most writes are none of Flux's business: it does not look at everything for each of them.
        if self.seen != 0 && !is_behind && !cluster.changes(self.seen).iter().any(concerns) {
            self.seen = cluster.version();
            return;
        }
        let Self { token, source, kustomize, .. } = self;
        let mut api = ApiClient { cluster, token: token.expose(), now };
        toggle(source, is_running(&mut api, NAMESPACE, "source-controller"), SourceController::new);
        toggle(kustomize, is_running(&mut api, NAMESPACE, "kustomize-controller"), KustomizeController::new);
        if let Some(source) = source {
            source.notice(&mut api);
        }
        if let Some(kustomize) = kustomize {
            kustomize.notice(&mut api);
        }
        for controller in ["source-controller", "helm-controller"] {
            if is_running(&mut api, NAMESPACE, controller) {
                scripted_states::acknowledge(controller, &mut api);
            }
        }
        self.seen = cluster.version();
    }
}

/// Whether what happened may mean something to the controllers: their own objects, or what they run on. What is written
/// into the status of a Kustomization is the only thing that no controller waits for.
fn concerns(event: &Event) -> bool {
    let (before, after) = (event.before.as_deref(), event.after.as_deref());
    after.or(before).is_some_and(|object| {
        let is_own = object["apiVersion"].as_str().is_some_and(|group| group.contains(".toolkit.fluxcd.io/"));
        let is_status_alone = || {
            let wanted =
                before.zip(after).map(|(before, after)| informer::seen(before) == informer::seen(after));
            object["kind"] == KUSTOMIZATION && wanted == Some(true)
        };
        (is_own && !is_status_alone())
            || (object["kind"] == "Deployment" && object["metadata"]["namespace"] == NAMESPACE)
    })
}

/// Whether a controller works: where it is installed, and as long as a pod of it does.
pub(crate) fn is_running(api: &mut ApiClient<'_>, namespace: &str, name: &str) -> bool {
    let deployment = api.get(&ObjectId::new("apps/v1", "Deployment", namespace, name));
    deployment
        .is_ok_and(|deployment| deployment["status"]["readyReplicas"].as_u64().is_some_and(|ready| ready > 0))
}

/// A controller that begins has seen nothing; one that ends forgets everything.
fn toggle<T>(controller: &mut Option<T>, is_running: bool, new: impl FnOnce() -> T) {
    match (controller.is_some(), is_running) {
        (false, true) => *controller = Some(new()),
        (true, false) => *controller = None,
        _ => {}
    }
}
