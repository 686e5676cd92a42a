//! What was asked of a cluster and what it answered, as a value: the verdict's only input.

mod answer;
mod facts;
mod kind;
mod object;
mod scope;
mod state;

pub use answer::Answer;
pub use facts::Facts;
pub use kind::{Kind, KindRow, Place};
pub use object::Object;
pub use scope::{Scope, Within};
pub use state::ClusterState;
