//! What was asked of a cluster and what it answered, as a value: the verdict's only input.

mod answer;
mod collection;
#[cfg(test)]
mod cost_tests;
mod environment_names;
mod environments;
mod facts;
mod job_joins;
mod joins;
mod kind;
mod object;
mod pod_events;
mod pod_index;
mod release_joins;
mod scope;
mod selection;
mod state;

pub use answer::Answer;
pub use environments::EnvironmentFacts;
pub use facts::{
    CronJobFacts, DeliveredObjects, Facts, JobFacts, KustomizationFacts, ReleaseFacts, WorkloadFacts,
};
pub use kind::{Kind, KindRow, Place};
pub use object::Object;
pub use pod_events::PodEvents;
pub use scope::{Scope, Within};
pub use selection::Selection;
pub use state::{ClusterState, ScopeOutcome};
