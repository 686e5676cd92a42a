//! What GitHub has of a project: its repositories with the variables that join them, and the chain of environments.

use std::collections::BTreeMap;

use futures::future::{try_join_all, try_join3};

use super::error::CleanupError;
use crate::github::{Github, GithubError, Level};
use crate::model::cleanup::{CleanupRepository, PresentRepository};
use crate::model::contract::{NEXT_ENVIRONMENT, START_ENVIRONMENT};
use crate::model::github::{RepositoryName, TokenScopes};
use crate::model::pipeline::{ChainError, Project, Role, chain};
use crate::model::{Failure, harmless};

/// What GitHub has.
pub(super) struct GithubInventory {
    pub(super) repositories: Vec<CleanupRepository>,
    pub(super) scopes: TokenScopes,
    pub(super) chain: Vec<String>,
    pub(super) is_organization: bool,
}

/// Asks GitHub. Whoever is not signed in is told so, and not that nothing is there.
pub(super) async fn github_inventory(
    github: &Github,
    project: &Project,
) -> Result<GithubInventory, Box<dyn Failure>> {
    // The token first: of one that is not accepted, nothing else is worth asking.
    let scopes = token_scopes(github).await?;
    let owner = project.organization();
    let account = github
        .account(owner)
        .await?
        .ok_or_else(|| CleanupError::NoOwner { owner: owner.to_owned(), host: github.host().to_owned() })?;
    let found = |role| repository(github, project, role);
    let (source, configs, gitops) =
        try_join3(found(Role::Source), found(Role::Configs), found(Role::Gitops)).await?;
    let chain = match &source.present {
        Some(present) => environments(github, &present.repository.name, present).await?,
        None => Vec::new(),
    };
    let is_organization = account.is_organization;
    Ok(GithubInventory { repositories: vec![source, configs, gitops], scopes, chain, is_organization })
}

/// The scopes of the token. Tokens of apps and workflows belong to no person, and have none.
async fn token_scopes(github: &Github) -> Result<TokenScopes, GithubError> {
    match github.user().await {
        Ok((_, scopes)) => Ok(scopes),
        Err(GithubError::Forbidden { sign_on: None, .. }) => Ok(TokenScopes::default()),
        Err(error) => Err(error),
    }
}

async fn repository(
    github: &Github,
    project: &Project,
    role: Role,
) -> Result<CleanupRepository, GithubError> {
    let name = project.repository(role).clone();
    let Some(repository) = github.repository(&name).await? else {
        return Ok(CleanupRepository { role, name, present: None });
    };
    let variables = match github.variables(&repository.name, Level::Repository).await {
        Ok(variables) => Ok(variables),
        Err(error @ (GithubError::Forbidden { .. } | GithubError::NotFound { .. })) => Err(error.brief()),
        Err(error) => return Err(error),
    };
    Ok(CleanupRepository { role, name, present: Some(PresentRepository { repository, variables }) })
}

/// The environments from the first along the links. A chain that leads back into itself is none to promote along; its
/// environments are there all the same.
async fn environments(
    github: &Github,
    source: &RepositoryName,
    present: &PresentRepository,
) -> Result<Vec<String>, GithubError> {
    let variables = present.variables.as_ref().ok();
    let Some(start) = variables.and_then(|variables| variables.get(START_ENVIRONMENT)) else {
        return Ok(Vec::new());
    };
    let environments = match github.environments(source).await {
        Ok(environments) => environments,
        Err(error) if error.is_absent() => Vec::new(),
        Err(error) => return Err(error),
    };
    let links = environments.iter().map(|environment| async move {
        let name = &environment.name;
        let next = github.variable(source, Level::Environment(name), NEXT_ENVIRONMENT).await?;
        Ok::<_, GithubError>(next.map(|next| (name.clone(), harmless(next.trim()))))
    });
    let next: BTreeMap<String, String> = try_join_all(links).await?.into_iter().flatten().collect();
    Ok(match chain(&harmless(start.trim()), &next) {
        Ok(names) => names,
        Err(ChainError::Circle { mut names }) => {
            names.pop();
            names
        }
    })
}
