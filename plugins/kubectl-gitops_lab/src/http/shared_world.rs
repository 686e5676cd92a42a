//! The world as it is served: behind one lock, moved by the lab's clock, and told of to whoever watches.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::sync::watch::Sender;

use super::clock::{Time, later};
use crate::kubernetes::{Follower, Following, LogNews, WatchCursor, WatchNews};
use crate::world::{Journal, World};

/// The world behind its lock.
#[derive(Debug)]
pub(super) struct SharedWorld {
    world: Mutex<World>,
    pub(super) time: Arc<Time>,
    /// The version of the last write of each site, which wakes its watches.
    versions: Vec<Sender<usize>>,
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

fn positions(world: &World) -> Vec<usize> {
    world.sites.iter().map(|site| position(site.cluster.version())).collect()
}

impl SharedWorld {
    pub(super) fn new(world: World, time: Arc<Time>) -> Self {
        let versions = positions(&world).into_iter().map(Sender::new).collect();
        Self { world: Mutex::new(world), time, versions, stirred: Notify::new() }
    }

    /// Does something to the world, after all that was due before.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut World, Timestamp) -> T) -> T {
        let (done, versions) = {
            let mut world = locked(&self.world);
            // The time is read behind the lock, so that it never goes back.
            let now = self.time.now();
            world.advance(now);
            (act(&mut world, now), positions(&world))
        };
        self.tell(&versions);
        done
    }

    /// Looks into the journal, or writes into it.
    pub(super) fn with_journal<T>(&self, act: impl FnOnce(&mut Journal, Timestamp) -> T) -> T {
        let now = self.time.now();
        act(&mut locked(&self.world).journal, now)
    }

    /// Lets so much time pass at once, with all that happens in it.
    pub(super) fn step(&self, duration: Duration) {
        let versions = {
            let mut world = locked(&self.world);
            let then = later(self.time.now(), duration);
            world.advance(then);
            self.time.set(then);
            positions(&world)
        };
        self.tell(&versions);
    }

    fn tell(&self, versions: &[usize]) {
        for (sender, version) in self.versions.iter().zip(versions) {
            sender.send_if_modified(|last| {
                let is_newer = version > last;
                *last = (*version).max(*last);
                is_newer
            });
        }
        self.stirred.notify_one();
    }

    /// Lets happen what is due, as the clock comes to it.
    pub(super) async fn run(self: Arc<Self>) {
        loop {
            let due = locked(&self.world).due();
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

    /// The body of a watch of a site.
    pub(super) fn events(
        self: &Arc<Self>,
        site: usize,
        watching: WatchCursor,
    ) -> impl futures::Stream<Item = Result<Bytes, std::convert::Infallible>> + Send + use<> {
        let first = watching.first.clone();
        let (limit, cursor) = (watching.limit, position(watching.version));
        let time = Arc::clone(&self.time);
        let bookmark = watching.bookmark_line(move || time.now());
        let watching = Mutex::new(watching);
        let shared = Arc::clone(self);
        let news = move |range: std::ops::Range<usize>| {
            let (since, until) = (range.start as u64, range.end as u64);
            let world = locked(&shared.world);
            let cluster = &world.sites[site].cluster;
            match cluster.news(&mut locked(&watching), since, until, shared.time.now()) {
                Ok(lines) => WatchNews::Lines(lines),
                Err(last) => WatchNews::Last(last),
            }
        };
        let (positions, pause) = (self.versions[site].subscribe(), self.time.pause());
        Follower { positions, cursor, limit, first, news, bookmark, pause }.stream()
    }

    /// The rest of a log of a site that is followed, as it is written.
    pub(super) fn lines(
        self: &Arc<Self>,
        site: usize,
        following: Following,
    ) -> impl futures::Stream<Item = Result<Bytes, std::convert::Infallible>> + Send + use<> {
        let state = (Arc::clone(self), self.versions[site].subscribe(), Some(following));
        futures::stream::unfold(state, move |(shared, mut versions, following)| async move {
            let mut following = following?;
            loop {
                versions.borrow_and_update();
                let LogNews { text, next, is_over } =
                    locked(&shared.world).sites[site].cluster.log_news(&mut following, shared.time.now());
                if !text.is_empty() || is_over {
                    let rest = (shared, versions, Some(following).filter(|_| !is_over));
                    return Some((Ok(Bytes::from(text)), rest));
                }
                let written = async {
                    match next {
                        Some(next) => shared.time.until(next).await,
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
