//! The lab: what it serves is what was recorded, in the words of a real server, and stock kubectl takes it for
//! one.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod client;
mod command;
mod kubectl;
mod recordings;
mod refusals;
mod state;
mod watches;
