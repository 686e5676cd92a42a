//! Runs the gate, and says how it ended.

use gitops_core::cli::{Progress, Session};
use gitops_core::flow::Context;
use gitops_core::model::{Exit, Failure};

use crate::Args;

/// Waits until every cluster has applied the commit, or one of them cannot any more.
pub(crate) async fn run(
    _args: &Args,
    _session: &Session,
    _context: &Context,
    _progress: &Progress,
) -> Result<Exit, Box<dyn Failure>> {
    Ok(Exit::Failed)
}
