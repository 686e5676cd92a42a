//! Changes to the cluster: create, server-side apply, patch, delete.
//!
//! Every change is sent once. Whether a request that got no answer may be repeated is `wire::retry`'s decision,
//! and for a change it is always no: the caller gets [`WriteError::Lost`] and looks.

mod change;
mod error;
mod request;

pub use change::{Apply, Delete, DryRun, FIELD_MANAGER, Patch, Propagation, WriteTarget};
pub use error::WriteError;
