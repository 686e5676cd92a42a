//! Use cases over the worlds.

mod beside;
mod follow;
mod observe;
mod status;
mod watch;

pub use observe::observe;
pub use status::{StatusError, status};
pub use watch::watch;
