//! Nouns and pure decisions: no async, no I/O, no clients.

pub mod cluster;
mod exit;
mod failure;
pub mod github;
pub mod objects;
mod printable;
mod status;
pub mod upstream;
pub mod verdict;

pub use exit::Exit;
pub use failure::Failure;
pub use printable::{harmless, printable};
pub use status::{Missing, PipelineStatus, World};
