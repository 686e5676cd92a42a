//! A git host: repositories of organisations, tokens with rights to them, and whether it can be reached at all.
//!
//! Objects are real ones in bare repositories, so that stock git can be pointed at the same folders (`http`
//! does that over HTTPS) while what runs inside the lab reads and commits without a process or a connection.
//! libgit2 for that and not git's own plumbing: a controller that polls for an hour of simulated time asks
//! thousands of times, at three milliseconds a process.

mod access;
mod endpoint;
mod error;
mod host;
mod host_refs;
mod incoming;
mod names;
mod pkt_line;
mod push;
mod ref_change;
mod refs;
mod repository;

pub(crate) use access::password;
pub use endpoint::Reachability;
pub use error::{FetchError, GitError, RefError};
pub use host::{FoundCommit, GitHost};
pub(crate) use incoming::is_connected;
pub(crate) use push::{PushReport, PushRequest, advertisement};
pub use ref_change::{RefChange, RefChanged, Via};
pub use repository::Change;

pub(crate) use crate::access::Right;
