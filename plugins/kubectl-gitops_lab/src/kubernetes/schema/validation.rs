//! What a server adds to an object, and what it refuses in one, as far as schemas do not say it.

use serde_json::{Value, json};

use super::kinds::EXTENSIONS;
use super::{config_map, labels, metadata, secret, structural, structural_validation};
use crate::kubernetes::refusals::Cause;
use crate::kubernetes::{defaults, definitions, refusals};

use crate::kubernetes::{Resource, StatusError};

/// Puts in what is there by default, and takes out what is empty, which is not kept.
pub(in crate::kubernetes) fn default(resource: &Resource, object: &mut Value) {
    if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.retain(|_, value| !is_empty(value));
    }
    if let Some(schema) = structural::of(resource).filter(|_| resource.is_custom()) {
        structural::default(schema, object);
    }
    defaults::fill(resource, object);
    match (resource.group.as_str(), resource.kind.as_str()) {
        (EXTENSIONS, "CustomResourceDefinition") => definitions::complete(object),
        ("", "ConfigMap") => drop_empty(object, &["data", "binaryData"]),
        ("", "Namespace") => {
            let name = object["metadata"]["name"].clone();
            object["metadata"]["labels"]["kubernetes.io/metadata.name"] = name;
        }
        ("", "Secret") => {
            secret::encode(object);
            drop_empty(object, &["data"]);
        }
        _ => {}
    }
}

/// Puts in what the server itself adds, which nobody owns.
pub(in crate::kubernetes) fn prepare(resource: &Resource, object: &mut Value) {
    match (resource.group.as_str(), resource.kind.as_str()) {
        // One that is going has had its finalizers.
        ("", "Namespace") if object["metadata"].get("deletionTimestamp").is_none() => {
            fill(object, "spec", json!({"finalizers": ["kubernetes"]}));
            fill(object, "status", json!({"phase": "Active"}));
        }
        ("", "Pod") => fill(object, "status", json!({"phase": "Pending"})),
        ("apps", "ReplicaSet") => fill(object, "status", json!({"replicas": 0})),
        ("apps", "StatefulSet") => fill(object, "status", json!({"replicas": 0, "availableReplicas": 0})),
        ("apps", "DaemonSet") => {
            let counted =
                ["currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady"];
            fill(object, "status", counted.into_iter().map(|name| (name.to_owned(), json!(0))).collect());
        }
        ("policy", "PodDisruptionBudget") => {
            let counted = ["currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods"];
            fill(object, "status", counted.into_iter().map(|name| (name.to_owned(), json!(0))).collect());
        }
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

fn drop_empty(object: &mut Value, names: &[&str]) {
    if let Some(fields) = object.as_object_mut() {
        fields.retain(|name, value| !(names.contains(&name.as_str()) && is_empty(value)));
    }
}

fn fill(object: &mut Value, name: &str, preset: Value) {
    if is_empty(&object[name]) {
        object[name] = preset;
    }
}

/// Refuses a new object that is not well.
pub(in crate::kubernetes) fn created(
    resource: &Resource,
    name: &str,
    object: &Value,
) -> Result<(), StatusError> {
    let mut causes = metadata::created(resource, name, object);
    causes.extend(content(resource, None, object)?);
    refuse(resource, name, &causes)
}

/// Refuses what an object may not become.
pub(in crate::kubernetes) fn updated(
    resource: &Resource,
    name: &str,
    before: &Value,
    object: &Value,
) -> Result<(), StatusError> {
    let mut causes = metadata::updated(resource, before, object);
    match (resource.group.as_str(), resource.kind.as_str()) {
        ("", "ConfigMap") => causes.extend(config_map::check_update(before, object)),
        ("", "Secret") => causes.extend(secret::check_update(before, object)),
        _ => {}
    }
    for field in immutable(resource) {
        let (had, has) = (&before["spec"][field], &object["spec"][field]);
        if had != has {
            causes.push(Cause::invalid(format!("spec.{field}"), format!("{has}: field is immutable")));
        }
    }
    causes.extend(content(resource, Some(before), object)?);
    refuse(resource, name, &causes)
}

/// What of a specification stays as it was made.
fn immutable(resource: &Resource) -> &'static [&'static str] {
    match (resource.group.as_str(), resource.kind.as_str()) {
        ("batch", "Job") => &["completions", "selector", "template"],
        ("apps", "Deployment" | "ReplicaSet" | "DaemonSet") => &["selector"],
        _ => &[],
    }
}

fn refuse(resource: &Resource, name: &str, causes: &[Cause]) -> Result<(), StatusError> {
    match causes {
        [] => Ok(()),
        causes => Err(refusals::invalid(resource, name, causes)),
    }
}

/// What is wrong with what the object holds.
fn content(resource: &Resource, before: Option<&Value>, object: &Value) -> Result<Vec<Cause>, StatusError> {
    let template = &object["spec"]["template"]["metadata"]["labels"];
    match structural::of(resource) {
        Some(schema) if resource.is_custom() => Ok(structural_validation::check(schema, before, object)),
        _ if resource.kind == "CustomResourceDefinition" => definitions::check(object),
        _ if resource.group.is_empty() && resource.kind == "ConfigMap" => Ok(config_map::check(object)),
        _ if resource.group.is_empty() && resource.kind == "Secret" => Ok(secret::check(object)),
        _ if resource.kind == "Deployment" => Ok(deployment(object)),
        _ => Ok(labels::check(template, "spec.template.labels")),
    }
}

fn deployment(object: &Value) -> Vec<Cause> {
    let template = &object["spec"]["template"];
    let labels = &template["metadata"]["labels"];
    let mut causes = labels::check(labels, "spec.template.labels");
    let selected = object["spec"]["selector"]["matchLabels"].as_object().into_iter().flatten();
    if selected.into_iter().any(|(name, value)| labels[name] != *value) {
        causes.push(Cause::invalid(
            "spec.template.metadata.labels",
            format!("{labels}: `selector` does not match template `labels`"),
        ));
    }
    let containers = template["spec"]["containers"].as_array().into_iter().flatten();
    for (index, container) in containers.enumerate() {
        if is_empty(&container["image"]) {
            causes.push(Cause::required(format!("spec.template.spec.containers[{index}].image")));
        }
    }
    causes
}

/// What is not refused and yet told.
pub(in crate::kubernetes) fn warnings(resource: &Resource, object: &Value) -> Vec<String> {
    let mut warnings = metadata::warnings(resource, object);
    // What the lab leaves out is said where it would be missed.
    if resource.kind == "CronJob" {
        warnings.push("the lab keeps cron jobs and makes no jobs of them".to_owned());
    }
    warnings
}
