//! Environments that Azure alone tells of: branches of a named repository that clusters follow, and that neither a cluster at
//! hand nor GitHub's chain has in the picture.

use std::collections::BTreeSet;

use super::{AzureAnswers, FollowedRepository};
use crate::model::contract::{GITOPS_SUFFIX, namespace, project_of_configuration};
use crate::model::verdict::{EnvironmentStatus, FollowedSource, Picture};

/// Adds an environment for every branch of the named repositories that the picture has not.
pub(super) fn add_environments(
    picture: &mut Picture,
    answers: &AzureAnswers,
    named: &BTreeSet<FollowedRepository>,
) {
    for repository in named {
        let Some(followers) = answers.followers(repository) else { continue };
        let mut known: BTreeSet<String> = picture
            .environments
            .iter()
            .filter_map(|environment| environment.source.as_ref())
            .filter(|source| FollowedRepository::new(&source.url).as_ref() == Some(repository))
            .filter_map(|source| source.branch.clone())
            .collect();
        for follower in &followers.rows {
            let Some(branch) = follower.report.branch.clone().filter(|branch| known.insert(branch.clone()))
            else {
                continue;
            };
            let of_configuration = project_of_configuration(&follower.document.name, &branch);
            let project = of_configuration.map_or_else(|| project_of(repository), str::to_owned);
            picture.environments.push(environment(picture, repository, &branch, &project));
        }
    }
    if !named.is_empty() {
        picture.environments.sort_by(|a, b| a.id.cmp(&b.id));
    }
}

/// `hello` of `contoso/hello-gitops`.
fn project_of(repository: &FollowedRepository) -> String {
    let path = repository.to_string();
    let name = path.rsplit('/').next().unwrap_or_default();
    name.strip_suffix(GITOPS_SUFFIX).unwrap_or(name).to_owned()
}

fn environment(
    picture: &Picture,
    repository: &FollowedRepository,
    branch: &str,
    project: &str,
) -> EnvironmentStatus {
    let source = FollowedSource {
        kind: "GitRepository".to_owned(),
        url: repository.address().to_owned(),
        branch: Some(branch.to_owned()),
        ..FollowedSource::default()
    };
    EnvironmentStatus::not_observed(picture, &namespace(branch, project), branch, project, source)
}
