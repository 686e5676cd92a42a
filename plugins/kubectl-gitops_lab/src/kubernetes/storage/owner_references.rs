//! Who depends on whom: objects by their identifier, and dependents by the identifier of their owner. Kept with
//! every write, so that nobody has to walk through a large cluster to find them.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::kubernetes::storage::key::Key;

/// The relations of all objects.
#[derive(Debug, Default)]
pub(in crate::kubernetes) struct Relations {
    objects: HashMap<String, Key>,
    dependents: HashMap<String, BTreeSet<Key>>,
}

impl Relations {
    /// Where the object with this identifier is.
    pub(in crate::kubernetes) fn object(&self, uid: &str) -> Option<&Key> {
        self.objects.get(uid)
    }

    /// Where the dependents of the object with this identifier are.
    pub(in crate::kubernetes) fn dependents(&self, uid: &str) -> impl Iterator<Item = &Key> {
        self.dependents.get(uid).into_iter().flatten()
    }

    /// What is at `key` has changed.
    pub(in crate::kubernetes) fn change(&mut self, key: &Key, before: Option<&Value>, after: Option<&Value>) {
        if let (Some(before), Some(after)) = (before, after) {
            let references = |object: &Value| owners(object).map(str::to_owned).collect::<Vec<_>>();
            if before["metadata"]["uid"] == after["metadata"]["uid"]
                && references(before) == references(after)
            {
                return;
            }
        }
        if let Some(before) = before {
            self.objects.remove(uid(before));
            for owner in owners(before) {
                if let Some(keys) = self.dependents.get_mut(owner) {
                    keys.remove(key);
                    if keys.is_empty() {
                        self.dependents.remove(owner);
                    }
                }
            }
        }
        if let Some(after) = after {
            self.objects.insert(uid(after).to_owned(), key.clone());
            for owner in owners(after) {
                self.dependents.entry(owner.to_owned()).or_default().insert(key.clone());
            }
        }
    }
}

/// The identifier of an object.
pub(in crate::kubernetes) fn uid(object: &Value) -> &str {
    object["metadata"]["uid"].as_str().unwrap_or_default()
}

/// The identifiers of an object's owners.
pub(in crate::kubernetes) fn owners(object: &Value) -> impl Iterator<Item = &str> {
    let references = object["metadata"]["ownerReferences"].as_array().into_iter().flatten();
    references.filter_map(|reference| reference["uid"].as_str())
}
