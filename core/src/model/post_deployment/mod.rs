//! The post-deployment gate as pure decisions: given what Azure and clusters at hand say of every Flux configuration
//! that follows an environment's branch, whether the wanted commit is deployed there.
//!
//! Each configuration is judged by itself ([`ReportedConfiguration`]), from Azure's document or from the cluster's own
//! objects, in the same words; nothing here decides by what a source fetched.

mod configuration_state;
mod configuration_verdict;
mod reported_configuration;
mod reported_objects;
mod wanted_commit;

#[cfg(test)]
mod configuration_tests;
#[cfg(test)]
mod scene;

pub use configuration_state::ConfigurationState;
pub use configuration_verdict::{ConfigurationFailure, ConfigurationVerdict};
pub use reported_configuration::ReportedConfiguration;
pub use wanted_commit::WantedCommit;
