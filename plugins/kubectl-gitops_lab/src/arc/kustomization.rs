//! The Kustomizations of a configuration.

use serde_json::{Value, json};

use super::configuration::{Configuration, duration, without_nulls};
use super::source;

/// What a configuration that may not leave its namespace is applied as.
pub(super) const APPLIER: &str = "flux-applier";

/// `<configuration>-<kustomization>`: as Azure names them.
pub(super) fn name(configuration: &Configuration, kustomization: &str) -> String {
    format!("{}-{kustomization}", configuration.name)
}

/// All of them, in the order of their names.
pub(super) fn kustomizations(configuration: &Configuration) -> Vec<Value> {
    let all = configuration.property("kustomizations").as_object();
    all.into_iter().flatten().map(|(name, wanted)| kustomization(configuration, name, wanted)).collect()
}

fn kustomization(configuration: &Configuration, own_name: &str, wanted: &Value) -> Value {
    let namespace = configuration.namespace();
    let before = wanted["dependsOn"].as_array().map(Vec::as_slice).unwrap_or_default();
    let before: Vec<Value> = before
        .iter()
        .filter_map(|before| Some(json!({"name": name(configuration, before.as_str()?)})))
        .collect();
    let post_build = without_nulls(&wanted["postBuild"]);
    let is_empty = post_build.as_object().is_none_or(|fields| fields.values().all(is_nothing));
    let retry = wanted["retryIntervalInSeconds"].is_i64() || wanted["retryIntervalInSeconds"].is_u64();
    let spec = json!({
        "sourceRef": {
            "kind": source::kind(configuration), "name": configuration.name, "namespace": namespace,
        },
        "path": wanted["path"].as_str().filter(|path| !path.is_empty()).unwrap_or("./"),
        "interval": duration(wanted, "syncIntervalInSeconds"),
        "timeout": duration(wanted, "timeoutInSeconds"),
        "retryInterval": retry.then(|| duration(wanted, "retryIntervalInSeconds")),
        "prune": wanted["prune"].as_bool().unwrap_or(false),
        "force": wanted["force"].as_bool().unwrap_or(false),
        "wait": wanted["wait"].as_bool().unwrap_or(true),
        "suspend": configuration.is_suspended(),
        "dependsOn": (!before.is_empty()).then_some(before),
        "postBuild": (!is_empty).then_some(post_build),
        "serviceAccountName": configuration.is_namespaced().then_some(APPLIER),
        "targetNamespace": configuration.is_namespaced().then_some(namespace),
    });
    let name = name(configuration, own_name);
    let mut object = configuration.object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", &name);
    object["spec"] = without_nulls(&spec);
    object
}

fn is_nothing(value: &Value) -> bool {
    value.as_object().is_some_and(serde_json::Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}
