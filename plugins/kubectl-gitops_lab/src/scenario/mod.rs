//! Scenarios: what a lab begins with. One struct is the file's form and the library's; what is done with it is a
//! list of deeds, so that a scenario can be a few deeds more on top of another one.

mod asks;
mod built_in;
mod document;
mod problem;
mod repetition;
mod staging;
mod words;

pub(crate) use asks::ask;
pub use asks::{Ask, Asked};
pub use built_in::{BuiltIn, scenarios};
pub use document::{
    Deployment, Edit, Fate, Grant, Metadata, Namespace, Outcome, Push, Repository, Scenario, Spec,
};
pub use problem::ScenarioError;
pub use repetition::Repetition;
pub(crate) use staging::{Stage, history};
