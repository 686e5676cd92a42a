//! What every controller does alike: objects of its kind are looked at when they change and when their time has
//! come, one reconciliation each at a time.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::client::{ApiClient, ObjectId};
use super::informer::Informer;
use super::object::ReconciledObject;
use super::queue::{ObjectName, Queue};
use super::reconciliation::{Again, Next, Reconciliation, SOON};
use super::rest::SteadyRounds;

/// The objects of a controller, and what is under way.
#[derive(Debug)]
pub(super) struct Controller<Stage> {
    api: &'static str,
    kind: &'static str,
    /// The controller, as field manager.
    manager: &'static str,
    queue: Queue,
    running: BTreeMap<ObjectName, Reconciliation<Stage>>,
    watched: Informer,
    steady: SteadyRounds,
}

impl<Stage> Controller<Stage> {
    pub(super) fn new(api: &'static str, kind: &'static str, manager: &'static str) -> Self {
        let (queue, running, watched) = (Queue::default(), BTreeMap::new(), Informer::default());
        Self { api, kind, manager, queue, running, watched, steady: SteadyRounds::default() }
    }

    /// When there is something to do.
    pub(super) fn due(&self) -> Option<Timestamp> {
        let running = self.running.values().map(|run| run.next);
        running.chain(self.queue.due(|name| self.running.contains_key(name))).min()
    }

    /// Looks at what changed, and returns what there is.
    pub(super) fn notice(&mut self, api: &mut ApiClient<'_>) -> Vec<Value> {
        let objects = api.list(self.api, self.kind);
        let news = self.watched.news(&objects);
        for name in news.changed {
            self.look_at(name, api.now);
        }
        for name in news.gone {
            self.queue.drop(&name);
        }
        objects
    }

    /// Looks at an object as soon as a controller has seen that it should.
    pub(super) fn look_at(&mut self, name: ObjectName, now: Timestamp) {
        self.queue.add(name, now + SOON);
    }

    /// Begins with one object whose time has come; whether there was any.
    pub(super) fn begin(&mut self, first: Stage, api: &mut ApiClient<'_>) -> bool {
        let Some(name) = self.queue.take(api.now, |name| self.running.contains_key(name)) else {
            return false;
        };
        self.steady.remove(&name);
        if let Ok(object) = api.get(&ObjectId::new(self.api, self.kind, &name.0, &name.1)) {
            let run = Reconciliation::new(ReconciledObject::new(object, self.manager), first, api.now);
            self.running.insert(name, run);
        }
        true
    }

    /// Hands out one that is to go on.
    pub(super) fn take(&mut self, now: Timestamp) -> Option<(ObjectName, Reconciliation<Stage>)> {
        let due = self.running.iter().find(|(_, run)| run.next <= now);
        let name = due.map(|(name, _)| name.clone())?;
        self.running.remove_entry(&name)
    }

    /// Takes back what was handed out, with what comes next; nothing while it still writes.
    pub(super) fn put_back(
        &mut self,
        name: ObjectName,
        mut run: Reconciliation<Stage>,
        next: Option<Next<Stage>>,
        now: Timestamp,
    ) {
        match next.and_then(|next| run.proceed(next, now)) {
            None => drop(self.running.insert(name, run)),
            Some(Again::Later) => self.queue.retry(name, now),
            Some(Again::Never) => self.queue.forget(&name),
            Some(Again::After(interval)) => {
                let next = now + interval;
                if run.is_steady() {
                    self.steady.add(name.clone(), run.started, next);
                }
                self.queue.forget(&name);
                self.queue.add(name, next);
            }
        }
    }

    /// Whether all that it does is one round like another.
    pub(super) fn is_at_rest(&self) -> bool {
        self.running.is_empty() && self.steady.are_all_of(&self.queue)
    }

    /// Takes no object for steady until it was looked at again.
    pub(super) fn look_again(&mut self) {
        self.steady.clear();
    }

    /// Leaves out as many rounds as end before `until`: for a controller at rest.
    pub(super) fn skip_rounds(&mut self, until: Timestamp) {
        self.steady.skip(&mut self.queue, until);
    }
}
