//! What GitHub tells of a pipeline, put to the verdict: a healthy pipeline as values, one thing of it changed, and what
//! is said of that. The questions are asked as a run asks them, until nothing new is wanted.

mod branches;
mod chain;
mod delivery;
mod harmless_states;
mod holds;
mod properties;
mod pull_requests;
mod revisions;
mod runs;
pub(super) mod scene;
mod way_back;

pub(super) use runs::pictures;
