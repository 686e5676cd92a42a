//! The log of what happened, which watches and pages of an older list are answered from. It is bounded by how many events
//! it has, and by the size of the states that it keeps, so that large objects that are written often do not fill the
//! memory.

use std::collections::VecDeque;
use std::io;

use serde_json::Value;

use super::event::Event;

/// How much the log holds.
#[derive(Clone, Copy, Debug)]
struct Limits {
    events: usize,
    /// As JSON.
    bytes: usize,
    /// How many events are kept whatever their size, so that no watch ends because of one large object.
    least: usize,
}

const LIMITS: Limits = Limits { events: 20_000, bytes: 64 * 1024 * 1024, least: 64 };

/// The last events, the newest last.
#[derive(Debug)]
pub(super) struct EventLog {
    events: VecDeque<Event>,
    /// How much each of them keeps, at most: a state that two events have is counted twice.
    weights: VecDeque<usize>,
    bytes: usize,
    limits: Limits,
}

impl Default for EventLog {
    fn default() -> Self {
        Self { events: VecDeque::new(), weights: VecDeque::new(), bytes: 0, limits: LIMITS }
    }
}

impl EventLog {
    /// A log with other limits.
    #[cfg(test)]
    pub(super) fn of(events: usize, bytes: usize, least: usize) -> Self {
        Self { limits: Limits { events, bytes, least }, ..Self::default() }
    }

    /// How many events there are. Every version has one, so that this says how far back they go.
    pub(super) fn len(&self) -> u64 {
        self.events.len() as u64
    }

    /// The events after `version`, as far as they are there.
    pub(super) fn since(&self, version: u64) -> impl DoubleEndedIterator<Item = &Event> {
        let first = self.events.partition_point(|event| event.version <= version);
        self.events.range(first..)
    }

    /// Adds an event whose states are so large.
    pub(super) fn push(&mut self, event: Event, weight: usize) {
        self.events.push_back(event);
        self.weights.push_back(weight);
        self.bytes += weight;
        let Limits { events, bytes, least } = self.limits;
        while self.events.len() > events || (self.bytes > bytes && self.events.len() > least) {
            self.events.pop_front();
            self.bytes -= self.weights.pop_front().unwrap_or_default();
        }
    }
}

/// How long an object is as JSON.
pub(super) fn size(object: &Value) -> usize {
    let mut counted = ByteCount(0);
    // Nothing that is written here can fail.
    match serde_json::to_writer(&mut counted, object) {
        Ok(()) => counted.0,
        Err(_) => 0,
    }
}

/// Counts what is written to it.
struct ByteCount(usize);

impl io::Write for ByteCount {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::EventLog;
    use crate::kubernetes::storage::key::Key;
    use crate::kubernetes::storage::store::Store;

    fn key(name: &str) -> Key {
        Key { resource: 0, namespace: "n".into(), name: name.into() }
    }

    fn object(text: &str) -> Value {
        json!({"metadata": {}, "data": text})
    }

    #[test]
    fn large_objects_shorten_the_past_and_end_no_watch_at_once() {
        let mut store = Store::logging(EventLog::of(100, 1000, 4));
        for _ in 0..10 {
            store.put(key("small"), object("x"));
        }
        let then = store.version();
        store.put(key("large"), object(&"x".repeat(5000)));
        assert_eq!(store.since(then).map(Iterator::count), Some(1), "who has seen the small ones goes on");
        assert_eq!(store.log().events.len(), 4);
        for _ in 0..4 {
            store.put(key("small"), object("x"));
        }
        assert_eq!(store.forgotten(), then + 1);
        store.remove(&key("large"));
        assert!(store.log().bytes > 5000, "what is gone is still kept for lists of the past");
        for _ in 0..10 {
            store.put(key("small"), object("x"));
        }
        assert!(store.log().bytes <= 1000 && store.log().events.len() > 4);
        assert_eq!(store.log().bytes, store.log().weights.iter().sum::<usize>());
    }
}
