//! Drops the fields of pods that no verdict reads, the spec above all: a namespace may have ten thousand pods, and
//! every one is kept in memory while it is watched.

use serde_json::Value;

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
const STATUS: [&str; 4] = ["conditions", "containerStatuses", "initContainerStatuses", "phase"];

/// The object without the fields that no verdict reads.
pub(super) fn without_unread_fields(kind: Kind, mut object: Value) -> Value {
    if kind == Kind::Pod
        && let Some(fields) = object.as_object_mut()
    {
        fields.remove("spec");
        retain_fields(fields.get_mut("metadata"), &METADATA);
        retain_fields(fields.get_mut("status"), &STATUS);
    }
    object
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
    use crate::model::objects::Pod;

    #[test]
    fn a_pruned_pod_reads_the_same() {
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
        let pruned = without_unread_fields(Kind::Pod, pod.clone());
        assert!(pruned.get("spec").is_none());
        let whole = Pod::read(&pod);
        let mut read = Pod::read(&pruned);
        read.meta.managed.clone_from(&whole.meta.managed);
        assert_eq!(read, whole);
        assert_eq!(without_unread_fields(Kind::Deployment, pod.clone()), pod);
    }
}
