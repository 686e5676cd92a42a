//! `--fleet`: thousands of clusters in few queries.

mod args;

use gitops_core::cli::{Progress, Session};
use gitops_core::flow::Context;
use gitops_core::model::{Exit, Failure};

pub(crate) use args::FleetArgs;

use crate::Args;

/// Counts the clusters of a fleet, and lists those that are not well.
pub(crate) async fn run(
    _args: &Args,
    _session: &Session,
    _context: &Context,
    _progress: &Progress,
) -> Result<Exit, Box<dyn Failure>> {
    Ok(Exit::Failed)
}
