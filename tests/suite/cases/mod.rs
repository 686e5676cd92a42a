//! Trouble that operators reported in public, and what a reader must be told of it.

mod azure;
mod endings;
mod expectation;
mod kustomizations;
mod messages;
mod program;
pub(crate) mod recording;
mod releases;
mod small_clusters;
mod sources;
mod table;
mod workloads;
