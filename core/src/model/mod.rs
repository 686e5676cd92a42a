//! Nouns and pure decisions: no async, no I/O, no clients.

pub mod argument;
pub mod azure;
pub mod cluster;
mod cluster_flags;
pub mod compliance;
pub mod contract;
mod exit;
mod failure;
pub mod fleet;
mod git_address;
pub mod github;
mod label_selector;
pub mod objects;
pub mod pipeline;
pub mod plan;
pub mod post_deployment;
mod printable;
mod progress_event;
pub mod reconcile;
pub mod recording;
mod shell;
mod status;
pub mod upstream;
pub mod verdict;
pub mod versions;
mod world;

pub use cluster_flags::ClusterFlags;
pub use exit::Exit;
pub use failure::Failure;
pub use git_address::{is_same_repository, repository_key};
pub use label_selector::{LabelSelector, LabelSelectorError};
pub use printable::{harmless, printable, without_url_users};
pub use progress_event::ProgressEvent;
pub use shell::shell_word;
pub use status::{Missing, PipelineStatus, WorldStatus};
pub use world::{NOT_ASKED_YET, Question, Unanswered, Why, World};
