//! The body of a watch: what is told first, then the news of every range of positions, bookmarks in between, and its
//! end. Which positions there are and what they mean is whoever is followed's: a cluster or a recording.

use std::convert::Infallible;
use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use futures::future::BoxFuture;
use serde_json::Value;
use tokio::sync::watch::Receiver;

/// What has become of the watched since the last time.
pub(crate) enum WatchNews {
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

/// What a watch waits for besides news.
struct Alarms {
    end: BoxFuture<'static, ()>,
    bookmark: BoxFuture<'static, ()>,
}

impl<F: FnMut(Range<usize>) -> WatchNews + Send> Follower<F> {
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
                WatchNews::Lines(lines) if lines.is_empty() => {}
                WatchNews::Lines(lines) => return Some((lines, false)),
                WatchNews::Last(lines) => return Some((lines, true)),
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

/// One event.
pub(crate) fn line(change: &str, object: &Value) -> String {
    format!("{{\"type\":\"{change}\",\"object\":{object}}}\n")
}
