//! Nouns and pure decisions: no async, no I/O, no clients.

pub mod cluster;
pub mod contract;
mod exit;
mod failure;
pub mod github;
pub mod objects;
pub mod pipeline;
mod printable;
mod status;
pub mod upstream;
pub mod verdict;
mod world;

pub use exit::Exit;
pub use failure::Failure;
pub use printable::{harmless, printable};
pub use status::{Missing, PipelineStatus};
pub use world::{Question, Unanswered, Why, World};
