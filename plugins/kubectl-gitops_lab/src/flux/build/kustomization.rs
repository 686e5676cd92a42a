//! A `kustomization.yaml`: which of its fields the lab knows, and the merging of what a Kustomization's spec adds.

use serde_json::{Value, json};

use super::folders::Tree;
use super::manifests;

/// What kustomize looks for, in this order.
pub(super) const FILES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

const KNOWN: [&str; 17] = [
    "apiVersion",
    "kind",
    "metadata",
    "resources",
    "bases",
    "namespace",
    "namePrefix",
    "nameSuffix",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "images",
    "replicas",
    "patches",
    "patchesJson6902",
    "patchesStrategicMerge",
    "sortOptions",
];

/// What kustomize has and the lab has not.
const LACKING: [&str; 14] = [
    "buildMetadata",
    "components",
    "configMapGenerator",
    "configurations",
    "crds",
    "generatorOptions",
    "generators",
    "helmCharts",
    "helmGlobals",
    "openapi",
    "replacements",
    "secretGenerator",
    "transformers",
    "validators",
];

/// The file of a folder, if it has one.
pub(super) fn find(tree: Tree<'_>, folder: &str) -> Option<String> {
    FILES.iter().map(|name| format!("{folder}/{name}")).find(|path| tree.file(path).is_some())
}

/// Reads it. `is_top`: the controller read and wrote it again before kustomize sees it, which drops what is
/// unknown.
pub(super) fn read(tree: Tree<'_>, path: &str, is_top: bool) -> Result<Value, String> {
    let content = tree.file(path).unwrap_or_default();
    let kustomization = manifests::documents(content)?.into_iter().next().unwrap_or_else(|| json!({}));
    let Some(fields) = kustomization.as_object() else {
        return Err(
            "invalid Kustomization: json: cannot unmarshal into Go value of type types.Kustomization"
                .to_owned(),
        );
    };
    for name in fields.keys() {
        if LACKING.contains(&name.as_str()) {
            return Err(format!("the lab does not have kustomize's {name}"));
        }
        if !is_top && !KNOWN.contains(&name.as_str()) {
            return Err(format!("invalid Kustomization: json: unknown field {name:?}"));
        }
    }
    if kustomization["kind"] == "Component" {
        return Err("the lab does not have kustomize's components".to_owned());
    }
    Ok(kustomization)
}

/// Puts what the spec of a Kustomization says into its `kustomization.yaml`.
pub(super) fn add(kustomization: &mut Value, spec: &Value) {
    for patch in spec["patches"].as_array().into_iter().flatten() {
        let mut patches = kustomization["patches"].as_array().cloned().unwrap_or_default();
        patches.push(patch.clone());
        kustomization["patches"] = json!(patches);
    }
    for (from, to) in
        [("targetNamespace", "namespace"), ("namePrefix", "namePrefix"), ("nameSuffix", "nameSuffix")]
    {
        if spec[from].is_string() {
            kustomization[to] = spec[from].clone();
        }
    }
    for image in spec["images"].as_array().into_iter().flatten() {
        let mut images = kustomization["images"].as_array().cloned().unwrap_or_default();
        images.retain(|existing| existing["name"] != image["name"]);
        images.push(image.clone());
        kustomization["images"] = json!(images);
    }
}
