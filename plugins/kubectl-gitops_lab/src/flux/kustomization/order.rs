//! The order in which objects are applied, and backwards deleted.

use crate::flux::client::ObjectId;

/// The order in which kinds are applied; others come after these.
const FIRST: [&str; 23] = [
    "CustomResourceDefinition",
    "Namespace",
    "ClusterRole",
    "ClusterClass",
    "RuntimeClass",
    "PriorityClass",
    "StorageClass",
    "VolumeSnapshotClass",
    "IngressClass",
    "GatewayClass",
    "ClusterRoleBinding",
    "ResourceQuota",
    "ServiceAccount",
    "Role",
    "RoleBinding",
    "ConfigMap",
    "Secret",
    "Service",
    "LimitRange",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];
/// And these come last.
const LAST: [&str; 2] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// By kind, then by group, namespace and name.
pub(super) fn order(id: &ObjectId) -> (i32, String, String, String, String) {
    let place = |kinds: &[&str]| kinds.iter().position(|kind| *kind == id.kind).map(|place| place as i32);
    let weight = match (place(&FIRST), place(&LAST)) {
        (Some(place), _) => place - FIRST.len() as i32,
        (None, Some(place)) => place + 1,
        (None, None) => 0,
    };
    (weight, id.group().to_owned(), id.kind.clone(), id.namespace.clone(), id.name.clone())
}

#[cfg(test)]
mod tests {
    use super::order;
    use crate::flux::client::ObjectId;

    #[test]
    fn kinds_are_applied_in_an_order() {
        let mut ids = [
            ObjectId::new("batch/v1", "Job", "n", "a"),
            ObjectId::new("apps/v1", "Deployment", "n", "b"),
            ObjectId::new("apps/v1", "Deployment", "n", "a"),
            ObjectId::new("v1", "ConfigMap", "n", "z"),
            ObjectId::new("v1", "Namespace", "", "n"),
        ];
        ids.sort_by_cached_key(order);
        let told: Vec<String> = ids.iter().map(ObjectId::told).collect();
        assert_eq!(told, ["Namespace/n", "ConfigMap/n/z", "Deployment/n/a", "Deployment/n/b", "Job/n/a"]);
    }
}
