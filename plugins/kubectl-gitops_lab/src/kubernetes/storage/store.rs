//! All objects, their resource versions, and what happened to them: one number that grows with every write, and
//! a log that watches, and pages of an older list, are answered from.
//!
//! The log is bounded, as etcd's history is: who asks for something older is told so (410). Objects are shared
//! between the log and the present, so that a long log costs no copies.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Value, json};

use super::event_log::{EventLog, size};
use super::key::Key;
use super::owner_references::Relations;
use crate::kubernetes::storage::event::Event;

/// What is there, and how it came to be.
#[derive(Debug)]
pub(in crate::kubernetes) struct Store {
    objects: BTreeMap<Key, Arc<Value>>,
    relations: Relations,
    log: EventLog,
    /// The sizes of the objects that are there, each measured when it was written.
    sizes: HashMap<Key, usize>,
    version: u64,
    /// The version up to which the controllers have seen what happened.
    seen: u64,
}

/// What the controllers have not seen yet.
pub(in crate::kubernetes) enum Unseen {
    Events(Vec<Event>),
    /// All that is there, as if it had just been written: what happened has been forgotten.
    Everything(Vec<Event>),
}

impl Store {
    /// Nothing, at version 1.
    #[cfg(test)]
    fn new() -> Self {
        Self::after(0)
    }

    /// The same with another log.
    #[cfg(test)]
    pub(super) fn logging(log: EventLog) -> Self {
        Self { log, ..Self::new() }
    }

    #[cfg(test)]
    pub(super) fn log(&self) -> &EventLog {
        &self.log
    }

    /// Nothing, at the version after `version`, up to which everything is forgotten.
    pub(in crate::kubernetes) fn after(version: u64) -> Self {
        Self {
            objects: BTreeMap::new(),
            relations: Relations::default(),
            log: EventLog::default(),
            sizes: HashMap::new(),
            version: version + 1,
            seen: version,
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
        for event in self.log.since(version).rev().filter(|event| event.key.resource == resource) {
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
        Some(self.log.since(version))
    }

    /// What was written since this was asked last; none when nothing was.
    pub(in crate::kubernetes) fn take_unseen(&mut self) -> Option<Unseen> {
        if self.seen == self.version {
            return None;
        }
        let events = self.since(self.seen).map(|events| events.cloned().collect());
        let unseen = events.map_or_else(|| Unseen::Everything(self.everything()), Unseen::Events);
        self.seen = self.version;
        Some(unseen)
    }

    /// All that is there, as if it had just been written.
    fn everything(&self) -> Vec<Event> {
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
        self.version - self.log.len()
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
        self.log.push(Event { version: self.version, key, before, after: Some(Arc::clone(&object)) }, weight);
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
        self.log.push(event, weight);
        Some(before)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Store;
    use crate::kubernetes::storage::event_log::EventLog;
    use crate::kubernetes::storage::key::Key;

    fn key(name: &str) -> Key {
        Key { resource: 0, namespace: "n".into(), name: name.into() }
    }

    fn object(text: &str) -> Value {
        json!({"metadata": {}, "data": text})
    }

    #[test]
    fn the_past_can_be_listed_until_it_is_forgotten() {
        let mut store = Store::logging(EventLog::of(3, usize::MAX, 0));
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
}
