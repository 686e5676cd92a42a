//! The lines of a watch: what is there, a bookmark where one is asked for, then every entry as it is played.

use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use futures::future::BoxFuture;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch::Receiver;
use tokio::time::sleep;

use super::query::Watched;
use crate::kubernetes::Presentation;
use crate::recording::{Change, Matching, World};

/// What has become of the watched since the last time.
pub(crate) enum News {
    /// Lines; none when nothing concerns this watcher.
    Lines(String),
    /// The last lines: what followed cannot be told.
    Last(String),
}

/// Follows positions as they grow, from one that has been told.
pub(crate) struct Follower<F> {
    pub(crate) positions: Receiver<usize>,
    /// The first position that was not told yet.
    pub(crate) cursor: usize,
    pub(crate) limit: Option<Duration>,
    /// What is told before anything else.
    pub(crate) first: String,
    /// What the positions of a range mean to this watcher.
    pub(crate) news: F,
    /// What tells a watcher, once a minute, that nothing was missed up to a position.
    pub(crate) bookmark: Option<Bookmark>,
    /// The clock by which it ends and is told bookmarks.
    pub(crate) pause: Pause,
}

/// Waits so long.
pub(crate) type Pause = Box<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send>;

/// The line of a bookmark at a position.
pub(crate) type Bookmark = Box<dyn Fn(usize) -> String + Send>;

/// How often bookmarks are told.
const BOOKMARKS: Duration = Duration::from_secs(60);

/// The body of a watch of a recorded world: chunks of whole lines. It ends at the client's own limit or with
/// the playback.
pub(crate) fn events(
    world: Arc<World>,
    watched: Watched,
    mut presentation: Presentation,
    mut positions: Receiver<usize>,
    now: impl Fn() -> Timestamp + Send + 'static,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let position = *positions.borrow_and_update();
    let (first, cursor) = match watched.since {
        Some(version) => (String::new(), World::position(version)),
        None => (initial(&world, position, &watched, &mut presentation, now()), position),
    };
    let limit = watched.limit;
    let news = move |range| News::Lines(news(&world, range, &watched, &mut presentation, now()));
    let pause: Pause = Box::new(|duration| Box::pin(sleep(duration)));
    Follower { positions, cursor, limit, first, news, bookmark: None, pause }.stream()
}

/// What a watch waits for besides news.
struct Alarms {
    end: BoxFuture<'static, ()>,
    bookmark: BoxFuture<'static, ()>,
}

impl<F: FnMut(Range<usize>) -> News + Send> Follower<F> {
    /// Chunks of whole lines, until the limit or the end of the positions.
    pub(crate) fn stream(mut self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        let end = match self.limit {
            Some(limit) => (self.pause)(limit),
            None => Box::pin(std::future::pending()),
        };
        let alarms = Alarms { end, bookmark: (self.pause)(BOOKMARKS) };
        let first = Some(std::mem::take(&mut self.first)).filter(|first| !first.is_empty());
        let state = (self, first, alarms, false);
        futures::stream::unfold(state, |(mut follower, first, mut alarms, over)| async move {
            if over {
                return None;
            }
            let (lines, over) = match first {
                Some(first) => (first, false),
                None => follower.lines(&mut alarms).await?,
            };
            Some((Ok(Bytes::from(lines)), (follower, None, alarms, over)))
        })
    }

    /// The next lines, and whether they are the last; none when the watch is over.
    async fn lines(&mut self, alarms: &mut Alarms) -> Option<(String, bool)> {
        loop {
            let position = *self.positions.borrow_and_update();
            let news = (self.news)(self.cursor..position);
            self.cursor = self.cursor.max(position);
            match news {
                News::Lines(lines) if lines.is_empty() => {}
                News::Lines(lines) => return Some((lines, false)),
                News::Last(lines) => return Some((lines, true)),
            }
            tokio::select! {
                // News before the end, so that nothing is lost to it.
                biased;
                moved = self.positions.changed() => moved.ok()?,
                () = &mut alarms.end => return None,
                () = &mut alarms.bookmark, if self.bookmark.is_some() => {
                    alarms.bookmark = (self.pause)(BOOKMARKS);
                    let line = self.bookmark.as_ref()?(self.cursor);
                    return Some((line, false));
                }
            }
        }
    }
}

/// What is there at `position`, each as if it had just come, and the bookmark.
fn initial(
    world: &World,
    position: usize,
    watched: &Watched,
    presentation: &mut Presentation,
    now: Timestamp,
) -> String {
    let resource = world.resource(watched.resource);
    let mut lines: String = world
        .objects(watched.resource, position)
        .filter(|object| watched.filter.matches(object))
        .map(|object| presentation.event(resource, Change::Added.word(), object, now))
        .collect();
    if watched.bookmark {
        lines += &presentation.bookmark(resource, World::version(position), true, now);
    }
    lines
}

/// What the entries of `range` are to this watcher.
fn news(
    world: &World,
    range: Range<usize>,
    watched: &Watched,
    presentation: &mut Presentation,
    now: Timestamp,
) -> String {
    let resource = world.resource(watched.resource);
    range
        .filter_map(|index| world.sight(index, watched.resource, &watched.filter))
        .map(|sight| presentation.event(resource, sight.change.word(), &sight.object, now))
        .collect()
}

/// One event.
pub(crate) fn line(change: &str, object: &Value) -> String {
    format!("{{\"type\":\"{change}\",\"object\":{object}}}\n")
}
