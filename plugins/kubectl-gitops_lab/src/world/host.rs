//! The hosts of a lab.

use serde::{Deserialize, Serialize};

/// A host of a lab, or all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Host {
    /// The Kubernetes API.
    #[default]
    Kubernetes,
    /// The git host.
    Git,
    /// GitHub's API, on the git host.
    Github,
    /// Azure: Resource Manager, Resource Graph and the authority that signs in.
    Azure,
    /// All of them: of faults alone.
    Any,
}

impl Host {
    /// Whether what is meant for this one is meant for `other`.
    pub(super) fn covers(self, other: Host) -> bool {
        self == Host::Any || self == other
    }
}
