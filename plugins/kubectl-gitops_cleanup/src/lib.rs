//! `kubectl gitops-cleanup`: deletes what was set up for a project, and says what is left.

mod args;

use gitops_core::cli::{Interruption, OutputError, Progress, Session, ShownPlan};
use gitops_core::flow;
use gitops_core::model::{Exit, Failure};

pub use args::Args;

/// Finds what exists, shows the plan, asks for the project's name, deletes, and looks whether everything is gone.
///
/// # Errors
/// One of the three worlds does not tell what it has; a context is of another cluster; nobody confirms.
pub async fn run(args: Args, session: &Session) -> Result<Exit, Box<dyn Failure>> {
    let _log = args.output.log();
    let project = args.project.project(session)?;
    let progress = Progress::new(session, args.output.shows_progress());
    let context = session.patient_context(&args.cluster, &args.github, &progress)?;
    let request = args.request(&project);
    let cleanup = progress.during(flow::cleanup(&context, &request)).await?;
    let plan = cleanup.plan();
    let shown = ShownPlan { plan, cluster: None, checks: &[], lists_kept: true };
    if args.plan.is_dry_run() {
        args.output.show_plan(session, shown, None)?;
        tell_nothing_left(session, &cleanup, &project.source.to_string());
        return Ok(Exit::Done);
    }
    args.plan.confirm_by_name(session, shown, project.name()).await?;
    let interruption = Interruption::begin(session, &progress, shown, || cleanup.interrupted());
    let report = cleanup.apply(args.extent.timeout).await;
    interruption.end();
    progress.clear();
    match args.output.show_plan(session, shown, Some(&report)) {
        // What was deleted is gone, whoever reads of it.
        Ok(()) | Err(OutputError::Closed) => {}
        Err(error) => return Err(error.into()),
    }
    tell_nothing_left(session, &cleanup, &project.source.to_string());
    Ok(report.exit())
}

/// Says so where there was nothing to delete.
fn tell_nothing_left(session: &Session, cleanup: &flow::Cleanup<'_>, project: &str) {
    if cleanup.is_nothing_left() {
        session.message(&format!("nothing is left of {project}\n"));
    } else if cleanup.is_idle() {
        session.message(&format!("nothing to change: what is left of {project} stays\n"));
    }
}
