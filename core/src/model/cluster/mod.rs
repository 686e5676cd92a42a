//! What was asked of a cluster and what it answered, as a value: the verdict's only input.

mod answer;
mod facts;
mod scope;
mod state;

pub use answer::Answer;
pub use facts::Facts;
pub use scope::{Kind, Scope, Within};
pub use state::ClusterState;
