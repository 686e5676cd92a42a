//! Which pipelines a command line is about: what its flags say, and what says it where they say nothing and the
//! context's namespace does not either.

use gitops_core::cli::Session;
use gitops_core::flow::{EnvironmentSelector, PipelineStart};
use gitops_core::model::github::RepositoryName;
use gitops_core::model::pipeline::Resolved;
use gitops_core::model::verdict::{Picture, Reason, Remark};
use gitops_core::model::{Exit, Failure};

use crate::Args;
use crate::usage::UsageError;

/// What the flags select.
///
/// # Errors
/// They select two things at once, or `--project` is no project.
pub(crate) async fn selected(
    args: &Args,
    session: &Session,
) -> Result<EnvironmentSelector, Box<dyn Failure>> {
    let selector =
        EnvironmentSelector { narrowing: args.pipeline.narrowing(), ..args.environments.selector() };
    if !args.pipeline.names_project() {
        return Ok(selector);
    }
    if args.environments.selects_namespaces() {
        return Err(UsageError::TwoSelections.into());
    }
    let PipelineStart::Repository(repository) = args.pipeline.start(session, &args.github).await? else {
        return Ok(selector);
    };
    Ok(selector.of_project(repository))
}

/// What is answered about what is selected, else about what stands in for it, with that.
///
/// # Errors
/// Nothing stands in for it, or nothing is known of that either: then why nothing was answered at first.
pub(crate) async fn with_fallback<T>(
    args: &Args,
    session: &Session,
    selector: &EnvironmentSelector,
    ask: impl AsyncFn(&EnvironmentSelector) -> Result<T, Box<dyn Failure>>,
) -> Result<(T, Option<Fallback>), Box<dyn Failure>> {
    let error = match ask(selector).await {
        Ok(answer) => return Ok((answer, None)),
        Err(error) => error,
    };
    let Some(fallback) = Fallback::for_failure(args, session, &*error).await else { return Err(error) };
    match ask(&selector.of_project(fallback.repository.clone())).await {
        Ok(answer) => Ok((answer, Some(fallback))),
        Err(_) => Err(error),
    }
}

/// A pipeline that stands in for the one that nothing selects.
pub(crate) struct Fallback {
    repository: Resolved<RepositoryName>,
    /// Why it does.
    why: String,
    /// The same as a word.
    reason: Reason,
}

impl Fallback {
    /// Where nothing is selected and the context's namespace, or its cluster, says nothing: the repository of the
    /// workflow or of the checkout that the command runs in. Where a namespace is named and no cluster may be read, or
    /// answers: the repository of the pipeline that it is named after. That nothing deploys to it stays what it is.
    async fn for_failure(args: &Args, session: &Session, error: &dyn Failure) -> Option<Self> {
        let exit = error.exit();
        if args.pipeline.names_project() || matches!(exit, Exit::Usage | Exit::Interrupted) {
            return None;
        }
        let repository = match args.environments.namespace_of_pipeline() {
            Some(_) if exit == Exit::NotFound => return None,
            Some(namespace) => args.pipeline.of_namespace(session, &args.github, namespace).await?,
            None if !args.environments.is_default() => return None,
            None => match args.pipeline.start(session, &args.github).await.ok()? {
                PipelineStart::Repository(repository) => repository,
                PipelineStart::Namespace(_) => return None,
            },
        };
        let reason = match exit {
            Exit::NotFound => Reason::NothingDeploys,
            Exit::Denied => Reason::NotReadable,
            _ => Reason::NoAnswer,
        };
        Some(Self { repository, why: error.to_string(), reason })
    }

    /// Says in a picture what it is of, and why.
    pub(crate) fn add_to(&self, picture: &mut Picture) {
        let Self { repository: Resolved { value, from }, why, reason } = self;
        let message = format!("{why}; shown is the pipeline of {value}, from {from}");
        picture.remarks.push(Remark::new(*reason, message));
    }
}
