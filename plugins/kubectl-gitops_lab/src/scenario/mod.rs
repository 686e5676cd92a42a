//! Scenarios: what a lab begins with. One struct is the file's form and the library's; what is done with it is a
//! list of deeds, so that a scenario can be a few deeds more on top of another one.

mod asks;
mod built_in;
mod document;
mod form;
mod problem;
mod release_states;
mod releases;
mod repetition;
mod sources;
mod staging;
mod words;

pub(crate) use asks::ask;
pub use asks::{Ask, Asked};
pub use built_in::{BuiltIn, scenarios};
pub use document::{
    Deployment, Edit, Fate, Grant, Metadata, Namespace, Outcome, Push, Repository, Scenario, Spec,
};
pub use problem::ScenarioError;
pub use release_states::ReleaseState;
pub use releases::{Chart, ChartSource, Release};
pub use repetition::Repetition;
pub(crate) use sources::CONTENT;
pub use sources::{FailureCondition, Source, SourceFailure, SourceKind};
pub(crate) use staging::{Stage, history};
