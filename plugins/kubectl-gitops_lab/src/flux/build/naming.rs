//! How objects are named in errors, and small things that all of a build need.

use serde_json::{Map, Value, json};

/// `Deployment.v1.apps/hello.default`, as kustomize names a resource; `ConfigMap.v1.[noGrp]/settings.[noNs]`.
pub(super) fn identity(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let api_version = text(&object["apiVersion"]);
    let (group, version) = api_version.split_once('/').unwrap_or(("[noGrp]", &api_version));
    let namespace = object["metadata"]["namespace"].as_str().unwrap_or("[noNs]");
    let name = text(&object["metadata"]["name"]);
    format!("{}.{version}.{group}/{name}.{namespace}", text(&object["kind"]))
}

/// `Deployment.v1.apps/hello`, as the controller names what a substitution failed in.
pub(super) fn kind(object: &Value) -> String {
    let identity = identity(object);
    identity.rsplit_once('.').map_or_else(|| identity.clone(), |(identity, _)| identity.to_owned())
}

/// A map within an object, made when it is not there.
pub(super) fn map<'a>(value: &'a mut Value, name: &str) -> &'a mut Map<String, Value> {
    if !value[name].is_object() {
        value[name] = json!({});
    }
    value[name].as_object_mut().expect("it was made a map")
}

/// Whether objects of a kind are in no namespace.
pub(super) fn is_of_cluster(kind: &str) -> bool {
    const KINDS: [&str; 20] = [
        "APIService",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "FlowSchema",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
    ];
    KINDS.contains(&kind)
}
