//! All objects, their resource versions, and what happened to them: one number that grows with every write, and
//! a log that watches, and pages of an older list, are answered from.
//!
//! The log is bounded, as etcd's history is: who asks for something older is told so (410). Objects are shared
//! between the log and the present, so that a long log costs no copies. It is bounded by the size of what it keeps
//! as well, so that large objects that are written often do not fill the memory.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::sync::Arc;

use serde_json::{Value, json};

use super::owner_references::Relations;

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

/// Where an object is: its kind's place in the catalogue, its namespace ("" where there is none) and its name.
/// The order is that of lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::kubernetes) struct Key {
    pub(in crate::kubernetes) resource: usize,
    pub(in crate::kubernetes) namespace: String,
    pub(in crate::kubernetes) name: String,
}

/// One change of one object.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(in crate::kubernetes) version: u64,
    pub(in crate::kubernetes) key: Key,
    pub(crate) before: Option<Arc<Value>>,
    pub(crate) after: Option<Arc<Value>>,
}

/// What is there, and how it came to be.
#[derive(Debug)]
pub(in crate::kubernetes) struct Store {
    objects: BTreeMap<Key, Arc<Value>>,
    relations: Relations,
    log: VecDeque<Event>,
    /// The sizes of the objects that are there, each measured when it was written.
    sizes: HashMap<Key, usize>,
    /// How much the log keeps, at most: a state that two events have is counted twice.
    logged: VecDeque<usize>,
    bytes: usize,
    version: u64,
    limits: Limits,
}

impl Store {
    /// Nothing, at version 1.
    #[cfg(test)]
    fn new() -> Self {
        Self::after(0)
    }

    /// Nothing, at the version after `version`, up to which everything is forgotten.
    pub(in crate::kubernetes) fn after(version: u64) -> Self {
        Self {
            objects: BTreeMap::new(),
            relations: Relations::default(),
            log: VecDeque::new(),
            sizes: HashMap::new(),
            logged: VecDeque::new(),
            bytes: 0,
            version: version + 1,
            limits: LIMITS,
        }
    }

    /// The version of the last write.
    pub(in crate::kubernetes) fn version(&self) -> u64 {
        self.version
    }

    /// The object at `key`.
    pub(in crate::kubernetes) fn get(&self, key: &Key) -> Option<&Arc<Value>> {
        self.objects.get(key)
    }

    /// Who depends on whom.
    pub(in crate::kubernetes) fn relations(&self) -> &Relations {
        &self.relations
    }

    /// The objects of a kind in a namespace.
    pub(in crate::kubernetes) fn within<'a>(
        &'a self,
        resource: usize,
        namespace: &'a str,
    ) -> impl Iterator<Item = (&'a Key, &'a Arc<Value>)> {
        let first = Key { resource, namespace: namespace.to_owned(), name: String::new() };
        let is_within = move |key: &Key| key.resource == resource && key.namespace == namespace;
        self.objects.range(first..).take_while(move |(key, _)| is_within(key))
    }

    /// The objects of a kind, in the order of lists.
    pub(in crate::kubernetes) fn of_kind(
        &self,
        resource: usize,
    ) -> impl Iterator<Item = (&Key, &Arc<Value>)> {
        let first = Key { resource, namespace: String::new(), name: String::new() };
        self.objects.range(first..).take_while(move |(key, _)| key.resource == resource)
    }

    /// The objects of a kind as they were at `version`; none when that has been forgotten.
    pub(in crate::kubernetes) fn objects_at(
        &self,
        resource: usize,
        version: u64,
    ) -> Option<BTreeMap<Key, Arc<Value>>> {
        if version < self.forgotten() {
            return None;
        }
        let mut objects: BTreeMap<Key, Arc<Value>> =
            self.of_kind(resource).map(|(key, object)| (key.clone(), Arc::clone(object))).collect();
        let later = self.log.iter().rev().take_while(|event| event.version > version);
        for event in later.filter(|event| event.key.resource == resource) {
            match &event.before {
                Some(before) => objects.insert(event.key.clone(), Arc::clone(before)),
                None => objects.remove(&event.key),
            };
        }
        Some(objects)
    }

    /// What happened after `version`; none when that has been forgotten.
    pub(in crate::kubernetes) fn since(&self, version: u64) -> Option<impl Iterator<Item = &Event>> {
        if version < self.forgotten() {
            return None;
        }
        let first = self.log.partition_point(|event| event.version <= version);
        Some(self.log.range(first..))
    }

    /// All that is there, as if it had just been written.
    pub(in crate::kubernetes) fn everything(&self) -> Vec<Event> {
        let written = |(key, object): (&Key, &Arc<Value>)| Event {
            version: self.version,
            key: key.clone(),
            before: None,
            after: Some(Arc::clone(object)),
        };
        self.objects.iter().map(written).collect()
    }

    /// The last version of which what followed is not all known.
    pub(in crate::kubernetes) fn forgotten(&self) -> u64 {
        self.version - self.log.len() as u64
    }

    /// Makes `object` what is at `key`, at a new version, and returns it.
    pub(in crate::kubernetes) fn put(&mut self, key: Key, mut object: Value) -> Arc<Value> {
        self.version += 1;
        object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        let size = size(&object);
        let object = Arc::new(object);
        let before = self.objects.insert(key.clone(), Arc::clone(&object));
        self.relations.change(&key, before.as_deref(), Some(&object));
        let weight = size + self.sizes.insert(key.clone(), size).unwrap_or_default();
        self.remember(Event { version: self.version, key, before, after: Some(Arc::clone(&object)) }, weight);
        object
    }

    /// Takes away what is at `key`.
    pub(in crate::kubernetes) fn remove(&mut self, key: &Key) -> Option<Arc<Value>> {
        let before = self.objects.remove(key)?;
        self.relations.change(key, Some(&before), None);
        self.version += 1;
        let event =
            Event { version: self.version, key: key.clone(), before: Some(Arc::clone(&before)), after: None };
        let weight = self.sizes.remove(key).unwrap_or_default();
        self.remember(event, weight);
        Some(before)
    }

    /// Every version has one event, so that the log's length says how far back it goes.
    fn remember(&mut self, event: Event, weight: usize) {
        self.log.push_back(event);
        self.logged.push_back(weight);
        self.bytes += weight;
        let Limits { events, bytes, least } = self.limits;
        while self.log.len() > events || (self.bytes > bytes && self.log.len() > least) {
            self.log.pop_front();
            self.bytes -= self.logged.pop_front().unwrap_or_default();
        }
    }
}

/// How long an object is as JSON.
fn size(object: &Value) -> usize {
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

    use super::{Key, LIMITS, Limits, Store};

    fn key(name: &str) -> Key {
        Key { resource: 0, namespace: "n".into(), name: name.into() }
    }

    fn object(text: &str) -> Value {
        json!({"metadata": {}, "data": text})
    }

    #[test]
    fn the_past_can_be_listed_until_it_is_forgotten() {
        let mut store = Store { limits: Limits { events: 3, ..LIMITS }, ..Store::new() };
        store.put(key("a"), object("1"));
        store.put(key("b"), object("1"));
        let then = store.version();
        store.put(key("a"), object("2"));
        store.remove(&key("b"));
        let names = |version: u64| {
            let objects = store.objects_at(0, version)?;
            Some(
                objects
                    .iter()
                    .map(|(key, object)| format!("{}{}", key.name, object["data"]))
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(names(then), Some(vec!["a\"1\"".to_owned(), "b\"1\"".to_owned()]));
        assert_eq!(names(store.version()), Some(vec!["a\"2\"".to_owned()]));
        assert_eq!(names(1), None, "three events are remembered of four");
        assert_eq!(store.since(then).map(Iterator::count), Some(2));
        assert!(store.since(1).is_none());
        assert_eq!(store.since(2).map(Iterator::count), Some(3));
    }

    #[test]
    fn large_objects_shorten_the_past_and_end_no_watch_at_once() {
        let limits = Limits { events: 100, bytes: 1000, least: 4 };
        let mut store = Store { limits, ..Store::new() };
        for _ in 0..10 {
            store.put(key("small"), object("x"));
        }
        let then = store.version();
        store.put(key("large"), object(&"x".repeat(5000)));
        assert_eq!(store.since(then).map(Iterator::count), Some(1), "who has seen the small ones goes on");
        assert_eq!(store.log.len(), 4);
        for _ in 0..4 {
            store.put(key("small"), object("x"));
        }
        assert_eq!(store.forgotten(), then + 1);
        store.remove(&key("large"));
        assert!(store.bytes > 5000, "what is gone is still kept for lists of the past");
        for _ in 0..10 {
            store.put(key("small"), object("x"));
        }
        assert!(store.bytes <= 1000 && store.log.len() > 4);
        assert_eq!(store.bytes, store.logged.iter().sum::<usize>());
    }
}
