//! Drops the fields of pods that no verdict reads, most of the spec above all: a namespace may have ten thousand pods,
//! and every one is kept in memory while it is watched. A recording hears the whole specification, because replays show
//! pods to other programs too; it takes out itself what nobody should read.

use serde_json::{Value, json};

use crate::model::cluster::Kind;

/// The fields of a pod's metadata that are kept.
const METADATA: [&str; 9] = [
    "creationTimestamp",
    "deletionTimestamp",
    "finalizers",
    "generation",
    "labels",
    "name",
    "namespace",
    "ownerReferences",
    "uid",
];
/// The fields of a pod's status that are kept.
const STATUS: [&str; 5] = ["conditions", "containerStatuses", "initContainerStatuses", "phase", "reason"];

/// Who reads what is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// Verdicts alone.
    Verdict,
    /// A recording too.
    Recording,
}

/// The object without the fields that nobody reads.
pub(super) fn without_unread_fields(audience: Audience, kind: Kind, mut object: Value) -> Value {
    if kind == Kind::Pod
        && let Some(fields) = object.as_object_mut()
    {
        if let Some(spec) = fields.get_mut("spec").filter(|_| audience == Audience::Verdict) {
            *spec = pruned_spec(spec);
        }
        retain_fields(fields.get_mut("metadata"), &METADATA);
        retain_fields(fields.get_mut("status"), &STATUS);
    }
    object
}

/// The node, the Secrets that images are pulled with, which init containers run on beside the application, and the
/// claims that are mounted.
fn pruned_spec(spec: &Value) -> Value {
    let list = |name: &str| spec[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let sidecars = list("initContainers").iter().filter(|container| container["restartPolicy"] == "Always");
    let sidecar = |container: &Value| json!({ "name": container["name"], "restartPolicy": "Always" });
    let claims = list("volumes").iter().filter(|volume| volume["persistentVolumeClaim"].is_object());
    let claim = |volume: &Value| json!({ "persistentVolumeClaim": { "claimName": volume["persistentVolumeClaim"]["claimName"] } });
    json!({
        "nodeName": spec["nodeName"],
        "imagePullSecrets": list("imagePullSecrets"),
        "initContainers": sidecars.map(sidecar).collect::<Vec<Value>>(),
        "volumes": claims.map(claim).collect::<Vec<Value>>(),
    })
}

fn retain_fields(part: Option<&mut Value>, names: &[&str]) {
    if let Some(fields) = part.and_then(Value::as_object_mut) {
        fields.retain(|name, _| names.contains(&name.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::objects::{ContainerRole, Pod};

    #[test]
    fn a_pruned_pod_reads_the_same() {
        let pod = json!({
            "metadata": {
                "name": "a", "namespace": "n", "uid": "u", "labels": {"app": "a"}, "finalizers": ["f"],
                "managedFields": [{"manager": "kubelet"}],
                "ownerReferences": [{"kind": "ReplicaSet", "uid": "r"}],
            },
            "spec": {
                "nodeName": "node-1",
                "containers": [{"name": "app", "image": "x"}],
                "initContainers": [
                    {"name": "proxy", "image": "x", "restartPolicy": "Always"}, {"name": "wait", "image": "x"}
                ],
                "imagePullSecrets": [{"name": "registry"}],
                "volumes": [
                    {"name": "a", "emptyDir": {}},
                    {"name": "b", "persistentVolumeClaim": {"claimName": "data", "readOnly": true}},
                ],
            },
            "status": {
                "phase": "Pending", "reason": "Evicted",
                "initContainerStatuses": [{"name": "proxy", "ready": true}, {"name": "wait", "ready": false}],
                "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}],
                "containerStatuses": [{"name": "app", "image": "x", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}],
            },
        });
        let pruned = without_unread_fields(Audience::Verdict, Kind::Pod, pod.clone());
        assert!(pruned["spec"].get("containers").is_none());
        let whole = Pod::read(&pod);
        assert_eq!(
            (whole.node.as_deref(), whole.claims.as_slice()),
            (Some("node-1"), ["data".to_owned()].as_slice())
        );
        assert_eq!(whole.containers[0].role, ContainerRole::Sidecar);
        let recorded = without_unread_fields(Audience::Recording, Kind::Pod, pod.clone());
        assert_eq!(recorded["spec"], pod["spec"]);
        for pruned in [pruned, recorded] {
            let mut read = Pod::read(&pruned);
            read.meta.managed.clone_from(&whole.meta.managed);
            assert_eq!(read, whole);
        }
        assert_eq!(without_unread_fields(Audience::Verdict, Kind::Deployment, pod.clone()), pod);
    }
}
