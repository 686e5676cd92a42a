//! What of an object is kept. A namespace may have ten thousand pods: nobody here reads what a pod was made to be,
//! only what became of it.

use serde_json::Value;

use crate::model::cluster::Kind;

/// Of a pod's metadata.
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
/// Of a pod's status.
const STATUS: [&str; 4] = ["conditions", "containerStatuses", "initContainerStatuses", "phase"];

/// The object without what no verdict looks at.
pub(super) fn lean(kind: Kind, mut object: Value) -> Value {
    if kind == Kind::Pod
        && let Some(fields) = object.as_object_mut()
    {
        fields.remove("spec");
        keep(fields.get_mut("metadata"), &METADATA);
        keep(fields.get_mut("status"), &STATUS);
    }
    object
}

fn keep(part: Option<&mut Value>, names: &[&str]) {
    if let Some(fields) = part.and_then(Value::as_object_mut) {
        fields.retain(|name, _| names.contains(&name.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::objects::Pod;

    #[test]
    fn a_lean_pod_reads_the_same() {
        let pod = json!({
            "metadata": {
                "name": "a", "namespace": "n", "uid": "u", "labels": {"app": "a"}, "finalizers": ["f"],
                "managedFields": [{"manager": "kubelet"}],
                "ownerReferences": [{"kind": "ReplicaSet", "uid": "r"}],
            },
            "spec": {"containers": [{"name": "app", "image": "x"}]},
            "status": {
                "phase": "Pending",
                "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}],
                "containerStatuses": [{"name": "app", "image": "x", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}],
            },
        });
        let slim = lean(Kind::Pod, pod.clone());
        assert!(slim.get("spec").is_none());
        let whole = Pod::read(&pod);
        let mut read = Pod::read(&slim);
        read.meta.managed.clone_from(&whole.meta.managed);
        assert_eq!(read, whole);
        assert_eq!(lean(Kind::Deployment, pod.clone()), pod);
    }
}
