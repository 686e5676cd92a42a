//! Which branch of which repository a gate is about.

use std::collections::BTreeMap;

use super::at_hand::ClustersAtHand;
use super::error::SettleError;
use super::request::{GateRequest, GateStart};
use crate::flow::context::Context;
use crate::github::{Github, GithubError, Level};
use crate::model::Failure;
use crate::model::contract::{CONFIGS_REPO, MANIFESTS_REPO, SRC_REPO};
use crate::model::github::RepositoryName;
use crate::model::pipeline::{Role, conventional, role};

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
            target.gitops = RepositoryName::from_url(&target.url, context.github().host());
            if let (Some(github), Some(gitops)) = (github, &target.gitops) {
                let (source, _) = repositories(github, gitops, Some(Role::Gitops)).await?;
                target.source = source;
            }
            Ok((target, clusters))
        }
        GateStart::Repository(repository, selector) => {
            let environment = request.environment.clone().ok_or(SettleError::NoEnvironment)?;
            let repository = &repository.value;
            let (source, gitops) = match github {
                Some(github) => repositories(github, repository, None).await?,
                None => by_convention(repository, role(repository, &BTreeMap::new()), &BTreeMap::new()),
            };
            let missing = || SettleError::NoRepository { repository: repository.clone() };
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

/// Source and gitops repository of the one that is known. A token that may not read variables, as those of workflow runs,
/// leaves the convention.
async fn repositories(
    github: &Github,
    known: &RepositoryName,
    is: Option<Role>,
) -> Result<(Option<RepositoryName>, Option<RepositoryName>), SettleError> {
    let own = variables(github, known).await?;
    let is = is.unwrap_or_else(|| role(known, &own));
    Ok(by_convention(known, is, &own))
}

fn by_convention(
    known: &RepositoryName,
    is: Role,
    variables: &BTreeMap<String, String>,
) -> (Option<RepositoryName>, Option<RepositoryName>) {
    let named =
        |name: &str| variables.get(name).and_then(|value| value.trim().parse::<RepositoryName>().ok());
    let find = |wanted: Role, variable: &str| match is == wanted {
        true => Some(known.clone()),
        false => named(variable).or_else(|| conventional(known, is, wanted)),
    };
    (find(Role::Source, SRC_REPO), find(Role::Gitops, MANIFESTS_REPO))
}

async fn variables(
    github: &Github,
    repository: &RepositoryName,
) -> Result<BTreeMap<String, String>, SettleError> {
    match github.variables(repository, Level::Repository).await {
        Ok(variables) => Ok(variables.into_iter().filter(|(name, _)| is_of_contract(name)).collect()),
        Err(GithubError::Forbidden { .. }) => Ok(BTreeMap::new()),
        Err(error) if error.is_absent() => Ok(BTreeMap::new()),
        Err(error) => Err(error.into()),
    }
}

fn is_of_contract(name: &str) -> bool {
    [SRC_REPO, MANIFESTS_REPO, CONFIGS_REPO].contains(&name)
}
