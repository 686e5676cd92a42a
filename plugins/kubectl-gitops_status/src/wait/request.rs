//! From the command line to what the gate is about.

use gitops_core::cli::Session;
use gitops_core::flow::{
    ChosenPolicy, EnvironmentSelector, GateRequest, GateStart, Namespaces, PipelineStart, RunLink,
};
use gitops_core::model::Failure;
use jiff::SignedDuration;

use crate::Args;
use crate::usage::{self, UsageError};

/// What was asked for.
pub(super) async fn request(args: &Args, session: &Session) -> Result<GateRequest, Box<dyn Failure>> {
    // Where `--record` names a file it was meant otherwise.
    usage::recording(args)?;
    let wait = &args.wait;
    let grace = wait.grace.map(|grace| SignedDuration::try_from(grace).unwrap_or(SignedDuration::MAX));
    Ok(GateRequest {
        start: start(args, session).await?,
        environment: args.pipeline.environment.clone(),
        target: args.pipeline.target.clone(),
        revision: args.pipeline.revision.clone(),
        policy: ChosenPolicy {
            awaited: wait.awaited_state(),
            offline: wait.offline_policy(),
            required: wait.require,
            expected: wait.expect,
            allows_none: wait.allow_none,
            grace,
        },
        confirm: wait.confirm,
        timeout: wait.timeout,
        record: args.record.as_ref().map(|_| run_link(session)),
    })
}

/// A namespace that is named counts before the repository of a workflow or a checkout; `--project` before both.
async fn start(args: &Args, session: &Session) -> Result<GateStart, Box<dyn Failure>> {
    let selector = selector(args)?;
    let is_named = matches!(selector.namespaces, Namespaces::Named(_) | Namespaces::OfPipeline(Some(_)));
    if !args.pipeline.names_project() && (is_named || args.pipeline.environment.is_none()) {
        return Ok(GateStart::Namespace(selector));
    }
    match args.pipeline.start(session, &args.github).await? {
        PipelineStart::Repository(repository) => {
            Ok(GateStart::Repository(repository, is_named.then_some(selector)))
        }
        PipelineStart::Namespace(selector) => Ok(GateStart::Namespace(selector)),
    }
}

/// The one namespace that is meant.
fn selector(args: &Args) -> Result<EnvironmentSelector, UsageError> {
    let selector = args.environments.selector();
    let is_environment_named = args.pipeline.environment.is_some();
    let namespaces = match selector.namespaces {
        // Another environment than that of the namespace may be meant, on the same cluster.
        namespaces @ Namespaces::OfPipeline(Some(_)) if is_environment_named => namespaces,
        Namespaces::OfPipeline(namespace) => Namespaces::of_flag(namespace.as_deref()),
        namespaces @ (Namespaces::Named(_) | Namespaces::OfContext) => namespaces,
        _ => return Err(UsageError::SeveralNamespaces),
    };
    Ok(EnvironmentSelector { namespaces, ..selector })
}

/// The page of the workflow's run, as GitHub's runner tells it.
fn run_link(session: &Session) -> RunLink {
    let variable = |name: &str| session.env_vars.get(name).map(str::trim).filter(|value| !value.is_empty());
    let number = variable("GITHUB_RUN_ID").filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
    let url = match (variable("GITHUB_SERVER_URL"), variable("GITHUB_REPOSITORY"), number) {
        (Some(server), Some(repository), Some(number)) => {
            Some(format!("{}/{repository}/actions/runs/{number}", server.trim_end_matches('/')))
        }
        _ => None,
    };
    RunLink { url }
}
