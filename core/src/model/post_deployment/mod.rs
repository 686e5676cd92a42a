//! The post-deployment gate as pure decisions: given what Azure and clusters at hand say of every Flux configuration
//! that follows an environment's branch, whether the wanted commit is deployed there.
//!
//! Each configuration is judged by itself ([`ReportedConfiguration`]), from Azure's document or from the cluster's own
//! objects, in the same words; nothing here decides by what a source fetched.

mod configuration_state;
mod configuration_verdict;
mod default_deadline;
mod gate_case;
mod gate_decision;
mod gate_memory;
mod gate_next_commands;
mod gate_policy;
mod gate_sentences;
mod gate_tally;
mod listed_cluster;
mod observed_configuration;
mod reported_configuration;
mod reported_objects;
mod wanted_commit;

#[cfg(test)]
mod configuration_tests;
#[cfg(test)]
mod gate_tests;
#[cfg(test)]
mod scene;

pub use configuration_state::ConfigurationState;
pub use configuration_verdict::{ConfigurationFailure, ConfigurationVerdict};
pub use default_deadline::{DeliverySeconds, default_deadline};
pub use gate_case::{CommitRelation, GateCase, GateConfiguration, OtherCommit};
pub use gate_decision::{EvidenceSource, GateDecision, GateOutcome, GateRow, RowOutcome};
pub use gate_memory::{ConfigurationKey, GateMemory, RememberedVerdict};
pub use gate_policy::{AwaitedDeployment, GatePolicy, InvalidShare, OfflinePolicy, RequiredShare};
pub use listed_cluster::ListedCluster;
pub use observed_configuration::ObservedConfiguration;
pub use reported_configuration::ReportedConfiguration;
pub use wanted_commit::WantedCommit;
