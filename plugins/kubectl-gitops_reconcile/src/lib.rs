//! `kubectl gitops-reconcile`: asks Flux to fetch and apply an environment now, and says what happened.

mod args;
mod settled;

use gitops_core::cli::{Interruption, OutputError, Progress, Session, ShownPlan};
use gitops_core::flow;
use gitops_core::model::{Exit, Failure};

pub use args::Args;

/// Plans, asks, carries out, reports; with `--wait` follows the environment until it has settled.
pub async fn run(args: Args, session: &Session) -> Result<Exit, Box<dyn Failure>> {
    let _log = args.output.log();
    let progress = Progress::new(session, args.output.shows_progress());
    let context = session.context(&args.cluster, &args.github, &progress)?;
    let selector = args.environment.selector();
    let reconciliation = progress.during(flow::reconciliation(&context, &selector)).await?;
    let (plan, cluster) = (reconciliation.plan(), reconciliation.connection().cluster());
    let shown = ShownPlan::of_cluster(plan, cluster);
    if args.plan.is_dry_run() {
        args.output.show_plan(session, shown, None)?;
        return Ok(Exit::Done);
    }
    args.plan.confirm(session, shown).await?;
    let begun = context.now();
    let interruption = Interruption::begin(session, &progress, shown, || reconciliation.interrupted());
    let report = reconciliation.apply(args.timeout).await;
    interruption.end();
    match args.output.show_plan(session, shown, Some(&report)) {
        // What was asked has happened, or not, whoever reads of it.
        Ok(()) | Err(OutputError::Closed) => {}
        Err(error) => return Err(error.into()),
    }
    if !args.wait || report.exit() != Exit::Done {
        return Ok(report.exit());
    }
    settled::wait(&args, session, &context, &progress, begun).await
}
