//! source-controller at work: which GitRepositories it looks at, and when.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::api::{Api, Id};
use super::super::events::Recorder;
use super::super::queue::{Name, Queue};
use super::super::remote::Remote;
use super::super::run::{Again, Run, SOON};
use super::super::subject::Subject;
use super::super::watched::Watched;
use super::reconcile::Stage;
use super::storage::Storage;

pub(super) const API: &str = "source.toolkit.fluxcd.io/v1";
pub(super) const KIND: &str = "GitRepository";
pub(super) const MANAGER: &str = "source-controller";

/// source-controller.
#[derive(Debug)]
pub(in super::super) struct SourceController {
    queue: Queue,
    running: BTreeMap<Name, Run<Stage>>,
    watched: Watched,
    pub(super) recorder: Recorder,
    pub(in super::super) storage: Storage,
}

impl SourceController {
    pub(in super::super) fn new() -> Self {
        Self {
            queue: Queue::default(),
            running: BTreeMap::new(),
            watched: Watched::default(),
            recorder: Recorder::new(MANAGER),
            storage: Storage::default(),
        }
    }

    /// When there is something to do.
    pub(in super::super) fn due(&self) -> Option<Timestamp> {
        let running = self.running.values().map(|run| run.next);
        running.chain(self.queue.due(|name| self.running.contains_key(name))).min()
    }

    /// Looks at what changed.
    pub(in super::super) fn notice(&mut self, api: &mut Api<'_>) {
        let news = self.watched.news(&api.list(API, KIND));
        for name in news.changed {
            self.queue.add(name, api.now + SOON);
        }
        for name in news.gone {
            self.queue.drop(&name);
        }
    }

    /// Does one thing that is due; whether there was any.
    pub(in super::super) fn advance(&mut self, api: &mut Api<'_>, remote: &Remote<'_>) -> bool {
        if let Some(name) = self.queue.take(api.now, |name| self.running.contains_key(name)) {
            if let Ok(object) = api.get(&Id::new(API, KIND, &name.0, &name.1)) {
                let run = Run::new(Subject::new(object, MANAGER), Stage::Begin, api.now);
                self.running.insert(name, run);
            }
            return true;
        }
        let due = self.running.iter().find(|(_, run)| run.next <= api.now);
        let Some(name) = due.map(|(name, _)| name.clone()) else { return false };
        let Some(mut run) = self.running.remove(&name) else { return false };
        if let Some(stage) = run.resume(api) {
            let next = self.act(&mut run, stage, api, remote);
            if let Some(again) = run.proceed(next, api.now) {
                self.come_back(name, again, api.now);
                return true;
            }
        }
        self.running.insert(name, run);
        true
    }

    fn come_back(&mut self, name: Name, again: Again, now: Timestamp) {
        match again {
            Again::Later => self.queue.retry(name, now),
            Again::Never => self.queue.forget(&name),
            Again::After(interval) => {
                self.queue.forget(&name);
                self.queue.add(name, now + interval);
            }
        }
    }
}
