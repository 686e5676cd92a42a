//! Kubernetes' own kinds that the lab keeps, beside those that a replay serves too. A kind here is kept, listed
//! and watched; whether anything is made of its objects is the controllers' affair.

use crate::kubernetes::{Catalogue, OWN, Resource, ResourceRow};

const RIGHTS: &str = "rbac.authorization.k8s.io";
pub(in crate::kubernetes) const EXTENSIONS: &str = "apiextensions.k8s.io";

const SCALER: &str = "HorizontalPodAutoscaler";

pub(in crate::kubernetes) const ROWS: &[ResourceRow] = &[
    ResourceRow::new("", "v1", "LimitRange", "limitranges").plain().short(&["limits"]),
    ResourceRow::new("", "v1", "Node", "nodes").cluster().short(&["no"]),
    ResourceRow::new("", "v1", "PersistentVolume", "persistentvolumes").cluster().short(&["pv"]),
    ResourceRow::new("", "v1", "PodTemplate", "podtemplates").plain(),
    ResourceRow::new("", "v1", "ReplicationController", "replicationcontrollers")
        .short(&["rc"])
        .categories(&["all"]),
    ResourceRow::new(EXTENSIONS, "v1", "CustomResourceDefinition", "customresourcedefinitions")
        .cluster()
        .short(&["crd", "crds"])
        .categories(&["api-extensions"]),
    ResourceRow::new("apps", "v1", "ControllerRevision", "controllerrevisions").plain(),
    ResourceRow::new("autoscaling", "v1", SCALER, "horizontalpodautoscalers")
        .short(&["hpa"])
        .categories(&["all"]),
    ResourceRow::new("autoscaling", "v2", SCALER, "horizontalpodautoscalers")
        .short(&["hpa"])
        .categories(&["all"]),
    ResourceRow::new("coordination.k8s.io", "v1", "Lease", "leases").plain(),
    ResourceRow::new("events.k8s.io", "v1", "Event", "events").plain().short(&["ev"]),
    ResourceRow::new("networking.k8s.io", "v1", "IngressClass", "ingressclasses").cluster().plain(),
    ResourceRow::new("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets").short(&["pdb"]),
    ResourceRow::new(RIGHTS, "v1", "ClusterRole", "clusterroles").cluster().plain(),
    ResourceRow::new(RIGHTS, "v1", "ClusterRoleBinding", "clusterrolebindings").cluster().plain(),
    ResourceRow::new(RIGHTS, "v1", "Role", "roles").plain(),
    ResourceRow::new(RIGHTS, "v1", "RoleBinding", "rolebindings").plain(),
    ResourceRow::new("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses")
        .cluster()
        .plain()
        .short(&["pc"]),
    ResourceRow::new("storage.k8s.io", "v1", "StorageClass", "storageclasses")
        .cluster()
        .plain()
        .short(&["sc"]),
];

/// The kinds of a cluster without definitions.
pub(in crate::kubernetes) fn catalogue() -> Catalogue {
    let kinds: Vec<Resource> = OWN.iter().chain(ROWS).map(ResourceRow::resource).collect();
    Catalogue::new(kinds)
}

/// Groups of Kubernetes' own, in the order in which a server tells them.
const GROUPS: [&str; 14] = [
    "apps",
    "events.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "networking.k8s.io",
    "policy",
    RIGHTS,
    "storage.k8s.io",
    EXTENSIONS,
    "scheduling.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
];

/// Whether a group is Kubernetes' own, and not made by definitions.
pub(in crate::kubernetes) fn is_own(group: &str) -> bool {
    group.is_empty() || GROUPS.contains(&group)
}

/// The place of a group among all that are told: those of definitions follow by name.
pub(in crate::kubernetes) fn rank(group: &str) -> usize {
    GROUPS.iter().position(|known| *known == group).unwrap_or(GROUPS.len())
}
