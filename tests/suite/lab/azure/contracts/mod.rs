//! The lab's Azure against what Azure says of itself: the description of Flux configurations with its examples, and
//! exchanges that were recorded.

mod description;
mod recorded;
pub(crate) mod schema;
