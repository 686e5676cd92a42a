//! The simulated world as it runs: behind one lock, moved by the lab's clock, and told of to whoever watches.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::sync::watch::Sender;

use super::clock::{Time, later};
use super::simulation::Simulation;
use crate::kubernetes::{Follower, Following, LogNews, Reply, Request, WatchCursor, WatchNews};

/// The world behind its lock.
#[derive(Debug)]
pub(super) struct Running {
    simulation: Mutex<Simulation>,
    pub(super) time: Arc<Time>,
    /// The version of the last write, which wakes watches.
    versions: Sender<usize>,
    /// Something else may be due now.
    stirred: Notify,
}

/// What a panic left behind is still the only world there is.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Versions are counted from 1 in one process: they fit.
fn position(version: u64) -> usize {
    usize::try_from(version).unwrap_or(usize::MAX)
}

impl Running {
    pub(super) fn new(simulation: Simulation, time: Arc<Time>) -> Self {
        let versions = Sender::new(position(simulation.version()));
        Self { simulation: Mutex::new(simulation), time, versions, stirred: Notify::new() }
    }

    /// Does something to the world, after all that was due before.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut Simulation, Timestamp) -> T) -> T {
        let (done, version) = {
            let mut simulation = locked(&self.simulation);
            // The time is read behind the lock, so that it never goes back.
            let now = self.time.now();
            simulation.advance(now);
            (act(&mut simulation, now), position(simulation.version()))
        };
        self.tell(version);
        done
    }

    /// Answers a request of the Kubernetes API's.
    pub(super) fn answer(&self, request: &Request) -> Reply {
        self.with(|simulation, now| simulation.answer(request, now))
    }

    /// Lets so much time pass at once, with all that happens in it.
    pub(super) fn step(&self, duration: Duration) {
        let version = {
            let mut simulation = locked(&self.simulation);
            let then = later(self.time.now(), duration);
            simulation.advance(then);
            self.time.set(then);
            position(simulation.version())
        };
        self.tell(version);
    }

    fn tell(&self, version: usize) {
        self.versions.send_if_modified(|last| {
            let is_newer = version > *last;
            *last = version.max(*last);
            is_newer
        });
        self.stirred.notify_one();
    }

    /// Lets happen what is due, as the clock comes to it.
    pub(super) async fn run(self: Arc<Self>) {
        loop {
            let due = locked(&self.simulation).due();
            let coming = async {
                match due {
                    Some(due) => self.time.until(due).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.stirred.notified() => {}
                () = coming => self.with(|_, _| ()),
            }
        }
    }

    /// The body of a watch.
    pub(super) fn events(
        self: &Arc<Self>,
        watching: WatchCursor,
    ) -> impl futures::Stream<Item = Result<Bytes, std::convert::Infallible>> + Send + use<> {
        let first = watching.first.clone();
        let (limit, cursor) = (watching.limit, position(watching.version));
        let time = Arc::clone(&self.time);
        let bookmark = watching.bookmark_line(move || time.now());
        let watching = Mutex::new(watching);
        let running = Arc::clone(self);
        let news = move |range: std::ops::Range<usize>| {
            let (since, until) = (range.start as u64, range.end as u64);
            let simulation = locked(&running.simulation);
            match simulation.news(&mut locked(&watching), since, until, running.time.now()) {
                Ok(lines) => WatchNews::Lines(lines),
                Err(last) => WatchNews::Last(last),
            }
        };
        let (positions, pause) = (self.versions.subscribe(), self.time.pause());
        Follower { positions, cursor, limit, first, news, bookmark, pause }.stream()
    }

    /// The rest of a log that is followed, as it is written.
    pub(super) fn lines(
        self: &Arc<Self>,
        following: Following,
    ) -> impl futures::Stream<Item = Result<Bytes, std::convert::Infallible>> + Send + use<> {
        let state = (Arc::clone(self), self.versions.subscribe(), Some(following));
        futures::stream::unfold(state, |(running, mut versions, following)| async move {
            let mut following = following?;
            loop {
                versions.borrow_and_update();
                let LogNews { text, next, is_over } =
                    locked(&running.simulation).log_news(&mut following, running.time.now());
                if !text.is_empty() || is_over {
                    let rest = (running, versions, Some(following).filter(|_| !is_over));
                    return Some((Ok(Bytes::from(text)), rest));
                }
                let written = async {
                    match next {
                        Some(next) => running.time.until(next).await,
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    moved = versions.changed() => moved.ok()?,
                    () = written => {}
                }
            }
        })
    }
}
