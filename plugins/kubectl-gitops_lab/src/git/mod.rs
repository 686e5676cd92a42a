//! A git host: repositories of organisations, tokens with rights to them, and whether it can be reached at all.
//!
//! Objects are real ones in bare repositories, so that stock git can be pointed at the same folders (`serving`
//! does that over HTTPS) while what runs inside the lab reads and commits without a process or a connection.
//! libgit2 for that and not git's own plumbing: a controller that polls for an hour of simulated time asks
//! thousands of times, at three milliseconds a process.

mod access;
mod endpoint;
mod error;
mod host;
mod names;
mod repository;

pub(crate) use access::password;
pub use endpoint::Door;
pub use error::{FetchError, GitError};
pub use host::{FoundCommit, GitHost};
pub use repository::Change;

pub(crate) use crate::access::Right;
