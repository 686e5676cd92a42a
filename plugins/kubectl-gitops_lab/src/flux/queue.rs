//! A controller's queue: which objects are to be looked at, and when. An object is in it once; the earliest time
//! wins. Failures come back after a time that doubles.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

/// The first retry, and the longest.
const FIRST: SignedDuration = SignedDuration::from_millis(750);
const LONGEST: SignedDuration = SignedDuration::from_mins(15);

/// Namespace and name.
pub(super) type ObjectName = (String, String);

#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: BTreeMap<ObjectName, Timestamp>,
    failures: BTreeMap<ObjectName, u32>,
}

impl Queue {
    pub(super) fn add(&mut self, name: ObjectName, at: Timestamp) {
        let earliest = self.waiting.entry(name).or_insert(at);
        *earliest = at.min(*earliest);
    }

    /// Comes back to a failure: after 0.75 s, 1.5 s, 3 s …
    pub(super) fn retry(&mut self, name: ObjectName, now: Timestamp) {
        let failures = self.failures.entry(name.clone()).or_default();
        let doubled = FIRST.checked_mul(1 << (*failures).min(20)).unwrap_or(LONGEST);
        *failures += 1;
        self.add(name, now + doubled.min(LONGEST));
    }

    pub(super) fn forget(&mut self, name: &ObjectName) {
        self.failures.remove(name);
    }

    /// When one that is not `busy` is to be looked at.
    pub(super) fn due(&self, busy: impl Fn(&ObjectName) -> bool) -> Option<Timestamp> {
        self.waiting.iter().filter(|(name, _)| !busy(name)).map(|(_, at)| *at).min()
    }

    /// All that are in it.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (&ObjectName, &Timestamp)> {
        self.waiting.iter()
    }

    /// All that are in it, to be looked at at other times.
    pub(super) fn waiting_mut(&mut self) -> impl Iterator<Item = (&ObjectName, &mut Timestamp)> {
        self.waiting.iter_mut()
    }

    /// Takes out one that is due and not `busy`.
    pub(super) fn take(&mut self, now: Timestamp, busy: impl Fn(&ObjectName) -> bool) -> Option<ObjectName> {
        let due = self.waiting.iter().filter(|(name, at)| **at <= now && !busy(name));
        let name = due.min_by_key(|(_, at)| **at)?.0.clone();
        self.waiting.remove(&name);
        Some(name)
    }

    /// Forgets all about what is gone.
    pub(super) fn drop(&mut self, name: &ObjectName) {
        self.waiting.remove(name);
        self.failures.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::Queue;

    #[test]
    fn retries_double_and_the_earliest_time_wins() {
        let start = Timestamp::UNIX_EPOCH;
        let name = ("n".to_owned(), "a".to_owned());
        let mut queue = Queue::default();
        for milliseconds in [750, 1_500, 3_000, 6_000] {
            queue.retry(name.clone(), start);
            assert_eq!(queue.due(|_| false), Some(start + SignedDuration::from_millis(milliseconds)));
            assert_eq!(queue.due(|_| true), None);
            assert_eq!(queue.take(start, |_| false), None, "it is not due yet");
            assert!(queue.take(start + SignedDuration::from_mins(1), |_| false).is_some());
        }
        queue.retry(name.clone(), start);
        queue.add(name.clone(), start);
        assert_eq!(queue.due(|_| false), Some(start));
        assert!(queue.take(start, |_| false).is_some());
        assert_eq!(queue.due(|_| false), None, "an object is in the queue once");
        for _ in 0..40 {
            queue.retry(name.clone(), start);
        }
        queue.take(start + SignedDuration::from_hours(1), |_| false);
        queue.retry(name, start);
        assert_eq!(queue.due(|_| false), Some(start + SignedDuration::from_mins(15)));
    }
}
