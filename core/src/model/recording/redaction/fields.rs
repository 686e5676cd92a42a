//! What is taken out by where it stands, and what a field's name says of its value.

use serde_json::{Map, Value, json};

use super::managed_fields::redact_managed_fields;
use super::pod_template::{redact_pods, retain};
use super::secrets::REDACTED;

/// What is kept of the ConfigMap that says which cluster of Azure this is.
const CONFIG_MAP_DATA: [&str; 2] = ["AZURE_RESOURCE_GROUP", "AZURE_RESOURCE_NAME"];
/// Annotations that are kept: those by which controllers talk to each other. Everybody else's may hold anything.
const ANNOTATIONS: [&str; 9] = [
    "reconcile.fluxcd.io/",
    "kustomize.toolkit.fluxcd.io/",
    "helm.toolkit.fluxcd.io/",
    "source.toolkit.fluxcd.io/",
    "meta.helm.sh/release-",
    "deployment.kubernetes.io/",
    "deprecated.daemonset.template.generation",
    "kubectl.kubernetes.io/restartedAt",
    "batch.kubernetes.io/",
];
/// Labels of nodes that are kept.
const NODE_LABELS: [&str; 4] =
    ["kubernetes.io/arch", "kubernetes.io/os", "node-role.kubernetes.io/", "topology.kubernetes.io/"];
/// Fields of Flux's objects that hold manifests, or values for them.
const CONTENT: [&str; 6] =
    ["annotations", "patchesJson6902", "patchesStrategicMerge", "postRenderers", "values", "webhooks"];

/// What a value is, by the name of its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// What others refer to: it stays.
    Identity,
    /// A host, perhaps with a port.
    Host,
    /// An image.
    Image,
    /// What is secret by its name.
    Secret,
    /// Sentences.
    Prose,
    /// Anything else.
    Text,
}

/// What the value of a field is.
pub(super) fn meaning(field: &str) -> Meaning {
    match field {
        "apiVersion" | "kind" | "name" | "namespace" | "uid" | "generateName" | "reason" | "type"
        | "phase" | "claimName" | "secretName" | "serviceAccountName" | "digest" => Meaning::Identity,
        "nodeName" | "nominatedNodeName" | "host" | "hostname" | "hostIP" | "podIP" | "ip" | "clusterIP"
        | "server" | "endpoint" | "address" | "externalName" => Meaning::Host,
        "image" | "imageID" | "newName" => Meaning::Image,
        "password" | "passwd" | "pass" | "token" | "apiKey" | "accessKey" | "secretKey" | "clientSecret"
        | "privateKey" | "authorization" | "connectionString" => Meaning::Secret,
        "message" | "note" | "error" | "lastError" | "description" => Meaning::Prose,
        _ => Meaning::Text,
    }
}

/// Takes out of an object what stands where secrets and people's own content stand.
pub(super) fn redact_fields(object: &mut Value) {
    let kind = object["kind"].as_str().unwrap_or_default().to_owned();
    let is_of_flux = object["apiVersion"].as_str().is_some_and(|version| version.contains(".fluxcd.io/"));
    let Some(fields) = object.as_object_mut() else { return };
    let metadata = fields.get_mut("metadata").and_then(Value::as_object_mut);
    if let Some(metadata) = metadata {
        metadata.remove("resourceVersion");
        metadata.remove("selfLink");
        redact_managed_fields(metadata);
        let labels = metadata.get_mut("labels").and_then(Value::as_object_mut);
        if let (Some(labels), "Node") = (labels, kind.as_str()) {
            labels.retain(|label, _| NODE_LABELS.iter().any(|kept| label.starts_with(kept)));
        }
    }
    match kind.as_str() {
        "Secret" => redact_secret(fields),
        "ConfigMap" => {
            retain(fields, &["apiVersion", "kind", "metadata", "data"]);
            if let Some(data) = fields.get_mut("data").and_then(Value::as_object_mut) {
                retain(data, &CONFIG_MAP_DATA);
            }
        }
        "Node" => {
            if let Some(status) = fields.get_mut("status").and_then(Value::as_object_mut) {
                status.remove("images");
            }
        }
        _ => {}
    }
    if is_of_flux && let Some(spec) = fields.get_mut("spec") {
        redact_content(spec);
    }
    redact_pods(object);
    redact_annotations(object);
}

/// Of a Secret only its metadata is read, and of that the annotations may repeat what is in it.
fn redact_secret(fields: &mut Map<String, Value>) {
    retain(fields, &["apiVersion", "kind", "metadata"]);
    if let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("annotations");
    }
}

/// Takes content out of the specification of one of Flux's objects.
fn redact_content(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(redact_content),
        Value::Object(fields) => {
            fields.retain(|name, _| !CONTENT.contains(&name.as_str()));
            if let Some(substitutes) = fields.get_mut("substitute").and_then(Value::as_object_mut) {
                substitutes.values_mut().for_each(|value| *value = json!(REDACTED));
            }
            if let Some(patch) = fields.get_mut("patch").filter(|patch| patch.is_string()) {
                *patch = json!(REDACTED);
            }
            fields.values_mut().for_each(redact_content);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn redact_annotations(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(redact_annotations),
        Value::Object(fields) => {
            if let Some(annotations) = fields.get_mut("annotations").and_then(Value::as_object_mut) {
                annotations.retain(|name, _| ANNOTATIONS.iter().any(|kept| name.starts_with(kept)));
            }
            fields.values_mut().for_each(redact_annotations);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::redact_fields;

    #[test]
    fn content_is_taken_out_and_what_refers_stays() {
        for (mut object, expected) in [
            (
                json!({"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": {"a": "eA=="},
                    "metadata": {"name": "s", "annotations": {"a": "x"}, "resourceVersion": "7"}}),
                json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}),
            ),
            (
                json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"},
                    "data": {"AZURE_RESOURCE_NAME": "n", "TOKEN": "x"}, "binaryData": {"b": "eA=="}}),
                json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"},
                    "data": {"AZURE_RESOURCE_NAME": "n"}}),
            ),
            (
                json!({"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": {"name": "h",
                    "annotations": {"reconcile.fluxcd.io/requestedAt": "1", "mine": "x",
                        "kubectl.kubernetes.io/last-applied-configuration": "{}"}},
                    "spec": {"values": {"password": "x"}, "valuesFrom": [{"kind": "Secret", "name": "v"}]}}),
                json!({"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": {"name": "h",
                    "annotations": {"reconcile.fluxcd.io/requestedAt": "1"}},
                    "spec": {"valuesFrom": [{"kind": "Secret", "name": "v"}]}}),
            ),
            (
                json!({"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
                    "spec": {"patches": [{"patch": "x", "target": {"kind": "Pod"}}],
                        "postBuild": {"substitute": {"A": "x"}, "substituteFrom": [{"name": "s"}]}}}),
                json!({"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
                    "spec": {"patches": [{"patch": "redacted", "target": {"kind": "Pod"}}],
                        "postBuild": {"substitute": {"A": "redacted"}, "substituteFrom": [{"name": "s"}]}}}),
            ),
        ] {
            redact_fields(&mut object);
            assert_eq!(object, expected);
        }
    }
}
