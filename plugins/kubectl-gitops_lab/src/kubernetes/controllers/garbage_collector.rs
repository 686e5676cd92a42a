//! The garbage collector: what becomes of dependents when their owner goes.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::namespaces::is_going;
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::schema::immutable::is_released;
use crate::kubernetes::storage::event::Event;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::storage::owner_references::{owners, uid};

const FOREGROUND: &str = "foregroundDeletion";
const ORPHAN: &str = "orphan";

impl Cluster {
    /// Sees to the dependents and the owners of what was written.
    pub(in crate::kubernetes) fn collect(&mut self, event: &Event, now: Timestamp) {
        match (event.before.as_deref(), event.after.as_deref()) {
            (_, Some(object)) if is_held(object, ORPHAN) => self.orphan_dependents(&event.key, object),
            (_, Some(object)) if is_held(object, FOREGROUND) => self.delete_dependents(&event.key, now),
            (_, Some(_)) => self.discard_abandoned(&event.key, now),
            (Some(object), None) => {
                for key in self.dependents(object) {
                    self.discard_abandoned(&key, now);
                }
            }
            (None, None) => {}
        }
        // An owner that waits in the foreground may have waited for this.
        let before = event.before.as_deref().into_iter().flat_map(owners);
        let waiting: Vec<Key> =
            before.filter_map(|owner| self.store.relations().object(owner).cloned()).collect();
        for key in waiting {
            self.release_in_foreground(&key);
        }
    }

    /// Deletes what has only owners that are gone.
    fn discard_abandoned(&mut self, key: &Key, now: Timestamp) {
        let Some(object) = self.store.get(key) else { return };
        let is_there = |owner: &str| self.store.relations().object(owner).is_some();
        let is_owned = owners(object).next().is_some();
        if is_owned && !owners(object).any(is_there) && !is_going(object) {
            self.discard(key, now);
        }
    }

    fn dependents(&self, object: &Value) -> Vec<Key> {
        self.store.relations().dependents(uid(object)).cloned().collect()
    }

    /// What depends on something that goes in the foreground goes first, and so does what depends on that.
    fn delete_dependents(&mut self, key: &Key, now: Timestamp) {
        let Some(object) = self.store.get(key).cloned() else { return };
        for dependent in self.dependents(&object) {
            let Some(object) = self.store.get(&dependent) else { continue };
            if is_going(object) {
                continue;
            }
            match self.dependents(object).is_empty() {
                true => self.discard(&dependent, now),
                false => self.discard_in_foreground(&dependent, now),
            }
        }
        self.release_in_foreground(key);
    }

    fn release_in_foreground(&mut self, key: &Key) {
        let Some(object) = self.store.get(key) else { return };
        if is_held(object, FOREGROUND) && self.dependents(object).is_empty() {
            self.release(key, FOREGROUND);
        }
    }

    fn orphan_dependents(&mut self, key: &Key, object: &Value) {
        for dependent in self.dependents(object) {
            self.orphan(&dependent, uid(object));
        }
        self.release(key, ORPHAN);
    }

    /// Takes an owner from what is at `key`.
    fn orphan(&mut self, key: &Key, owner: &str) {
        if let Some(object) = self.store.get(key) {
            let mut object = Value::clone(object);
            let metadata = &mut object["metadata"];
            if let Some(owners) = metadata["ownerReferences"].as_array_mut() {
                owners.retain(|reference| reference["uid"] != owner);
            }
            let is_free = metadata["ownerReferences"].as_array().is_none_or(Vec::is_empty);
            if let Some(fields) = metadata.as_object_mut().filter(|_| is_free) {
                fields.remove("ownerReferences");
            }
            self.store.put(key.clone(), object);
        }
    }

    /// Takes a finalizer from what is at `key`, which goes when it was the last.
    pub(in crate::kubernetes) fn release(&mut self, key: &Key, finalizer: &str) {
        if let Some(object) = self.store.get(key) {
            let mut object = Value::clone(object);
            let metadata = &mut object["metadata"];
            if let Some(finalizers) = metadata["finalizers"].as_array_mut() {
                finalizers.retain(|name| name != finalizer);
            }
            let is_free = metadata["finalizers"].as_array().is_none_or(Vec::is_empty);
            if let Some(fields) = metadata.as_object_mut().filter(|_| is_free) {
                fields.remove("finalizers");
            }
            if is_released(&object) {
                self.store.remove(key);
            } else {
                self.store.put(key.clone(), object);
            }
        }
    }
}

/// Whether an object is going, and waits for what the finalizer stands for.
fn is_held(object: &Value, finalizer: &str) -> bool {
    is_going(object)
        && object["metadata"]["finalizers"].as_array().is_some_and(|names| names.contains(&json!(finalizer)))
}
