//! Follows environments: a stream of pictures, and the end of it.

mod azure_poll;
mod cluster_watch;
mod contact;
mod github_poll;
mod pictures;
mod poll_interval;
mod until;

pub(super) use cluster_watch::ClusterWatch;
pub use pictures::{Cadence, follow};
pub use until::{Until, until};
