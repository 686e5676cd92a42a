//! Use cases over the worlds.

mod apply;
mod beside;
mod follow;
mod observe;
mod status;
mod watch;

pub use apply::apply;
pub use observe::observe;
pub use status::{StatusError, status};
pub use watch::watch;
