//! The lines of a watch: what is there, a bookmark where one is asked for, then every entry as it is played.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use futures::Stream;
use serde_json::{Value, json};
use tokio::sync::watch::Receiver;
use tokio::time::{Instant, sleep_until};

use super::query::Watched;
use crate::recording::{Change, Matching, World};

/// The body of a watch: chunks of whole lines. It ends at the client's own limit or with the playback.
pub(crate) fn events(
    world: Arc<World>,
    watched: Watched,
    mut positions: Receiver<usize>,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let position = *positions.borrow_and_update();
    let (first, cursor) = match watched.since {
        Some(version) => (String::new(), World::position(version)),
        None => (initial(&world, position, &watched), position),
    };
    let deadline = watched.limit.and_then(|limit| Instant::now().checked_add(limit));
    let follower = Follower { world, watched, positions, cursor, deadline, first };
    futures::stream::unfold(follower, async |mut follower| {
        let lines = follower.lines().await?;
        Some((Ok(Bytes::from(lines)), follower))
    })
}

struct Follower {
    world: Arc<World>,
    watched: Watched,
    positions: Receiver<usize>,
    /// The first entry that was not told yet.
    cursor: usize,
    deadline: Option<Instant>,
    first: String,
}

impl Follower {
    /// The next lines; none when the watch is over.
    async fn lines(&mut self) -> Option<String> {
        if !self.first.is_empty() {
            return Some(std::mem::take(&mut self.first));
        }
        loop {
            let position = *self.positions.borrow_and_update();
            let lines = news(&self.world, self.cursor..position, &self.watched);
            self.cursor = self.cursor.max(position);
            if !lines.is_empty() {
                return Some(lines);
            }
            tokio::select! {
                moved = self.positions.changed() => moved.ok()?,
                () = at(self.deadline) => return None,
            }
        }
    }
}

async fn at(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// What is there at `position`, each as if it had just come, and the bookmark.
fn initial(world: &World, position: usize, watched: &Watched) -> String {
    let mut lines: String = world
        .objects(watched.resource, position)
        .filter(|object| watched.filter.matches(object))
        .map(|object| line(Change::Added.word(), object))
        .collect();
    if watched.bookmark {
        let resource = world.resource(watched.resource);
        let bookmark = json!({
            "kind": resource.kind,
            "apiVersion": resource.api_version(),
            "metadata": {
                "resourceVersion": World::version(position).to_string(),
                "annotations": {"k8s.io/initial-events-end": "true"},
            },
        });
        lines += &line("BOOKMARK", &bookmark);
    }
    lines
}

/// What the entries of `range` are to this watcher.
fn news(world: &World, range: std::ops::Range<usize>, watched: &Watched) -> String {
    range
        .filter_map(|index| world.sight(index, watched.resource, &watched.filter))
        .map(|sight| line(sight.change.word(), &sight.object))
        .collect()
}

fn line(change: &str, object: &Value) -> String {
    format!("{{\"type\":\"{change}\",\"object\":{object}}}\n")
}
