//! What belongs to a controller's object: finding it, and making pods from a template.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::conditions;
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::storage::owner_references::uid;

impl Cluster {
    /// The objects of a kind that are controlled by `owner`.
    pub(super) fn controlled(&self, owner: &Value, resource: usize) -> Vec<(Key, Arc<Value>)> {
        let own = uid(owner);
        let keys = self.store.relations().dependents(own).filter(|key| key.resource == resource);
        let objects = keys.filter_map(|key| Some((key.clone(), Arc::clone(self.store.get(key)?))));
        objects.filter(|(_, object)| controller(object).is_some_and(|owner| owner["uid"] == own)).collect()
    }

    /// Where the controller of `object` is, if it is one that works here.
    pub(super) fn controller_of(&self, object: &Value) -> Option<Key> {
        let owner = controller(object)?;
        let key = self.store.relations().object(owner["uid"].as_str()?)?;
        Some(key.clone())
    }

    /// Writes `object`, which is at `key`, if it is another than what is there; its content has a new generation
    /// when that is another. Returns what is there then.
    pub(super) fn rewrite(&mut self, key: &Key, mut object: Value) -> Option<Arc<Value>> {
        let before = self.store.get(key)?;
        if object == **before {
            return Some(Arc::clone(before));
        }
        if object["spec"] != before["spec"] {
            let generation = before["metadata"]["generation"].as_u64().unwrap_or(1);
            object["metadata"]["generation"] = json!(generation + 1);
        }
        Some(self.store.put(key.clone(), object))
    }

    /// Writes a status, if it says anything new.
    pub(super) fn report(&mut self, key: &Key, status: Value) -> Option<Arc<Value>> {
        let before = self.store.get(key)?;
        if before["status"] == status {
            return Some(Arc::clone(before));
        }
        let mut object = Value::clone(before);
        object["status"] = status;
        Some(self.store.put(key.clone(), object))
    }

    /// Makes a pod of `owner` from a template, or says why it cannot be made. Without a `name` it is given one.
    pub(super) fn make_pod(
        &mut self,
        owner: &Value,
        template: &Value,
        name: Option<String>,
        now: Timestamp,
    ) -> Result<Key, String> {
        let namespace = owner["metadata"]["namespace"].as_str().unwrap_or_default().to_owned();
        let mut pod = json!({
            "kind": "Pod",
            "apiVersion": "v1",
            "metadata": {"namespace": namespace, "ownerReferences": [reference(owner)]},
            "spec": template["spec"],
        });
        for field in ["labels", "annotations", "finalizers"] {
            if let Some(value) = template["metadata"].get(field) {
                pod["metadata"][field] = value.clone();
            }
        }
        match name {
            Some(name) => pod["metadata"]["name"] = json!(name),
            None => {
                let prefix = owner["metadata"]["name"].as_str().unwrap_or_default();
                pod["metadata"]["generateName"] = json!(format!("{prefix}-"));
                self.name(&mut pod);
            }
        }
        let name = pod["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let key = Key { resource: self.workloads.kinds.pods, namespace, name };
        let refused = |why: String| format!("pods {:?} is forbidden: {why}", key.name);
        self.admit_pod(&key, &mut pod).map_err(refused)?;
        self.charge(&key, &pod, false).map_err(refused)?;
        self.add(key.clone(), pod, now);
        Ok(key)
    }
}

/// The reference to the owner that controls an object.
pub(super) fn controller(object: &Value) -> Option<&Value> {
    let references = object["metadata"]["ownerReferences"].as_array()?;
    references.iter().find(|reference| reference["controller"] == true)
}

/// The reference by which `owner` controls what it makes.
pub(super) fn reference(owner: &Value) -> Value {
    json!({
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": true,
        "blockOwnerDeletion": true,
    })
}

pub(super) fn is_going(object: &Value) -> bool {
    object["metadata"].get("deletionTimestamp").is_some()
}

/// Whether a pod has ended, well or not.
pub(super) fn has_ended(pod: &Value) -> bool {
    matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed"))
}

/// Whether a pod runs or will.
pub(super) fn is_active(pod: &Value) -> bool {
    !is_going(pod) && !has_ended(pod)
}

pub(super) fn is_ready(pod: &Value) -> bool {
    conditions::is_true(pod, "Ready")
}

/// Since when a pod has been ready.
pub(super) fn ready_since(pod: &Value) -> Option<Timestamp> {
    let conditions = pod["status"]["conditions"].as_array()?;
    conditions::get(conditions, "Ready")?["lastTransitionTime"].as_str()?.parse().ok()
}

/// A number in a document, 0 where it is missing.
pub(super) fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// The name of an object.
pub(super) fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}
