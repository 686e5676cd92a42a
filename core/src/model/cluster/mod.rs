//! What was asked of a cluster and what it answered, as a value: the verdict's only input.

mod answer;
mod facts;
mod scope;

pub use answer::{Answer, Cluster, Gap};
pub use facts::Facts;
pub use scope::{Kind, Scope, Within};
