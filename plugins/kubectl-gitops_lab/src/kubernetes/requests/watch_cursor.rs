//! A watch that goes on: what its watcher wants to see, and how.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::presentation::Presentation;
use crate::kubernetes::{Bookmark, Filter, Resource};

/// A watch that goes on.
#[derive(Debug)]
pub(crate) struct WatchCursor {
    /// The version up to which everything has been told in `first`.
    pub(crate) version: u64,
    /// The lines it begins with.
    pub(crate) first: String,
    /// How long it goes on.
    pub(crate) limit: Option<Duration>,
    /// Whether it wants to be told from time to time that nothing was missed.
    pub(super) bookmarks: bool,
    pub(super) watcher: Watcher,
}

/// What a watcher wants to see, and how.
#[derive(Clone, Debug)]
pub(super) struct Watcher {
    pub(super) resource: Box<Resource>,
    pub(super) place: usize,
    pub(super) filter: Filter,
    pub(super) presentation: Presentation,
}

impl WatchCursor {
    /// What writes the lines that say that everything up to a version has been told, if they are wanted.
    pub(crate) fn bookmark_line(&self, now: impl Fn() -> Timestamp + Send + 'static) -> Option<Bookmark> {
        let watcher = self.watcher.clone();
        let line = move |version: usize| watcher.bookmark(version as u64, false, now());
        self.bookmarks.then(|| Box::new(line) as Bookmark)
    }
}

impl Watcher {
    pub(super) fn line(&mut self, change: &str, object: &Value, now: Timestamp) -> String {
        self.presentation.event(&self.resource, change, object, now)
    }

    pub(super) fn bookmark(&self, version: u64, is_end_of_list: bool, now: Timestamp) -> String {
        self.presentation.bookmark(&self.resource, version, is_end_of_list, now)
    }
}
