//! Flux configurations as they are asked for: what a new one consists of and what changes in one that exists. Both hold
//! only what is set, and are checked before anything is sent, by the rules that the Azure CLI has for them.
//!
//! They are types of their own and not those that configurations are read as: what was read lacks fields that this
//! version does not know, and writing it back would take them away.

mod error;
mod git_source;
mod kustomization;
mod name;
mod patch;
mod protected_settings;
#[cfg(test)]
pub(super) mod samples;
mod specification;
mod validation;

pub use error::InvalidConfiguration;
pub use git_source::{GitReference, GitSource};
pub use kustomization::KustomizationSpec;
pub use name::ConfigurationName;
pub use patch::FluxConfigurationPatch;
pub use protected_settings::ProtectedSettings;
pub use specification::{BucketSource, ConfigurationScope, ConfigurationSource, FluxConfigurationSpec};
