//! What a write cannot change, and what holds an object that is deleted: functions of its states.

use serde_json::Value;

use crate::kubernetes::refusals::Cause;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::{Resource, StatusError, object_details, refusals};

/// An object keeps its name.
pub(in crate::kubernetes) fn same_name(object: &Value, name: &str) -> Result<(), StatusError> {
    let own = object["metadata"]["name"].as_str().unwrap_or_default();
    match own == name {
        true => Ok(()),
        false => Err(refusals::bad_request(format!(
            "the name of the object ({own}) does not match the name on the URL ({name})"
        ))),
    }
}

/// A custom resource is updated as a state of it that somebody has seen.
pub(in crate::kubernetes) fn version_given(
    resource: &Resource,
    name: &str,
    object: &Value,
) -> Result<(), StatusError> {
    let given = object["metadata"]["resourceVersion"].as_str().unwrap_or_default();
    if !resource.is_custom() || !given.is_empty() {
        return Ok(());
    }
    let cause = Cause::invalid("metadata.resourceVersion", "0: must be specified for an update");
    let details = object_details(resource, name);
    Err(refusals::invalid_as(&resource.qualified(), name, details, &[cause]))
}

/// Refuses a write that is meant for another object, or for another state of it.
pub(in crate::kubernetes) fn preconditions(
    resource: &Resource,
    key: &Key,
    before: &Value,
    object: &Value,
) -> Result<(), StatusError> {
    let given = |field: &str| object["metadata"][field].as_str().filter(|text| !text.is_empty());
    let (uid, version) = (&before["metadata"]["uid"], &before["metadata"]["resourceVersion"]);
    if let Some(asked) = given("uid").filter(|asked| uid != asked) {
        let folder = match resource.group.as_str() {
            group if resource.is_custom() => format!("{group}/{}", resource.plural),
            _ => resource.plural.clone(),
        };
        let place = match key.namespace.as_str() {
            "" => format!("/registry/{folder}/{}", key.name),
            namespace => format!("/registry/{folder}/{namespace}/{}", key.name),
        };
        let why = format!(
            "StorageError: invalid object, Code: 4, Key: {place}, ResourceVersion: 0, AdditionalErrorMsg: \
             Precondition failed: UID in precondition: {asked}, UID in object meta: {}",
            uid.as_str().unwrap_or_default()
        );
        return Err(refusals::conflict(resource, &key.name, &why));
    }
    match given("resourceVersion").filter(|asked| version != asked) {
        Some(_) => Err(refusals::modified(resource, &key.name)),
        None => Ok(()),
    }
}

/// Puts back into `object` what this write cannot change: what the server gave it, and either its status or
/// all but its status.
pub(in crate::kubernetes) fn keep(resource: &Resource, is_status: bool, before: &Value, object: &mut Value) {
    if is_status {
        let status = object.get("status").cloned();
        *object = before.clone();
        if let (Some(status), Some(fields)) = (status, object.as_object_mut()) {
            fields.insert("status".to_owned(), status);
        }
        return;
    }
    let given = [
        "creationTimestamp",
        "deletionGracePeriodSeconds",
        "deletionTimestamp",
        "generateName",
        "generation",
        "resourceVersion",
        "uid",
    ];
    for name in given {
        take_over(&before["metadata"], &mut object["metadata"], name);
    }
    if resource.has_status() {
        take_over(before, object, "status");
    }
    if resource.kind == "Namespace" {
        take_over(before, object, "spec");
    }
}

/// Makes a field of `object` what it is in `before`.
fn take_over(before: &Value, object: &mut Value, name: &str) {
    if let Some(fields) = object.as_object_mut() {
        match before.get(name) {
            Some(value) => drop(fields.insert(name.to_owned(), value.clone())),
            None => drop(fields.remove(name)),
        }
    }
}

/// Whether the server counts the versions of a kind's content.
pub(in crate::kubernetes) fn has_generation(resource: &Resource) -> bool {
    let counted = [
        "CronJob",
        "CustomResourceDefinition",
        "DaemonSet",
        "Deployment",
        "Ingress",
        "Job",
        "NetworkPolicy",
        "Pod",
        "PodDisruptionBudget",
        "ReplicaSet",
        "ReplicationController",
        "StatefulSet",
    ];
    resource.is_custom() || counted.contains(&resource.kind.as_str())
}

pub(in crate::kubernetes) fn is_other_content(before: &Value, after: &Value) -> bool {
    let content = |object: &Value| {
        let mut content = object.clone();
        if let Some(fields) = content.as_object_mut() {
            fields.remove("metadata");
            fields.remove("status");
        }
        content
    };
    content(before) != content(after)
}

/// Whether a deleted object is held by nothing any more.
pub(in crate::kubernetes) fn is_released(object: &Value) -> bool {
    let metadata = &object["metadata"];
    let held = metadata["finalizers"].as_array().is_some_and(|finalizers| !finalizers.is_empty());
    let waits = metadata["deletionGracePeriodSeconds"].as_u64().is_some_and(|seconds| seconds > 0);
    let is_namespace = object["kind"] == "Namespace" && object["apiVersion"] == "v1";
    let has_content = is_namespace
        && object["spec"]["finalizers"].as_array().is_some_and(|finalizers| !finalizers.is_empty());
    metadata.get("deletionTimestamp").is_some() && !held && !waits && !has_content
}
