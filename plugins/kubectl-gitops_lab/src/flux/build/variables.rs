//! The variables of `postBuild`: where they come from, and which objects they are put into.

use std::collections::BTreeMap;

use base64::Engine;
use serde_json::Value;

use super::substitution;
use crate::flux::client::{ApiClient, ObjectId};

const DISABLED: &str = "kustomize.toolkit.fluxcd.io/substitute";
const NAME: &str = "^[_[:alpha:]][_[:alpha:][:digit:]]*$";

/// Variables by their names.
#[derive(Debug)]
pub(super) struct Variables {
    values: BTreeMap<String, String>,
    /// Even without any variable: defaults may stand in the text.
    always: bool,
}

/// Those of a Kustomization: of what it refers to, and over them its own.
pub(super) fn of(object: &Value, api: &mut ApiClient<'_>) -> Result<Variables, String> {
    let post_build = &object["spec"]["postBuild"];
    let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
    let mut values = BTreeMap::new();
    let plain = |text: &str| text.replace('\n', "");
    for reference in post_build["substituteFrom"].as_array().into_iter().flatten() {
        let text = |field: &str| reference[field].as_str().unwrap_or_default();
        let (kind, name) = (text("kind"), text("name"));
        let found = match api.get(&ObjectId::new("v1", kind, namespace, name)) {
            Ok(found) => found,
            Err(refused) if refused.is_not_found() && reference["optional"] == true => continue,
            Err(refused) => {
                return Err(format!("substitute from '{kind}/{name}' error: {}", refused.message));
            }
        };
        for (name, value) in found["data"].as_object().into_iter().flatten() {
            let value = value.as_str().unwrap_or_default();
            let value = match kind {
                "Secret" => {
                    let bytes = base64::engine::general_purpose::STANDARD.decode(value).unwrap_or_default();
                    plain(&String::from_utf8_lossy(&bytes))
                }
                _ => plain(value),
            };
            values.insert(name.clone(), value);
        }
    }
    for (name, value) in post_build["substitute"].as_object().into_iter().flatten() {
        values.insert(name.clone(), plain(value.as_str().unwrap_or_default()));
    }
    let is_name = |name: &String| {
        let mut letters = name.chars();
        letters.next().is_some_and(|first| first == '_' || first.is_ascii_alphabetic())
            && letters.all(|letter| letter == '_' || letter.is_ascii_alphanumeric())
    };
    if let Some(name) = values.keys().find(|name| !is_name(name)) {
        return Err(format!("envsubst error: '{name}' var name is invalid, must match '{NAME}'"));
    }
    Ok(Variables { values, always: post_build["substituteStrategy"] == "Always" })
}

/// An object with its variables replaced; none when it is to be left alone.
pub(super) fn substitute(object: &Value, variables: &Variables) -> Result<Option<Value>, String> {
    let is_disabled = |field: &str| object["metadata"][field][DISABLED] == "disabled";
    let is_idle = variables.values.is_empty() && !variables.always;
    if is_idle || is_disabled("labels") || is_disabled("annotations") {
        return Ok(None);
    }
    let text = serde_saphyr::to_string(object).map_err(|error| format!("envsubst error: {error}"))?;
    let values = |name: &str| variables.values.get(name).cloned().unwrap_or_default();
    let text = substitution::evaluate(&text, &values)
        .map_err(|error| format!("envsubst error: variable substitution failed: {error}"))?;
    let mut documents = super::manifests::documents(text.as_bytes())
        .map_err(|error| format!("envsubst error: YAMLToJSON: {error}"))?;
    Ok(documents.pop())
}
