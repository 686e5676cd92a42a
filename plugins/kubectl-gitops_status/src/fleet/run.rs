//! From the command line to the answer.

use gitops_core::cli::{Format, OutputError, Progress, Session};
use gitops_core::flow::{self, Context, FleetSelection, PipelineStart};
use gitops_core::model::fleet::FleetStatus;
use gitops_core::model::github::RepositoryName;
use gitops_core::model::{Exit, Failure, World};

use super::page::{FleetView, names};
use crate::Args;
use crate::usage::UsageError;

/// Counts the clusters of a fleet, and lists those that are not well.
pub(crate) async fn run(
    args: &Args,
    session: &Session,
    context: &Context,
    progress: &Progress,
) -> Result<Exit, Box<dyn Failure>> {
    let selection = FleetSelection {
        repository: repository(args, session, context, progress).await?,
        environment: args.pipeline.environment.clone(),
        limit: Some(args.fleet.limit).filter(|limit| *limit > 0),
        timeout: args.cluster.request_timeout(),
    };
    let status = progress.during(flow::fleet(context, &selection)).await?;
    let output = &args.output;
    let text = match output.format {
        Format::Name => names(&status),
        _ if output.is_document() => output.document(&status, false)?,
        format => {
            let width = session.terminals().width;
            let is_wide = format == Format::Wide;
            FleetView { width, paint: output.paint(session), is_wide }.page(&status)
        }
    };
    session.data(&text).map_err(OutputError::from)?;
    Ok(exit(args, &status))
}

/// The repository of the pipeline that flags name; without any it is every repository.
async fn repository(
    args: &Args,
    session: &Session,
    context: &Context,
    progress: &Progress,
) -> Result<Option<RepositoryName>, Box<dyn Failure>> {
    if args.pipeline.names_project() && args.environments.names_namespace() {
        return Err(UsageError::TwoSelections.into());
    }
    if args.environments.names_context() && !args.environments.names_namespace() {
        return Err(UsageError::ContextOfFleet.into());
    }
    let start = if args.pipeline.names_project() {
        args.pipeline.start(session, &args.github).await?
    } else if args.environments.names_namespace() {
        PipelineStart::Namespace(args.environments.selector())
    } else {
        return Ok(None);
    };
    progress.during(flow::gitops_repository(context, &start)).await.map(Some)
}

fn exit(args: &Args, status: &FleetStatus) -> Exit {
    let is_partial =
        status.worlds.iter().any(|world| world.world == World::Azure && world.answer != "complete");
    match () {
        () if !args.exit_code => Exit::Done,
        () if status.is_failed() => Exit::NotSo,
        () if is_partial => Exit::Failed,
        () => Exit::Done,
    }
}
