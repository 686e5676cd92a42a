//! Taking a project away again: what exists of it, what is deleted in which order, and what stays. Pure values: `flow`
//! takes the inventory and carries the plan out.
//!
//! Nothing is found by the beginning of its name: `dev2` is not `dev`. A configuration is the project's by the repository
//! that it follows, a namespace by its label, by what the project's kustomizations put there or by holding nothing else,
//! a repository by the variables that join it to the other two. What only has the name is left alone.

mod applied_objects;
mod configuration_steps;
mod content;
mod inventory;
mod namespace_steps;
mod options;
mod ownership;
mod plan;
#[cfg(test)]
mod plan_tests;
mod remaining;
mod repository_steps;
mod terminating;

pub use content::{ContentObject, NamespaceContent};
pub use inventory::{
    CandidateNamespace, CleanupCluster, CleanupInventory, CleanupRepository, ClusterFlux,
    FollowingConfiguration, OtherFollowers, PresentRepository,
};
pub use options::CleanupOptions;
pub use ownership::{is_protected_namespace, looks_like_role, needs_content};
pub use plan::{
    CleanupPlan, CleanupTarget, ConfigurationTarget, FluxObjectsTarget, NamespaceTarget, ObjectName,
    cleanup_plan,
};
pub use terminating::{NamespaceHold, namespace_hold};
