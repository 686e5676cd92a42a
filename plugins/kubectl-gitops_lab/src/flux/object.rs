//! An object in a controller's hands: as it was read, as it is to become, and the patches that lead from the one
//! to the other. A change goes to the cluster in up to three of them, conditions first: whoever looks in between
//! sees what a client of a real cluster sees.

use serde_json::{Map, Value, json};

use super::client::{ApiClient, ObjectId};
use super::conditions;
use super::conditions::Saying;

/// An object that is being reconciled.
#[derive(Debug)]
pub(super) struct ReconciledObject {
    pub(super) id: ObjectId,
    /// What the controller makes of it.
    pub(super) object: Value,
    /// What of that has been written.
    written: Value,
    manager: &'static str,
}

impl ReconciledObject {
    pub(super) fn new(object: Value, manager: &'static str) -> Self {
        Self { id: ObjectId::of(&object), written: object.clone(), object, manager }
    }

    pub(super) fn spec(&self, field: &str) -> &Value {
        &self.object["spec"][field]
    }

    pub(super) fn generation(&self) -> i64 {
        self.object["metadata"]["generation"].as_i64().unwrap_or_default()
    }

    pub(super) fn is_deleted(&self) -> bool {
        self.object["metadata"].get("deletionTimestamp").is_some()
    }

    pub(super) fn has_finalizer(&self, name: &str) -> bool {
        self.object["metadata"]["finalizers"].as_array().is_some_and(|names| names.contains(&json!(name)))
    }

    pub(super) fn add_finalizer(&mut self, name: &str) {
        let mut names = self.object["metadata"]["finalizers"].as_array().cloned().unwrap_or_default();
        names.push(json!(name));
        self.object["metadata"]["finalizers"] = json!(names);
    }

    pub(super) fn remove_finalizer(&mut self, name: &str) {
        if let Some(names) = self.object["metadata"]["finalizers"].as_array_mut() {
            names.retain(|one| one != name);
        }
    }

    /// What the annotation asks for that requests a reconciliation.
    pub(super) fn requested(&self) -> Option<&str> {
        self.object["metadata"]["annotations"]["reconcile.fluxcd.io/requestedAt"].as_str()
    }

    /// Acknowledges such a request.
    pub(super) fn acknowledge(&mut self) {
        if let Some(requested) = self.requested() {
            self.object["status"]["lastHandledReconcileAt"] = json!(requested);
        }
    }

    /// Sends the first patch that is left to send; whether there was one. An object that is gone takes none.
    pub(super) fn write(&mut self, api: &mut ApiClient<'_>) -> bool {
        self.write_conditions(api) || self.write_finalizers(api) || self.write_status(api)
    }

    /// Conditions are put into what the cluster has now, as others may own some.
    fn write_conditions(&mut self, api: &mut ApiClient<'_>) -> bool {
        let wanted = conditions::all(&self.object);
        let before = conditions::all(&self.written);
        if wanted == before {
            return false;
        }
        self.written["status"]["conditions"] = json!(wanted);
        let Ok(latest) = api.get(&self.id) else { return false };
        let mut changed = latest.clone();
        for condition in &wanted {
            if !before.contains(condition) {
                let text = |field: &str| condition[field].as_str().unwrap_or_default();
                let saying =
                    Saying { status: text("status"), reason: text("reason"), message: text("message") };
                conditions::set(&mut changed, text("type"), &saying, api.now);
            }
        }
        for condition in &before {
            let kind = condition["type"].as_str().unwrap_or_default();
            if !wanted.iter().any(|one| one["type"] == kind) {
                conditions::remove(&mut changed, kind);
            }
        }
        if conditions::all(&changed) == conditions::all(&latest) {
            return false;
        }
        let patch = json!({
            "metadata": {"resourceVersion": latest["metadata"]["resourceVersion"]},
            "status": {"conditions": changed["status"]["conditions"]},
        });
        api.merge(&self.id, true, self.manager, &patch).is_ok()
    }

    fn write_finalizers(&mut self, api: &mut ApiClient<'_>) -> bool {
        let finalizers = self.object["metadata"]["finalizers"].clone();
        if finalizers == self.written["metadata"]["finalizers"] {
            return false;
        }
        self.written["metadata"]["finalizers"] = finalizers.clone();
        api.merge(&self.id, false, self.manager, &json!({"metadata": {"finalizers": finalizers}})).is_ok()
    }

    fn write_status(&mut self, api: &mut ApiClient<'_>) -> bool {
        let rest = |object: &Value| {
            let mut status = object["status"].as_object().cloned().unwrap_or_default();
            status.remove("conditions");
            Value::Object(status)
        };
        let Some(patch) = difference(&rest(&self.written), &rest(&self.object)) else { return false };
        self.written = self.object.clone();
        api.merge(&self.id, true, self.manager, &json!({"status": patch})).is_ok()
    }
}

/// The merge patch that leads from one document to another; none when they are the same.
pub(crate) fn difference(before: &Value, after: &Value) -> Option<Value> {
    if before == after {
        return None;
    }
    let (Value::Object(one), Value::Object(other)) = (before, after) else { return Some(after.clone()) };
    let mut patch = Map::new();
    for (name, value) in other {
        match one.get(name) {
            Some(existing) => patch.extend(difference(existing, value).map(|patch| (name.clone(), patch))),
            None => drop(patch.insert(name.clone(), value.clone())),
        }
    }
    for name in one.keys().filter(|name| !other.contains_key(*name)) {
        patch.insert(name.clone(), Value::Null);
    }
    Some(Value::Object(patch))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::difference;

    #[test]
    fn a_merge_patch_says_what_changed_and_takes_away_what_went() {
        let before = json!({"a": 1, "b": {"c": 1, "d": [1]}, "e": 1});
        let after = json!({"a": 1, "b": {"c": 2, "d": [1]}, "f": 1});
        assert_eq!(difference(&before, &after), Some(json!({"b": {"c": 2}, "e": null, "f": 1})));
        assert_eq!(difference(&after, &after), None);
    }
}
