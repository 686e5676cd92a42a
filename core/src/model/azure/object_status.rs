//! What a cluster's agent tells Azure of one of Flux's objects.

use serde_json::Value;

use super::ComplianceState;
use crate::model::harmless;
use crate::model::objects::Conditions;

/// What the agent says of one of Flux's objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectStatus {
    /// `Kustomization`, `GitRepository` or another of Flux's kinds, as the agent writes it.
    pub kind: String,
    /// Its namespace; empty where it is not told.
    pub namespace: String,
    /// What it is called in the cluster.
    pub name: String,
    /// Whether it is as wanted.
    pub compliance: ComplianceState,
    /// The message of its condition `Ready`, where it is told.
    pub message: Option<String>,
    /// Its conditions; none where they are left out.
    pub conditions: Conditions,
    /// Whether a kustomization applied it; what Azure's agents made themselves, nobody applied.
    pub is_applied: bool,
}

impl ObjectStatus {
    /// Reads `statuses` of a configuration.
    pub(super) fn read_all(list: &Value) -> Vec<Self> {
        list.as_array().into_iter().flatten().map(Self::read).collect()
    }

    fn read(status: &Value) -> Self {
        let text = |key: &str| status[key].as_str().map(harmless).unwrap_or_default();
        let conditions = Conditions::read_list(status, "statusConditions");
        let message = conditions.get("Ready").map(|ready| ready.message.clone());
        Self {
            kind: text("kind"),
            namespace: text("namespace"),
            name: text("name"),
            compliance: ComplianceState::read(status["complianceState"].as_str().unwrap_or("Unknown")),
            message: message.filter(|message| !message.is_empty()),
            conditions,
            is_applied: status["appliedBy"]["name"].as_str().is_some_and(|name| !name.is_empty()),
        }
    }

    /// Whether it is of one of Flux's kinds.
    pub fn is_kind(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    /// Whether it is a source.
    pub fn is_source(&self) -> bool {
        ["GitRepository", "OCIRepository", "Bucket"].iter().any(|kind| self.is_kind(kind))
    }
}
