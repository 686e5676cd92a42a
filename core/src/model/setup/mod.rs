//! From an empty organisation to a pipeline: what is asked for, what exists, the checks before anything is changed, and
//! the plan. Pure values; `flow` observes, and carries the plan out.
//!
//! Every step creates, or brings what exists to what is wanted. So the plan is made from what exists, and a command that
//! was killed is resumed by running it again.

mod azure_checks;
mod branches;
mod cluster_steps;
mod credential_checks;
mod credential_role;
mod github_checks;
#[cfg(test)]
mod github_checks_tests;
mod names;
mod observed;
mod planning;
#[cfg(test)]
mod planning_tests;
mod pull_request;
mod repositories;
mod request;
#[cfg(test)]
mod samples;
mod settings;
mod step;
mod sync_interval;

pub use azure_checks::{AzureFacts, azure_checks};
pub use branches::{CD_SETUP_BRANCH, blob_hash};
pub use credential_checks::credential_checks;
pub use credential_role::CredentialRole;
pub use github_checks::{GithubFacts, github_checks};
pub use names::{NameProblem, name_problems};
pub use observed::{
    ObservedArcCluster, ObservedBranch, ObservedEnvironment, ObservedNamespace, ObservedRepository,
    ObservedSetup,
};
pub use planning::{SetupPlan, plan};
pub use pull_request::CD_SETUP_TITLE;
pub use repositories::{description as repository_description, settings as repository_settings};
pub use request::{SetupCluster, SetupRequest, Visibility};
pub use step::{BranchStart, SecretContent, SetupStep, SetupWrite};
pub use sync_interval::sync_interval;
