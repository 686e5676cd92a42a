//! `kubectl gitops-applied`: which revision every environment runs.

mod args;

use gitops_core::cli::{OutputError, Progress, Session, table};
use gitops_core::flow;
use gitops_core::model::verdict::EnvironmentStatus;
use gitops_core::model::{Exit, Failure, PipelineStatus};

pub use args::Args;

/// Answers once.
///
/// # Errors
/// No cluster can be asked, or nothing is delivered to what is selected.
pub async fn run(args: Args, session: &Session) -> Result<Exit, Box<dyn Failure>> {
    let _log = args.output.log();
    let progress = Progress::new(session, args.output.shows_progress());
    let context = session.context(&args.cluster, &args.github, &progress)?;
    let picture = progress.during(flow::status(&context, &args.environments.selector())).await?;
    let text = if args.output.is_document() {
        args.output.document(&PipelineStatus::of(&picture), false)?
    } else {
        let rows: Vec<_> =
            picture.environments.iter().map(|environment| row(environment, args.full)).collect();
        table(&["NAMESPACE", "STANDING", "APPLIED"], &rows)
    };
    session.data(&text).map_err(OutputError::from)?;
    Ok(Exit::Done)
}

fn row(environment: &EnvironmentStatus, is_full: bool) -> Vec<String> {
    let revision = if is_full { environment.revision.as_deref() } else { environment.short_revision() };
    let revision = revision.unwrap_or("-").to_owned();
    vec![environment.id.namespace.clone(), environment.standing.to_string(), revision]
}
