//! Applying and deleting: everything is tried first, and only when nothing is refused is anything applied.

use serde_json::{Map, Value, json};

use super::field_migration;
use super::order::order;
use crate::flux::client::{ApiClient, ApiRefusal, ObjectId};

pub(super) const MANAGER: &str = "kustomize-controller";
const GROUP: &str = "kustomize.toolkit.fluxcd.io";

/// What was done to an object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Action {
    Created,
    Configured,
    Unchanged,
    Deleted,
    Skipped,
}

/// An object and what was done to it.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) id: ObjectId,
    pub(super) action: Action,
}

impl Done {
    /// `ConfigMap/default/settings created`
    pub(super) fn told(&self) -> String {
        let action = match self.action {
            Action::Created => "created",
            Action::Configured => "configured",
            Action::Unchanged => "unchanged",
            Action::Deleted => "deleted",
            Action::Skipped => "skipped",
        };
        format!("{} {action}", self.id.told())
    }

    pub(super) fn is_change(&self) -> bool {
        matches!(self.action, Action::Created | Action::Configured | Action::Deleted)
    }
}

/// The lines that tell of changes.
pub(super) fn changes(done: &[Done]) -> String {
    let lines: Vec<String> = done.iter().filter(|one| one.is_change()).map(Done::told).collect();
    lines.join("\n")
}

/// Labels that say to which Kustomization an object belongs.
pub(super) fn labels(owner: &ObjectId) -> [(String, Value); 2] {
    [(format!("{GROUP}/name"), json!(owner.name)), (format!("{GROUP}/namespace"), json!(owner.namespace))]
}

/// Applies `objects`: definitions, namespaces and roles before the rest. What was done, or what was refused after
/// what had been done.
pub(super) fn apply(
    owner: &ObjectId,
    mut objects: Vec<Value>,
    is_forced: bool,
    api: &mut ApiClient<'_>,
) -> Result<Vec<Done>, String> {
    for object in &mut objects {
        for (name, value) in labels(owner) {
            field(&mut object["metadata"], "labels").insert(name, value);
        }
    }
    let defines = |object: &Value| {
        ["CustomResourceDefinition", "Namespace", "ClusterRole"].iter().any(|kind| object["kind"] == *kind)
    };
    let is_class = |object: &Value| object["kind"].as_str().is_some_and(|kind| kind.ends_with("Class"));
    let (definitions, rest): (Vec<_>, Vec<_>) = objects.into_iter().partition(defines);
    let (classes, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_class);
    let mut done = Vec::new();
    for mut stage in [definitions, classes, rest] {
        stage.sort_by_cached_key(|object| order(&ObjectId::of(object)));
        match apply_stage(stage, is_forced, api) {
            Ok(more) => done.extend(more),
            Err(error) => {
                let told: String =
                    done.iter().filter(|one: &&Done| one.is_change()).map(|one| one.told() + "\n").collect();
                return Err(format!("{error}\n{told}"));
            }
        }
    }
    Ok(done)
}

fn apply_stage(objects: Vec<Value>, is_forced: bool, api: &mut ApiClient<'_>) -> Result<Vec<Done>, String> {
    let mut done = Vec::new();
    for object in &objects {
        done.push(Done { id: ObjectId::of(object), action: attempt(object, is_forced, api)? });
    }
    for (object, one) in objects.iter().zip(&done) {
        if matches!(one.action, Action::Created | Action::Configured) {
            api.apply(object, MANAGER, false)
                .map_err(|refused| format!("{} apply failed: {}", one.id.told(), refused.message))?;
        }
    }
    Ok(done)
}

/// Tries to apply an object: what that would do, or why it is refused.
fn attempt(object: &Value, is_forced: bool, api: &mut ApiClient<'_>) -> Result<Action, String> {
    let id = ObjectId::of(object);
    let existing = api.get(&id).ok();
    let says = |name: &str, value: &str| {
        std::iter::once(object).chain(&existing).any(|object| is_said(object, name, value))
    };
    if says("reconcile", "disabled")
        || says("ssa", "Ignore")
        || (says("ssa", "IfNotPresent") && existing.is_some())
    {
        return Ok(Action::Skipped);
    }
    if id.namespace.is_empty() && api.is_namespaced(&id) == Some(true) {
        let why = "the server could not find the requested resource";
        return Err(format!("{} namespace not specified: {why}", id.told()));
    }
    let mut tried = api.apply(object, MANAGER, true);
    let is_immutable = |refused: &ApiRefusal| matches!(refused.code, 409 | 422);
    if existing.is_some()
        && (is_forced || says("force", "enabled"))
        && tried.as_ref().is_err_and(is_immutable)
        && api.delete(&id).is_ok()
    {
        tried = api.apply(object, MANAGER, true);
    }
    let after = tried.map_err(|refused| refusal(&id, &refused))?;
    let Some(before) = &existing else { return Ok(Action::Created) };
    let adoption = field_migration::patch(before).filter(|_| !says("ssa", "Merge"));
    if let Some(patch) = &adoption {
        api.patch(&id, MANAGER, patch).map_err(|refused| {
            format!("{} metadata.managedFields cleanup failed: {}", id.told(), refused.message)
        })?;
    }
    Ok(match adoption.is_some() || has_drifted(before, &after) {
        true => Action::Configured,
        false => Action::Unchanged,
    })
}

fn refusal(id: &ObjectId, refused: &ApiRefusal) -> String {
    if refused.is_not_found() && !refused.reason.is_empty() {
        return format!("{} not found: {}", id.told(), refused.message);
    }
    let reason = match refused.reason.as_str() {
        "" => String::new(),
        reason => format!(" ({reason})"),
    };
    format!("{} dry-run failed{reason}: {}", id.told(), refused.message)
}

/// Whether an object says of itself, by a label or an annotation of Flux's, how it is to be treated.
pub(super) fn is_said(object: &Value, name: &str, value: &str) -> bool {
    let name = format!("{GROUP}/{name}");
    ["labels", "annotations"].iter().any(|field| {
        object["metadata"][*field][&name].as_str().is_some_and(|said| said.eq_ignore_ascii_case(value))
    })
}

/// Whether applying changes anything but what the server itself writes.
fn has_drifted(before: &Value, after: &Value) -> bool {
    let content = |object: &Value| {
        let mut content = object.as_object().cloned().unwrap_or_default();
        for field in ["metadata", "status", "apiVersion", "kind"] {
            content.remove(field);
        }
        let metadata = &object["metadata"];
        (content, metadata["labels"].clone(), metadata["annotations"].clone())
    };
    content(before) != content(after)
}

/// A map within an object, made when it is not there.
fn field<'a>(value: &'a mut Value, name: &str) -> &'a mut Map<String, Value> {
    if !value[name].is_object() {
        value[name] = json!({});
    }
    value[name].as_object_mut().expect("it was made a map")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::has_drifted;

    #[test]
    fn a_status_or_a_version_is_no_drift() {
        let before = json!({"metadata": {"labels": {"a": "b"}, "resourceVersion": "1"}, "spec": {"x": 1}, "status": 1});
        let mut after = before.clone();
        after["metadata"]["resourceVersion"] = json!("2");
        after["status"] = json!(2);
        assert!(!has_drifted(&before, &after));
        after["metadata"]["labels"]["a"] = json!("c");
        assert!(has_drifted(&before, &after));
    }
}
