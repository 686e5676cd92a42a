//! The lab: a replay serves what was recorded, a cluster in memory answers as the recorded server did, and stock
//! kubectl takes both for one.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

pub(crate) mod arc;
pub(crate) mod azure;
pub(crate) mod client;
mod clock;
mod clusters;
mod command;
mod comparison;
mod contracts;
mod demo;
mod exchanges;
mod faults;
mod flux;
mod flux_rules;
mod git;
mod github;
mod kubectl;
mod logs;
mod outages;
mod printing;
mod recordings;
mod refusals;
mod scenarios;
mod standings;
mod state;
mod timelines;
mod up;
mod watches;

pub(crate) use client::crowd;
