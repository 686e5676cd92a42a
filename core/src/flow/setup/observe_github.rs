//! What the three repositories have, side by side: two answers deep where they exist, one where they do not.

use std::collections::BTreeMap;

use futures::future::try_join_all;
use futures::try_join;

use crate::github::{Github, GithubError, Level};
use crate::model::contract::{NOTIFY_ENVIRONMENT, approval_environment};
use crate::model::github::RepositoryName;
use crate::model::pipeline::Role;
use crate::model::setup::{
    CD_SETUP_BRANCH, ObservedBranch, ObservedEnvironment, ObservedRepository, SetupRequest, blob_hash,
};

/// The roles, in the order of the request.
const ROLES: [Role; 3] = [Role::Source, Role::Configs, Role::Gitops];

/// The repositories that exist, with what set-up looks at in each.
pub(super) async fn observe_github(
    github: &Github,
    request: &SetupRequest,
) -> Result<BTreeMap<Role, ObservedRepository>, GithubError> {
    let observed = try_join_all(ROLES.map(async |role| {
        let found = observe_repository(github, request, role).await?;
        Ok::<_, GithubError>(found.map(|found| (role, found)))
    }));
    Ok(observed.await?.into_iter().flatten().collect())
}

async fn observe_repository(
    github: &Github,
    request: &SetupRequest,
    role: Role,
) -> Result<Option<ObservedRepository>, GithubError> {
    let name = request.project.repository(role);
    let Some(repository) = github.repository(name).await? else { return Ok(None) };
    let mut branches: Vec<&str> = request.environments.iter().map(String::as_str).collect();
    if role == Role::Source {
        branches = vec![&repository.default_branch, CD_SETUP_BRANCH];
    }
    let labels = async { if role == Role::Gitops { github.labels(name).await } else { Ok(Vec::new()) } };
    let setup_pull = async {
        if role == Role::Source { github.newest_pull(name, CD_SETUP_BRANCH).await } else { Ok(None) }
    };
    let (branches, variables, secrets, labels, environments, setup_pull) = try_join!(
        try_join_all(branches.iter().map(|branch| observe_branch(github, request, role, branch))),
        github.variables(name, Level::Repository),
        secrets(github, name),
        labels,
        environments(github, request, role),
        setup_pull,
    )?;
    let mut observed = ObservedRepository::new(repository.clone());
    observed.branches = branches.into_iter().flatten().collect();
    observed.variables = variables;
    observed.secrets = secrets.into_iter().collect();
    observed.labels = labels;
    observed.environments = environments;
    observed.setup_pull = setup_pull;
    Ok(Some(observed))
}

async fn secrets(github: &Github, name: &RepositoryName) -> Result<Vec<String>, GithubError> {
    github.secrets(name, Level::Repository).await
}

/// A branch with the names of its files' contents; `None` where it is not there. Contents are read of workflows that
/// differ, to show how.
async fn observe_branch(
    github: &Github,
    request: &SetupRequest,
    role: Role,
    branch: &str,
) -> Result<Option<(String, ObservedBranch)>, GithubError> {
    let name = request.project.repository(role);
    let tree = match github.tree(name, branch).await {
        Ok(tree) => tree,
        // A repository without commits answers 409.
        Err(GithubError::NotFound { .. } | GithubError::Conflict { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let files: BTreeMap<String, String> = tree.files.into_iter().map(|file| (file.path, file.sha)).collect();
    let own = request.workflows.iter().filter(|((of, _), _)| *of == role);
    let differing = own.filter_map(|((_, path), content)| {
        let hash = files.get(path)?;
        (*hash != blob_hash(content.as_bytes())).then_some((path, hash))
    });
    let contents = try_join_all(differing.map(async |(path, hash)| {
        let content = github.blob(name, hash).await?;
        Ok::<_, GithubError>(String::from_utf8(content).ok().map(|content| (path.clone(), content)))
    }));
    let contents = contents.await?.into_iter().flatten().collect();
    Ok(Some((branch.to_owned(), ObservedBranch { files, contents })))
}

/// The environments of a repository that are asked for, with the variables of those that have some.
async fn environments(
    github: &Github,
    request: &SetupRequest,
    role: Role,
) -> Result<BTreeMap<String, ObservedEnvironment>, GithubError> {
    let name = request.project.repository(role);
    let found = github.environments(name).await?;
    let is_link =
        |environment: &str| role == Role::Source && request.environments.iter().any(|own| own == environment);
    let is_asked = |environment: &str| {
        let is_approval = |wanted: &String| approval_environment(wanted) == environment;
        let of_source = is_link(environment) || request.environments.iter().any(is_approval);
        environment == NOTIFY_ENVIRONMENT || role == Role::Source && of_source
    };
    let observed = found.into_iter().filter(|found| is_asked(&found.name)).map(async |found| {
        let level = Level::Environment(&found.name);
        let variables = match is_link(&found.name) {
            true => github.variables(name, level).await?,
            false => BTreeMap::new(),
        };
        let environment = ObservedEnvironment { variables, has_reviewers: found.has_reviewers };
        Ok::<_, GithubError>((found.name.clone(), environment))
    });
    Ok(try_join_all(observed).await?.into_iter().collect())
}
