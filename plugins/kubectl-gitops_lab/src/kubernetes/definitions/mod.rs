//! Definitions of custom resources: those that every lab has, what a server makes of one that is written, and
//! the kinds that are served because of them.

mod known;
mod serve;
mod shipped;

pub(crate) use known::known;
pub(super) use serve::{check, complete};
pub(super) use shipped::shipped;
