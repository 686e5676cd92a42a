//! source-controller at work: which GitRepositories it looks at, and when.

use jiff::Timestamp;

use super::reconcile::FetchStage;
use super::storage::Storage;
use crate::flux::client::ApiClient;
use crate::flux::controller::Controller;
use crate::flux::events::FluxEventRecorder;
use crate::flux::remote::Remote;

pub(super) const API: &str = "source.toolkit.fluxcd.io/v1";
pub(super) const KIND: &str = "GitRepository";
pub(super) const MANAGER: &str = "source-controller";

/// source-controller.
#[derive(Debug)]
pub(in super::super) struct SourceController {
    work: Controller<FetchStage>,
    pub(super) recorder: FluxEventRecorder,
    pub(in super::super) storage: Storage,
}

impl SourceController {
    pub(in super::super) fn new() -> Self {
        Self {
            work: Controller::new(API, KIND, MANAGER),
            recorder: FluxEventRecorder::new(MANAGER),
            storage: Storage::default(),
        }
    }

    /// When there is something to do.
    pub(in super::super) fn due(&self) -> Option<Timestamp> {
        self.work.due()
    }

    /// Whether all that it does is one round like another.
    pub(in super::super) fn is_at_rest(&self) -> bool {
        self.work.is_at_rest()
    }

    /// Takes no object for steady until it was looked at again.
    pub(in super::super) fn look_again(&mut self) {
        self.work.look_again();
    }

    /// Leaves out rounds before `until`.
    pub(in super::super) fn skip_rounds(&mut self, until: Timestamp) {
        self.work.skip_rounds(until);
    }

    /// Looks at what changed.
    pub(in super::super) fn notice(&mut self, api: &mut ApiClient<'_>) {
        self.work.notice(api);
    }

    /// Does one thing that is due; whether there was any.
    pub(in super::super) fn advance(&mut self, api: &mut ApiClient<'_>, remote: &Remote<'_>) -> bool {
        if self.work.begin(FetchStage::Begin, api) {
            return true;
        }
        let Some((name, mut run)) = self.work.take(api.now) else { return false };
        let next = run.resume(api).map(|stage| self.act(&mut run, stage, api, remote));
        self.work.put_back(name, run, next, api.now);
        true
    }
}
