//! The lines of a watch of a recording: what is there, a bookmark where one is asked for, then every entry as it is
//! played.

use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::Stream;
use jiff::Timestamp;
use tokio::sync::watch::Receiver;
use tokio::time::sleep;

use super::{EventType, RecordedCluster};
use crate::kubernetes::{Follower, Matching, Pause, Presentation, WatchNews, WatchQuery};

/// The body of a watch of a recorded world: chunks of whole lines. It ends at the client's own limit or with
/// the playback.
pub(crate) fn events(
    world: Arc<RecordedCluster>,
    watched: WatchQuery,
    mut presentation: Presentation,
    mut positions: Receiver<usize>,
    now: impl Fn() -> Timestamp + Send + 'static,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let position = *positions.borrow_and_update();
    let (first, cursor) = match watched.since {
        Some(version) => (String::new(), RecordedCluster::position(version)),
        None => (initial(&world, position, &watched, &mut presentation, now()), position),
    };
    let limit = watched.limit;
    let news = move |range| WatchNews::Lines(news(&world, range, &watched, &mut presentation, now()));
    let pause: Pause = Box::new(|duration| Box::pin(sleep(duration)));
    Follower { positions, cursor, limit, first, news, bookmark: None, pause }.stream()
}

/// What is there at `position`, each as if it had just come, and the bookmark.
fn initial(
    world: &RecordedCluster,
    position: usize,
    watched: &WatchQuery,
    presentation: &mut Presentation,
    now: Timestamp,
) -> String {
    let resource = world.resource(watched.resource);
    let mut lines: String = world
        .objects(watched.resource, position)
        .filter(|object| watched.filter.matches(object))
        .map(|object| presentation.event(resource, EventType::Added.word(), object, now))
        .collect();
    if watched.bookmark {
        lines += &presentation.bookmark(resource, RecordedCluster::version(position), true, now);
    }
    lines
}

/// What the entries of `range` are to this watcher.
fn news(
    world: &RecordedCluster,
    range: Range<usize>,
    watched: &WatchQuery,
    presentation: &mut Presentation,
    now: Timestamp,
) -> String {
    let resource = world.resource(watched.resource);
    range
        .filter_map(|index| world.sight(index, watched.resource, &watched.filter))
        .map(|sight| presentation.event(resource, sight.change.word(), &sight.object, now))
        .collect()
}
