//! `--fleet`: thousands of clusters in few queries.

mod args;
mod columns;
mod page;
mod run;

pub(crate) use args::FleetArgs;
pub(crate) use run::run;
