//! What is wrong with a Flux configuration that somebody asks for.

use crate::model::{Exit, Failure, harmless};

/// A field that does not hold what it must. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {why}")]
pub struct InvalidConfiguration {
    /// The field, as Azure's documents spell it: `gitRepository.url`, `kustomizations.apps.dependsOn`.
    pub field: String,
    /// What is wrong with it.
    pub why: String,
}

impl InvalidConfiguration {
    pub(super) fn new(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self { field: harmless(&field.into()), why: why.into() }
    }
}

impl Failure for InvalidConfiguration {
    fn code(&self) -> &'static str {
        "FluxConfigurationInvalid"
    }

    fn hint(&self) -> Option<String> {
        Some(format!("correct {}", self.field))
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}
