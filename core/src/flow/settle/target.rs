//! Which branch of which repository a gate is about.

use super::at_hand::ClustersAtHand;
use super::error::SettleError;
use super::request::{GateRequest, GateStart};
use crate::flow::context::Context;
use crate::flow::discover::{Variables, named_repository, source_repository};
use crate::flow::discover_error::DiscoverError;
use crate::github::{Github, GithubError, Level};
use crate::model::Failure;
use crate::model::contract::MANIFESTS_REPO;
use crate::model::github::RepositoryName;
use crate::model::pipeline::{Resolved, ResolvedFrom, Role, conventional, role};

/// What configurations must follow.
#[derive(Clone, Debug)]
pub(super) struct GateTarget {
    pub(super) environment: String,
    pub(super) project: Option<String>,
    /// The gitops repository's address, as a person would write it.
    pub(super) url: String,
    pub(super) branch: String,
    /// The same repository on the configured GitHub.
    pub(super) gitops: Option<RepositoryName>,
    /// Its source repository.
    pub(super) source: Option<RepositoryName>,
}

/// Finds it, with the clusters at hand that were asked for it.
pub(super) async fn find(
    context: &Context,
    github: Option<&Github>,
    request: &GateRequest,
) -> Result<(GateTarget, ClustersAtHand), Box<dyn Failure>> {
    match &request.start {
        GateStart::Namespace(selector) => {
            let clusters = ClustersAtHand::observe(context, selector).await?;
            let mut target = clusters.target(request.environment.as_deref())?;
            let clusters = clusters.widened(context, selector, &target).await;
            target.gitops = RepositoryName::from_url(&target.url, context.github().host());
            if let (Some(github), Some(gitops)) = (github, &target.gitops) {
                let known = Resolved { value: gitops.clone(), from: ResolvedFrom::Convention };
                let (source, _) = repositories(github, known, Some(Role::Gitops)).await?;
                target.source = source;
            }
            Ok((target, clusters))
        }
        GateStart::Repository(repository, selector) => {
            let environment = request.environment.clone().ok_or(SettleError::NoEnvironment)?;
            let (source, gitops) = match github {
                Some(github) => repositories(github, repository.clone(), None).await?,
                None => conventional_repositories(&repository.value),
            };
            let missing = || SettleError::NoRepository { repository: repository.value.clone() };
            let gitops = gitops.ok_or_else(missing)?;
            let url = format!("https://{}/{gitops}", context.github().host());
            let project = source.as_ref().map(|source| source.name().to_owned());
            let branch = environment.clone();
            let target = GateTarget { environment, project, url, branch, gitops: Some(gitops), source };
            let clusters = match selector {
                Some(selector) => ClustersAtHand::observe(context, selector).await?,
                None => ClustersAtHand::none(),
            };
            Ok((target, clusters))
        }
    }
}

/// Source and gitops repository of the one that is known.
async fn repositories(
    github: &Github,
    known: Resolved<RepositoryName>,
    known_role: Option<Role>,
) -> Result<(Option<RepositoryName>, Option<RepositoryName>), Box<dyn Failure>> {
    let own = variables(github, &known.value).await?;
    let known_role = known_role.unwrap_or_else(|| role(&known.value, &own));
    let source = match source_repository(&known, known_role, &own) {
        Err(DiscoverError::NoSource { .. }) => None,
        source => Some(source?.value),
    };
    if known_role == Role::Gitops {
        return Ok((source, Some(known.value)));
    }
    let mut gitops = named_repository(&known.value, MANIFESTS_REPO, &own)?;
    if let (None, Some(source), Role::Configs) = (&gitops, &source, known_role) {
        gitops = named_repository(source, MANIFESTS_REPO, &variables(github, source).await?)?;
    }
    let conventional = || conventional(&known.value, known_role, Role::Gitops);
    Ok((source, gitops.map(|gitops| gitops.value).or_else(conventional)))
}

/// The same where GitHub cannot be asked.
fn conventional_repositories(known: &RepositoryName) -> (Option<RepositoryName>, Option<RepositoryName>) {
    let known_role = role(known, &Variables::new());
    let find = |wanted: Role| match known_role == wanted {
        true => Some(known.clone()),
        false => conventional(known, known_role, wanted),
    };
    (find(Role::Source), find(Role::Gitops))
}

/// The variables of a repository. A token that may not read them, as those of workflow runs, leaves the convention.
async fn variables(github: &Github, repository: &RepositoryName) -> Result<Variables, SettleError> {
    match github.variables(repository, Level::Repository).await {
        Ok(variables) => Ok(variables),
        Err(GithubError::Forbidden { .. }) => Ok(Variables::new()),
        Err(error) if error.is_absent() => Ok(Variables::new()),
        Err(error) => Err(error.into()),
    }
}
