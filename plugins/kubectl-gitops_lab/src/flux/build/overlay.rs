//! What a `kustomization.yaml` makes of its resources: namespace, names, labels, annotations, replicas, images.

use serde_json::{Map, Value, json};

use super::naming::{is_of_cluster, map};

/// Lays the fields of `root` over `objects`, in kustomize's order.
pub(super) fn lay(mut objects: Vec<Value>, root: &Value) -> Result<Vec<Value>, String> {
    if let Some(namespace) = root["namespace"].as_str() {
        objects.iter_mut().for_each(|object| place(object, namespace));
    }
    let affix = |field: &str| root[field].as_str().unwrap_or_default().to_owned();
    let (prefix, suffix) = (affix("namePrefix"), affix("nameSuffix"));
    if !prefix.is_empty() || !suffix.is_empty() {
        rename(&mut objects, &|name| format!("{prefix}{name}{suffix}"));
    }
    for object in &mut objects {
        if let Some(labels) = root["commonLabels"].as_object() {
            label(object, labels, true, true);
        }
        for entry in root["labels"].as_array().into_iter().flatten() {
            let Some(pairs) = entry["pairs"].as_object() else { continue };
            if !entry["fields"].is_null() {
                return Err("the lab does not have kustomize's labels.fields".to_owned());
            }
            let selects = entry["includeSelectors"] == true;
            label(object, pairs, selects, selects || entry["includeTemplates"] == true);
        }
        if let Some(annotations) = root["commonAnnotations"].as_object() {
            map(&mut object["metadata"], "annotations").extend(annotations.clone());
            if has_template(object) {
                map(&mut object["spec"]["template"], "metadata");
                let metadata = &mut object["spec"]["template"]["metadata"];
                map(metadata, "annotations").extend(annotations.clone());
            }
        }
    }
    for replicas in root["replicas"].as_array().into_iter().flatten() {
        let scaled = |object: &&mut Value| {
            let kind = object["kind"].as_str().unwrap_or_default();
            let has_replicas =
                ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"].contains(&kind);
            has_replicas && object["metadata"]["name"] == replicas["name"]
        };
        objects
            .iter_mut()
            .filter(scaled)
            .for_each(|object| object["spec"]["replicas"] = replicas["count"].clone());
    }
    for image in root["images"].as_array().into_iter().flatten() {
        objects.iter_mut().for_each(|object| swap(object, image));
    }
    Ok(objects)
}

fn place(object: &mut Value, namespace: &str) {
    let kind = object["kind"].as_str().unwrap_or_default();
    if kind == "Namespace" {
        object["metadata"]["name"] = json!(namespace);
    } else if !is_of_cluster(kind) {
        object["metadata"]["namespace"] = json!(namespace);
    }
    for subject in object["subjects"].as_array_mut().into_iter().flatten() {
        if subject["kind"] == "ServiceAccount" && subject["name"] == "default"
            || subject.get("namespace").is_some()
        {
            subject["namespace"] = json!(namespace);
        }
    }
}

/// Renames objects, and what refers to them by the fields in which pods name what they need.
fn rename(objects: &mut [Value], renamed: &dyn Fn(&str) -> String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let before: Vec<(String, String)> =
        objects.iter().map(|object| (text(&object["kind"]), text(&object["metadata"]["name"]))).collect();
    for object in objects {
        let kind = text(&object["kind"]);
        if !["Namespace", "CustomResourceDefinition", "APIService"].contains(&kind.as_str()) {
            object["metadata"]["name"] = json!(renamed(&text(&object["metadata"]["name"])));
        }
        refer(object, "", &before, renamed);
    }
}

fn refer(value: &mut Value, within: &str, known: &[(String, String)], renamed: &dyn Fn(&str) -> String) {
    let is_known = |kind: &str, name: &Value| known.iter().any(|(one, known)| one == kind && name == known);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| refer(item, within, known, renamed)),
        Value::Object(fields) => {
            for (field, value) in fields.iter_mut() {
                let kind = match (within, field.as_str()) {
                    ("configMap" | "configMapRef" | "configMapKeyRef", "name") => "ConfigMap",
                    ("secretRef" | "secretKeyRef" | "imagePullSecrets", "name") | (_, "secretName") => {
                        "Secret"
                    }
                    (_, "serviceAccountName") => "ServiceAccount",
                    (_, "claimName") => "PersistentVolumeClaim",
                    ("service", "name") => "Service",
                    _ => "",
                };
                if !kind.is_empty() && is_known(kind, value) {
                    *value = json!(renamed(value.as_str().unwrap_or_default()));
                } else {
                    refer(value, field, known, renamed);
                }
            }
        }
        _ => {}
    }
}

fn has_template(object: &Value) -> bool {
    object["spec"]["template"].is_object()
}

fn label(object: &mut Value, labels: &Map<String, Value>, selects: bool, templates: bool) {
    map(&mut object["metadata"], "labels").extend(labels.clone());
    if templates && has_template(object) {
        map(&mut object["spec"]["template"], "metadata");
        map(&mut object["spec"]["template"]["metadata"], "labels").extend(labels.clone());
    }
    if !selects {
        return;
    }
    match object["kind"].as_str().unwrap_or_default() {
        "Service" | "ReplicationController" if object["spec"].is_object() => {
            map(&mut object["spec"], "selector").extend(labels.clone());
        }
        "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet" => {
            map(&mut object["spec"], "selector");
            map(&mut object["spec"]["selector"], "matchLabels").extend(labels.clone());
        }
        _ => {}
    }
}

/// Another name, tag or digest for an image, wherever containers use it.
fn swap(value: &mut Value, image: &Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| swap(item, image)),
        Value::Object(fields) => {
            for (field, value) in fields.iter_mut() {
                let is_containers = ["containers", "initContainers"].contains(&field.as_str());
                for container in value.as_array_mut().filter(|_| is_containers).into_iter().flatten() {
                    if let Some(swapped) = container["image"].as_str().and_then(|used| swapped(used, image)) {
                        container["image"] = json!(swapped);
                    }
                }
                swap(value, image);
            }
        }
        _ => {}
    }
}

fn swapped(used: &str, image: &Value) -> Option<String> {
    let (rest, digest) = used.split_once('@').map_or((used, None), |(rest, digest)| (rest, Some(digest)));
    let slash = rest.rfind('/').map_or(0, |place| place + 1);
    let (name, tag) = match rest[slash..].find(':') {
        Some(colon) => (&rest[..slash + colon], Some(&rest[slash + colon + 1..])),
        None => (rest, None),
    };
    if image["name"] != name {
        return None;
    }
    let name = image["newName"].as_str().unwrap_or(name);
    Some(match (image["newTag"].as_str(), image["digest"].as_str()) {
        (Some(tag), Some(digest)) => format!("{name}:{tag}@{digest}"),
        (Some(tag), None) => format!("{name}:{tag}"),
        (None, Some(digest)) => format!("{name}@{digest}"),
        (None, None) => match (tag, digest) {
            (_, Some(digest)) => format!("{name}@{digest}"),
            (Some(tag), None) => format!("{name}:{tag}"),
            (None, None) => name.to_owned(),
        },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{lay, swapped};

    fn deployment() -> Value {
        let container = json!({"image": "nginx:1", "envFrom": [{"configMapRef": {"name": "settings"}}]});
        let template = json!({"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [container]}});
        let spec = json!({"selector": {"matchLabels": {"app": "a"}}, "template": template});
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": spec})
    }

    #[test]
    fn an_overlay_changes_what_it_names_and_what_refers_to_it() {
        let settings = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}});
        let role = json!({"kind": "ClusterRole", "metadata": {"name": "r"}});
        let root = json!({
            "namespace": "n",
            "namePrefix": "x-",
            "commonLabels": {"team": "t"},
            "replicas": [{"name": "x-a", "count": 3}],
            "images": [{"name": "nginx", "newTag": "2"}],
        });
        let laid = lay(vec![deployment(), settings, role], &root).unwrap();
        let template = &laid[0]["spec"]["template"];
        let container = &template["spec"]["containers"][0];
        assert_eq!(laid[0]["metadata"], json!({"name": "x-a", "namespace": "n", "labels": {"team": "t"}}));
        assert_eq!(laid[0]["spec"]["selector"]["matchLabels"], json!({"app": "a", "team": "t"}));
        assert_eq!(template["metadata"]["labels"], json!({"app": "a", "team": "t"}));
        assert_eq!((&container["image"], &laid[0]["spec"]["replicas"]), (&json!("nginx:2"), &json!(3)));
        assert_eq!(container["envFrom"][0]["configMapRef"]["name"], "x-settings");
        assert_eq!(laid[1]["metadata"]["name"], "x-settings");
        assert_eq!(laid[2]["metadata"].get("namespace"), None);
    }

    #[test]
    fn images_are_told_apart_by_their_whole_name() {
        for (used, image, expected) in [
            ("nginx:1", json!({"name": "nginx", "newTag": "2"}), Some("nginx:2")),
            ("nginx", json!({"name": "nginx", "newName": "other"}), Some("other")),
            (
                "h:5000/nginx:1",
                json!({"name": "h:5000/nginx", "digest": "sha256:a"}),
                Some("h:5000/nginx@sha256:a"),
            ),
            ("a/nginx:1", json!({"name": "nginx", "newTag": "2"}), None),
            ("nginx:1", json!({"name": "nginx", "newName": "o"}), Some("o:1")),
        ] {
            assert_eq!(swapped(used, &image).as_deref(), expected, "{used}");
        }
    }
}
