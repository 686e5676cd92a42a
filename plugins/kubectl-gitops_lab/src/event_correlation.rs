//! What keeps events from becoming too many, as client-go's `EventCorrelator` does it: caches that forget what was
//! used least recently, and a filter that does not listen to who tells too much.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use jiff::Timestamp;

/// How many entries a cache of the correlator has.
const ENTRIES: usize = 4096;
/// How many events of one source about one object are taken at once, and after how many seconds one more is.
const BURST: f64 = 25.0;
const REFILL: f64 = 300.0;

/// Entries by key, of which the one that was used least recently goes when there is no place.
#[derive(Debug)]
pub(crate) struct LruCache<K, V> {
    entries: HashMap<K, (u64, V)>,
    /// The keys by when they were used.
    order: BTreeMap<u64, K>,
    uses: u64,
    size: usize,
}

impl<K, V> Default for LruCache<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), order: BTreeMap::new(), uses: 0, size: ENTRIES }
    }
}

impl<K: Clone + Eq + Hash, V> LruCache<K, V> {
    /// The entry of `key`, which is used by that.
    pub(crate) fn get(&mut self, key: &K) -> Option<&mut V> {
        let (used, value) = self.entries.get_mut(key)?;
        self.uses += 1;
        self.order.remove(used);
        self.order.insert(self.uses, key.clone());
        *used = self.uses;
        Some(value)
    }

    /// Makes `value` the entry of `key`.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.uses += 1;
        self.order.insert(self.uses, key.clone());
        if let Some((used, _)) = self.entries.insert(key, (self.uses, value)) {
            self.order.remove(&used);
        }
        if self.entries.len() > self.size
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.entries.remove(&oldest);
        }
    }

    /// The entry of `key`, which is `preset` where there was none.
    pub(crate) fn get_or_insert(&mut self, key: K, preset: V) -> &mut V {
        if !self.entries.contains_key(&key) {
            self.insert(key.clone(), preset);
        }
        self.get(&key).expect("what was inserted last is there")
    }
}

/// Who may tell how much more of what.
#[derive(Debug, Default)]
pub(crate) struct SpamFilter(LruCache<String, Allowance>);

#[derive(Clone, Copy, Debug)]
struct Allowance {
    left: f64,
    last: Timestamp,
}

impl SpamFilter {
    /// Whether one more event about `about` is taken.
    pub(crate) fn allows(&mut self, about: &str, now: Timestamp) -> bool {
        let allowance = self.0.get_or_insert(about.to_owned(), Allowance { left: BURST, last: now });
        let passed = now.duration_since(allowance.last).as_secs_f64();
        allowance.left = (allowance.left + passed / REFILL).min(BURST);
        allowance.last = now;
        let allows = allowance.left >= 1.0;
        if allows {
            allowance.left -= 1.0;
        }
        allows
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{ENTRIES, LruCache, SpamFilter};

    #[test]
    fn what_was_used_least_recently_is_forgotten() {
        let mut cache = LruCache { size: 2, ..LruCache::default() };
        cache.insert("a", 1);
        cache.insert("b", 2);
        assert_eq!(cache.get(&"a"), Some(&mut 1));
        cache.insert("c", 3);
        assert_eq!(cache.get(&"b"), None);
        *cache.get_or_insert("a", 0) += 10;
        assert_eq!(cache.get(&"a"), Some(&mut 11));
        cache.insert("a", 4);
        assert_eq!(cache.get(&"a"), Some(&mut 4));
        assert_eq!(cache.get(&"c"), Some(&mut 3));
        assert_eq!(cache.order.len(), 2);
    }

    #[test]
    fn a_filter_remembers_no_more_than_it_has_places_for() {
        let mut filter = SpamFilter::default();
        for number in 0..2 * ENTRIES {
            filter.allows(&number.to_string(), Timestamp::UNIX_EPOCH);
        }
        assert_eq!((filter.0.entries.len(), filter.0.order.len()), (ENTRIES, ENTRIES));
    }

    #[test]
    fn an_object_that_tells_too_much_is_not_listened_to() {
        let mut filter = SpamFilter::default();
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!((0..40).filter(|_| filter.allows("u", now)).count(), 25);
        let later = now + SignedDuration::from_mins(10);
        assert_eq!((0..40).filter(|_| filter.allows("u", later)).count(), 2);
        assert!(filter.allows("another", later));
    }
}
