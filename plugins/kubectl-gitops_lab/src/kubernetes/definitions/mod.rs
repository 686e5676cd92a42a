//! Definitions of custom resources: those that every lab has, what a server makes of one that is written, and
//! the kinds that are served because of them.

mod serve;
mod shipped;

pub(super) use serve::{check, complete, defined};
pub(super) use shipped::shipped;
