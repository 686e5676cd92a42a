//! The lab's world: sites, which are clusters with their Flux, and GitHub, with what goes wrong and what was asked.
//!
//! One value, moved by one clock: what is due next is the earliest of all of its parts, and every request passes in
//! here, so that its number says what had happened before it. No lock, no connection and no clock is in here: a time
//! comes with every question. `http` serves it.

mod fault;
mod faults;
mod host;
mod journal;
mod site;
mod source_fetch;
mod state;

pub use fault::{Effect, Fault, FaultStatus, Limited, Odds};
pub(crate) use faults::{Faults, Plan};
pub use host::Host;
pub(crate) use journal::{Journal, RequestLine};
pub(crate) use site::Site;
pub(crate) use state::World;
