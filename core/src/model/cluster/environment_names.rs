//! What names say about project and environment. Nothing but the contract's names says anything: a branch is no
//! environment for being followed, most repositories name theirs freely.

use super::KustomizationFacts;
use crate::model::contract::{self, GITOPS_SUFFIX};
use crate::model::objects::{Kustomization, Source};

/// Project and environment of a source that is named `<project>-<environment>` and follows that branch.
pub(super) fn convention(source: &Source) -> Option<(String, String)> {
    let branch = source.branch()?;
    let project = contract::project_of_configuration(&source.meta.name, branch)?;
    Some((project.to_owned(), branch.to_owned()))
}

/// Project and environment of a source that follows a branch of a repository named after the project.
pub(super) fn convention_of_repository(source: &Source) -> Option<(String, String)> {
    Some((project_of_repository(&source.url)?.to_owned(), source.branch()?.to_owned()))
}

/// The namespace of an environment that is named by convention, before anything was applied there. The name of a source
/// alone may be chance (`fleet-gitops` following branch `gitops`): where the source is known, its repository is named by
/// convention too, or the namespace is there.
pub(super) fn expected_namespace(
    (project, environment): &(String, String),
    source: Option<&Source>,
    is_there: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let namespace = contract::namespace(environment, project);
    let is_conventional = source.is_none_or(|source| gitops_repository_project(&source.url) == Some(project));
    (is_conventional || is_there(&namespace)).then_some(namespace)
}

/// What a kustomization's own name says. Azure calls it `<configuration>-<kustomization>`, and where both are
/// `<project>-<environment>` there is no doubt, whatever branch its source follows. Another name that begins
/// with its source's says it only while the source is not known.
pub(super) fn convention_of_reference(kustomization: &KustomizationFacts) -> Option<(String, String)> {
    let Kustomization { meta, source, .. } = kustomization.object.as_ref();
    let rest = meta.name.strip_prefix(source.name.as_str())?.strip_prefix('-')?;
    let is_certain = rest == source.name;
    if !is_certain && kustomization.source.is_some() || meta.namespace != source.namespace {
        return None;
    }
    let (project, environment) = contract::split_configuration(&source.name)?;
    Some((project.to_owned(), environment.to_owned()))
}

/// Project and environment by the convention for namespaces.
pub(super) fn by_namespace(namespace: &str) -> (String, String) {
    let (environment, project) = contract::split_namespace(namespace).unwrap_or((namespace, namespace));
    (project.to_owned(), environment.to_owned())
}

/// The project that a repository's URL names, with or without the suffix of gitops repositories.
fn project_of_repository(url: &str) -> Option<&str> {
    gitops_repository_project(url).or(Some(repository_name(url)).filter(|name| !name.is_empty()))
}

/// The project of a repository that is named as gitops repositories are.
fn gitops_repository_project(url: &str) -> Option<&str> {
    repository_name(url).strip_suffix(GITOPS_SUFFIX).filter(|project| !project.is_empty())
}

fn repository_name(url: &str) -> &str {
    let last = url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    last.strip_suffix(".git").unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_name_projects_with_and_without_the_suffix() {
        for (url, project, by_convention) in [
            ("https://git.example/contoso/hello-gitops", "hello", Some("hello")),
            ("https://git.example/contoso/hello-gitops.git/", "hello", Some("hello")),
            ("ssh://git.example:22/hello", "hello", None),
            ("git@git.example:contoso/fleet.git", "fleet", None),
            ("https://git.example/-gitops", "-gitops", None),
        ] {
            assert_eq!(project_of_repository(url), Some(project), "{url}");
            assert_eq!(gitops_repository_project(url), by_convention, "{url}");
        }
        assert_eq!(project_of_repository(""), None);
    }
}
