//! kustomize-controller at work: which Kustomizations it looks at, and when; what it knows of their sources.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::apply::MANAGER;
use super::dependencies::source;
use super::stages::ApplyStage;
use crate::flux::client::ApiClient;
use crate::flux::conditions::{READY, RECONCILING};
use crate::flux::controller::Controller;
use crate::flux::events::FluxEventRecorder;
use crate::flux::queue::ObjectName;
use crate::flux::reconciliation::SOON;
use crate::flux::remote::Files;
use crate::flux::source::Storage;
use crate::flux::{conditions, informer};

pub(super) const API: &str = "kustomize.toolkit.fluxcd.io/v1";
pub(in super::super) const KIND: &str = "Kustomization";
pub(super) const SOURCE_API: &str = "source.toolkit.fluxcd.io/v1";
pub(super) const SOURCE_KIND: &str = "GitRepository";

/// kustomize-controller.
#[derive(Debug)]
pub(in super::super) struct KustomizeController {
    work: Controller<ApplyStage>,
    /// What is in the artifacts of sources that carry it themselves, by the artifacts' paths.
    pub(super) contents: BTreeMap<String, Arc<Files>>,
    /// The sources as it saw them last.
    pub(super) sources: BTreeMap<ObjectName, Value>,
    pub(super) recorder: FluxEventRecorder,
    /// How many numbers it has made up.
    pub(super) made: u64,
    is_halted: bool,
    /// When it sees what became of sources while it stood still: news of them come after those of its own objects.
    catches_up: Option<Timestamp>,
}

impl KustomizeController {
    pub(in super::super) fn new() -> Self {
        Self {
            work: Controller::new(API, KIND, MANAGER),
            contents: BTreeMap::new(),
            sources: BTreeMap::new(),
            recorder: FluxEventRecorder::new(MANAGER),
            made: 0,
            is_halted: false,
            catches_up: None,
        }
    }

    /// Stands still.
    pub(in super::super) fn halt(&mut self) {
        self.is_halted = true;
    }

    /// Goes on where it stood.
    pub(in super::super) fn resume(&mut self, now: Timestamp) {
        self.is_halted = false;
        self.catches_up = Some(now + SOON * 2);
    }

    /// When there is something to do.
    pub(in super::super) fn due(&self) -> Option<Timestamp> {
        if self.is_halted {
            return None;
        }
        self.work.due().into_iter().chain(self.catches_up).min()
    }

    /// Whether all that it does is one round like another.
    pub(in super::super) fn is_at_rest(&self) -> bool {
        self.is_halted || (self.catches_up.is_none() && self.work.is_at_rest())
    }

    /// Takes no object for steady until it was looked at again.
    pub(in super::super) fn look_again(&mut self) {
        self.work.look_again();
    }

    /// Leaves out rounds before `until`.
    pub(in super::super) fn skip_rounds(&mut self, until: Timestamp) {
        self.work.skip_rounds(until);
    }

    /// Whether it has yet to see what became of sources.
    pub(in super::super) fn is_behind(&self, now: Timestamp) -> bool {
        !self.is_halted && self.catches_up.is_some_and(|at| at <= now)
    }

    /// Looks at what changed.
    pub(in super::super) fn notice(&mut self, api: &mut ApiClient<'_>) {
        if self.is_halted {
            return;
        }
        let kustomizations = self.work.notice(api);
        if self.catches_up.is_none_or(|at| at <= api.now) {
            self.catches_up = None;
            self.notice_sources(&kustomizations, api);
        }
    }

    /// A source with a new artifact wakes those that build from it.
    fn notice_sources(&mut self, kustomizations: &[Value], api: &mut ApiClient<'_>) {
        let mut sources = BTreeMap::new();
        for object in api.list(SOURCE_API, SOURCE_KIND) {
            let name = informer::name(&object);
            let revision =
                |object: &Value| object["status"]["artifact"]["revision"].as_str().map(str::to_owned);
            let new = revision(&object);
            if new.is_some() && self.sources.get(&name).and_then(revision) != new {
                let follows = |one: &&Value| {
                    let (kind, namespace, of) = source(one);
                    kind == SOURCE_KIND && (namespace, of) == name
                };
                for follower in kustomizations.iter().filter(follows) {
                    let is_busy = conditions::is(follower, READY, "True")
                        || conditions::is(follower, RECONCILING, "True");
                    if !(is_busy && follower["status"]["lastAttemptedRevision"].as_str() == new.as_deref()) {
                        self.work.look_at(informer::name(follower), api.now);
                    }
                }
            }
            sources.insert(name, object);
        }
        self.sources = sources;
    }

    /// Does one thing that is due; whether there was any.
    pub(in super::super) fn advance(&mut self, api: &mut ApiClient<'_>, storage: &Storage) -> bool {
        if self.is_halted {
            return false;
        }
        if self.work.begin(ApplyStage::Begin, api) {
            return true;
        }
        let Some((name, mut run)) = self.work.take(api.now) else { return false };
        let next = run.resume(api).map(|stage| self.act(&mut run, stage, api, storage));
        self.work.put_back(name, run, next, api.now);
        true
    }
}
