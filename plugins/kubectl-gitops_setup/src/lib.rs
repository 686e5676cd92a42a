//! `kubectl gitops-setup`: from an empty organisation to a pipeline that awaits its first merge.

mod args;
mod credentials;
mod next_steps;
mod release;
mod start;

use gitops_core::cli::{Interruption, OutputError, Progress, Session, ShownPlan};
use gitops_core::flow;
use gitops_core::model::plan::Plan;
use gitops_core::model::{Exit, Failure};

pub use args::Args;

/// Checks, plans, asks, carries out, reports.
///
/// # Errors
/// The command line cannot be used, a cluster is another than the one that is named, or a service refuses to say what
/// exists.
pub async fn run(args: Args, session: &Session) -> Result<Exit, Box<dyn Failure>> {
    let _log = args.output.log();
    let progress = Progress::new(session, args.output.shows_progress());
    let context = session.patient_context(&args.cluster, &args.github, &progress)?;
    let start = progress.during(start::start(&args, session)).await?;
    let setup = progress.during(Box::pin(flow::prepare_setup(&context, start))).await?;
    let nothing = Plan { goal: format!("set up {}", setup.request().project.source), steps: Vec::new() };
    let plan = setup.plan().unwrap_or(&nothing);
    let shown = ShownPlan { plan, cluster: None, checks: setup.checks(), lists_kept: false };
    let is_failed = setup.plan().is_none();
    if is_failed || args.plan.is_dry_run() {
        args.output.show_plan(session, shown, None)?;
        return Ok(setup.exit());
    }
    args.plan.confirm(session, shown).await?;
    let interruption = Interruption::begin(session, &progress, shown, || setup.interrupted());
    let report = Box::pin(setup.apply()).await;
    interruption.end();
    let Some(report) = report else { return Ok(setup.exit()) };
    match args.output.show_plan(session, shown, Some(&report)) {
        // What was asked has happened, or not, whoever reads of it.
        Ok(()) | Err(OutputError::Closed) => {}
        Err(error) => return Err(error.into()),
    }
    if report.exit() == Exit::Done {
        session.message(&next_steps::text(setup.request(), plan));
    }
    Ok(report.exit())
}
