//! What can be wrong with kustomizations: their names, and what they depend on.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::rules::{check_intervals, check_name};
use crate::azure::api::refusal::Refusal;

/// The most letters of a configuration's and a kustomization's name with a hyphen between: they name an object together.
const JOINED_LENGTH: usize = 62;

/// Checks the kustomizations of a configuration that is called `configuration`.
pub(super) fn validate(configuration: &str, kustomizations: &Value) -> Result<(), Refusal> {
    let none = Map::new();
    let kustomizations = kustomizations.as_object().unwrap_or(&none);
    for (name, kustomization) in kustomizations {
        let path = format!("properties.kustomizations.{name}");
        check_name(&path, name, true)?;
        let length = configuration.len() + 1 + name.len();
        if length > JOINED_LENGTH {
            let message = format!(
                "The names '{configuration}' and '{name}' are too long: together they must be no longer than {} \
                 characters.",
                JOINED_LENGTH - 1
            );
            return Err(Refusal::property(&path, message));
        }
        check_intervals(&path, kustomization)?;
        check_post_build(&path, &kustomization["postBuild"])?;
        let unknown = dependencies(kustomization).find(|other| !kustomizations.contains_key(*other));
        if let Some(other) = unknown {
            let message = format!("The kustomization '{name}' depends on '{other}', which does not exist.");
            return Err(Refusal::property(&format!("{path}.dependsOn"), message));
        }
    }
    check_order(kustomizations)
}

fn dependencies(kustomization: &Value) -> impl Iterator<Item = &str> {
    kustomization["dependsOn"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Whether there is an order in which each comes after those that it depends on.
fn check_order(kustomizations: &Map<String, Value>) -> Result<(), Refusal> {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    loop {
        let mut waiting = kustomizations.iter().filter(|(name, _)| !done.contains(name.as_str())).peekable();
        let Some((first, _)) = waiting.peek().copied() else { return Ok(()) };
        let free: Vec<&str> = waiting
            .filter(|(_, kustomization)| dependencies(kustomization).all(|other| done.contains(other)))
            .map(|(name, _)| name.as_str())
            .collect();
        if free.is_empty() {
            let message = format!("The kustomization '{first}' is part of a circle of dependencies.");
            return Err(Refusal::property(&format!("properties.kustomizations.{first}.dependsOn"), message));
        }
        done.extend(free);
    }
}

fn check_post_build(path: &str, post_build: &Value) -> Result<(), Refusal> {
    for source in post_build["substituteFrom"].as_array().into_iter().flatten() {
        let is_kind = ["ConfigMap", "Secret"].iter().any(|kind| source["kind"] == *kind);
        let has_name = source["name"].as_str().is_some_and(|name| !name.is_empty());
        if !is_kind || !has_name {
            let path = format!("{path}.postBuild.substituteFrom");
            let message =
                "Each source of substitutions must have the kind 'ConfigMap' or 'Secret', and a name.";
            return Err(Refusal::property(&path, message));
        }
    }
    Ok(())
}
