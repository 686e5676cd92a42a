//! Scenarios: what a lab begins with. One struct is the file's form and the library's; what is done with it is a
//! list of deeds, so that a scenario can be a few deeds more on top of another one.

mod azure_agents;
mod azure_clusters;
mod built_in;
mod commits;
mod document;
mod error;
mod formats;
mod grants;
mod placeholders;
mod release_states;
mod releases;
mod repetition;
mod requests;
mod resource_graph;
mod runs;
mod seed;
mod sources;

pub use azure_agents::AzureAgents;
pub use azure_clusters::{AzureCluster, AzureConfiguration, AzureReport};
pub use built_in::{BuiltIn, ScenarioGroup, scenarios};
pub use document::{
    Deployment, Edit, ImageOutcome, Metadata, Namespace, PodOutcome, Push, Scenario, ScenarioRepository, Spec,
};
pub use error::ScenarioError;
pub use grants::Grant;
pub use release_states::ReleaseState;
pub use releases::{Chart, ChartSource, Release};
pub use repetition::Repetition;
pub(crate) use requests::ask;
pub use requests::{ScenarioRequest, ScenarioRequestBody};
pub use resource_graph::{ScenarioResourceGraph, SyntheticFleet};
pub use runs::{Conclusion, RunState, ScenarioJob, ScenarioRun, ScenarioRunner, ScenarioStep};
pub(crate) use seed::{FIRST_ARC_CLUSTER, Seed, history};
pub(crate) use sources::CONTENT;
pub use sources::{FailureCondition, Source, SourceFailure, SourceKind};
