//! What a person asks a cleanup for.

use crate::flow::DeliverySelection;
use crate::model::cleanup::CleanupOptions;
use crate::model::pipeline::Project;

/// Which project, where, and how far.
#[derive(Clone, Debug)]
pub struct CleanupRequest {
    /// The project.
    pub project: Project,
    /// The clusters.
    pub selection: DeliverySelection,
    /// The environments; none: all that are found.
    pub environments: Vec<String>,
    /// What is kept, and what is done although it would be refused.
    pub options: CleanupOptions,
}

impl CleanupRequest {
    /// Whether GitHub has nothing to tell: repositories stay, and environments are given.
    pub(super) fn needs_no_github(&self) -> bool {
        self.options.keeps_repositories && !self.environments.is_empty()
    }
}
