//! Patches of a `kustomization.yaml`: strategic merge patches, which name their object or have a target, and JSON
//! patches, which need one.

use regex::Regex;
use serde_json::Value;

use super::folders::{Tree, join};
use super::{manifests, naming};
use crate::kubernetes::{patch_json, patch_strategically};

/// Patches `objects` as `root`, the `kustomization.yaml` of `folder`, asks for.
pub(super) fn patch(
    tree: Tree<'_>,
    folder: &str,
    root: &Value,
    objects: &mut Vec<Value>,
) -> Result<(), String> {
    let entries = |field: &str| root[field].as_array().cloned().unwrap_or_default();
    for text in entries("patchesStrategicMerge") {
        let text = text.as_str().unwrap_or_default();
        let text = match text.contains('\n') {
            true => text.to_owned(),
            false => load(tree, folder, text)?,
        };
        merge(&text, &Value::Null, &format!("[patch: {text:?}]"), objects)?;
    }
    for entry in entries("patches").iter().chain(&entries("patchesJson6902")) {
        let (text, source) = match (entry["patch"].as_str(), entry["path"].as_str()) {
            (Some(text), None) => (text.to_owned(), format!("[patch: {:?}]", text.trim())),
            (None, Some(path)) => (load(tree, folder, path)?, format!("[path: {path:?}]")),
            (None, None) => return Err(format!("must specify one of patch and path in\n{entry}")),
            _ => return Err(format!("patch and path can't be set at the same time\n{entry}")),
        };
        if !entry["options"].is_null() {
            return Err("the lab does not have kustomize's patches.options".to_owned());
        }
        merge(&text, &entry["target"], &source, objects)?;
    }
    Ok(())
}

fn load(tree: Tree<'_>, folder: &str, path: &str) -> Result<String, String> {
    let place = join(folder, path);
    let told = tree.told(&place);
    let content = tree.file(&place).ok_or_else(|| {
        format!("failed to get the patch file from path({path}): open {told}: no such file or directory")
    })?;
    Ok(String::from_utf8_lossy(content).into_owned())
}

/// Puts one patch to those it is meant for.
fn merge(text: &str, target: &Value, source: &str, objects: &mut Vec<Value>) -> Result<(), String> {
    let documents = manifests::documents(text.as_bytes())
        .map_err(|_| format!("unable to parse SM or JSON patch from {source}"))?;
    for document in documents {
        if document.is_array() {
            if target.is_null() {
                return Err(format!("must specify a target for JSON patch {source}"));
            }
            for object in select(target, objects)? {
                let failed =
                    || format!("the JSON patch {source} cannot be applied to {}", naming::identity(object));
                *object = patch_json(object, &document).ok_or_else(failed)?;
            }
            continue;
        }
        if target.is_null() {
            let identity = naming::identity(&document);
            let named = objects.iter_mut().filter(|object| naming::identity(object) == identity);
            let named: Vec<&mut Value> = named.collect();
            if named.is_empty() {
                return Err(format!(
                    "no resource matches strategic merge patch {identity:?}: no matches for Id {identity}; failed to \
                     find unique target for patch {identity}"
                ));
            }
            change(named, &document)?;
        } else {
            change(select(target, objects)?, &document)?;
        }
    }
    // What a patch deletes is nothing but a mark until here.
    objects.retain(|object| !object.is_null());
    Ok(())
}

/// A strategic merge patch changes neither kind nor name.
fn change(objects: Vec<&mut Value>, patch: &Value) -> Result<(), String> {
    for object in objects {
        if patch["$patch"] == "delete" {
            *object = Value::Null;
            continue;
        }
        let kept = ["apiVersion", "kind"].map(|field| (field, object[field].clone()));
        let name = object["metadata"]["name"].clone();
        patch_strategically(object, patch)?;
        for (field, value) in kept {
            object[field] = value;
        }
        object["metadata"]["name"] = name;
    }
    Ok(())
}

/// The objects that a target selects: whole names, which may be regular expressions.
fn select<'a>(target: &Value, objects: &'a mut [Value]) -> Result<Vec<&'a mut Value>, String> {
    if let Some(field) =
        ["labelSelector", "annotationSelector"].iter().find(|field| !target[**field].is_null())
    {
        return Err(format!("the lab does not have kustomize's target.{field}"));
    }
    let pattern = |field: &str| {
        let asked = target[field].as_str().filter(|asked| !asked.is_empty());
        let whole = asked.map(|asked| Regex::new(&format!("^(?:{asked})$")));
        whole.transpose().map_err(|error| format!("unable to find patch target: {error}"))
    };
    let (name, namespace) = (pattern("name")?, pattern("namespace")?);
    let is_meant = |object: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let api_version = text(&object["apiVersion"]);
        let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
        let same = |field: &str, value: &str| {
            target[field].as_str().is_none_or(|asked| asked.is_empty() || asked == value)
        };
        let fits = |pattern: &Option<Regex>, value: &Value| {
            pattern.as_ref().is_none_or(|pattern| pattern.is_match(value.as_str().unwrap_or_default()))
        };
        same("group", group)
            && same("version", version)
            && same("kind", &text(&object["kind"]))
            && fits(&name, &object["metadata"]["name"])
            && fits(&namespace, &object["metadata"]["namespace"])
    };
    Ok(objects.iter_mut().filter(|object| is_meant(object)).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::folders::Tree;
    use super::patch;
    use crate::flux::remote::Files;

    fn deployment(name: &str) -> Value {
        let containers = json!([{"name": "app", "image": "nginx:1"}, {"name": "side", "image": "s"}]);
        let spec = json!({"replicas": 1, "template": {"spec": {"containers": containers}}});
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec})
    }

    fn patched(root: &Value) -> Result<Vec<Value>, String> {
        let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 5}\n";
        let files = Files::from([("dev/patch.yaml".to_owned(), text.as_bytes().to_vec())]);
        let mut objects = vec![deployment("a"), deployment("b")];
        patch(Tree { files: &files, root: "/tmp/k" }, "/dev", root, &mut objects)?;
        Ok(objects)
    }

    #[test]
    fn patches_reach_those_they_name_or_target() {
        let replicas = |objects: &[Value]| -> Vec<u64> {
            objects.iter().map(|object| object["spec"]["replicas"].as_u64().unwrap()).collect()
        };
        let scale = "- op: replace\n  path: /spec/replicas\n  value: 7\n";
        for (root, expected) in [
            (json!({"patches": [{"path": "patch.yaml"}]}), vec![5, 1]),
            (json!({"patchesStrategicMerge": ["patch.yaml"]}), vec![5, 1]),
            (json!({"patches": [{"path": "patch.yaml", "target": {"kind": "Deployment"}}]}), vec![5, 5]),
            (json!({"patches": [{"patch": scale, "target": {"name": "b|c"}}]}), vec![1, 7]),
            (json!({"patchesJson6902": [{"patch": scale, "target": {"kind": "Job"}}]}), vec![1, 1]),
        ] {
            assert_eq!(replicas(&patched(&root).unwrap()), expected, "{root}");
        }
    }

    #[test]
    fn containers_are_merged_by_their_names_and_objects_deleted() {
        let image = "spec:\n  template:\n    spec:\n      containers:\n      - {name: side, image: t}\n";
        let objects = patched(&json!({"patches": [{"patch": image, "target": {"name": "a"}}]})).unwrap();
        let containers = &objects[0]["spec"]["template"]["spec"]["containers"];
        assert_eq!((&containers[0]["image"], &containers[1]["image"]), (&json!("nginx:1"), &json!("t")));
        let deleted = json!({"patches": [{"patch": "$patch: delete\n", "target": {"name": "a"}}]});
        assert_eq!(patched(&deleted).unwrap().len(), 1);
    }

    #[test]
    fn what_cannot_be_patched_is_told_in_kustomize_s_words() {
        let odd = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: none}\n";
        for (entry, told) in [
            (
                json!({"path": "none.yaml"}),
                "failed to get the patch file from path(none.yaml): open /tmp/k/dev/none.yaml",
            ),
            (json!({"patch": "- op: add\n"}), "must specify a target for JSON patch [patch: \"- op: add\"]"),
            (
                json!({"patch": odd}),
                "no matches for Id ConfigMap.v1.[noGrp]/none.[noNs]; failed to find unique target",
            ),
            (json!({"patch": "a: [", "target": {}}), "unable to parse SM or JSON patch from"),
            (json!({}), "must specify one of patch and path in"),
        ] {
            let error = patched(&json!({"patches": [entry]})).unwrap_err();
            assert!(error.contains(told), "{error}");
        }
    }
}
