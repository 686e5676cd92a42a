//! The stages of a build: resources, variables, what all objects get.

use serde_json::Value;

use super::folders::{Tree, folder};
use super::{naming, resources, variables};
use crate::flux::client::ApiClient;
use crate::flux::remote::Files;
use crate::flux::source::told;

/// What was built.
#[derive(Debug)]
pub(in crate::flux) struct Built {
    /// Of all objects together: the same content has the same.
    pub(in crate::flux) digest: String,
    pub(in crate::flux) objects: Vec<Value>,
}

/// Builds the path of a Kustomization from `files`, which lie in the folder `root`.
pub(in crate::flux) fn build(
    object: &Value,
    files: &Files,
    root: &str,
    api: &mut ApiClient<'_>,
) -> Result<Built, String> {
    let spec = &object["spec"];
    if let Some(field) =
        ["decryption", "components", "healthCheckExprs", "kubeConfig", "ignore", "buildMetadata"]
            .iter()
            .find(|field| !spec[**field].is_null())
    {
        return Err(format!("the lab does not have spec.{field}"));
    }
    let path = folder(spec["path"].as_str().unwrap_or_default());
    let tree = Tree { files, root };
    let mut objects = resources::build(tree, &path, spec)?;
    if !spec["postBuild"].is_null() {
        let variables = variables::of(object, api);
        for object in &mut objects {
            let named = |error: String| format!("post build failed for '{}': {error}", naming::kind(object));
            let variables = variables.as_ref().map_err(|error| named(error.clone()))?;
            if let Some(substituted) = variables::substitute(object, variables).map_err(named)? {
                *object = substituted;
            }
        }
    }
    let text: String = objects.iter().map(|object| format!("{object}\n---\n")).collect();
    let digest = told(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()).as_ref());
    if let Some(common) = spec["commonMetadata"].as_object() {
        for (field, values) in common {
            for object in &mut objects {
                for (name, value) in values.as_object().into_iter().flatten() {
                    naming::map(&mut object["metadata"], field).insert(name.clone(), value.clone());
                }
            }
        }
    }
    objects.iter_mut().for_each(plain_secret);
    Ok(Built { digest, objects })
}

/// A secret is applied with its data encoded.
fn plain_secret(object: &mut Value) {
    use base64::Engine;
    if object["kind"] != "Secret" || object["apiVersion"] != "v1" {
        return;
    }
    let Some(Value::Object(plain)) = object.as_object_mut().and_then(|fields| fields.remove("stringData"))
    else {
        return;
    };
    let data = naming::map(object, "data");
    for (name, value) in plain {
        let text = value.as_str().unwrap_or_default();
        data.insert(name, base64::engine::general_purpose::STANDARD.encode(text).into());
    }
}
