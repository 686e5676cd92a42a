//! The three repositories of a pipeline, and which of them a repository is.

use std::collections::BTreeMap;

use super::{Environment, Resolved};
use crate::model::contract::{CONFIGS_REPO, CONFIGS_SUFFIX, GITOPS_SUFFIX, MANIFESTS_REPO, SRC_REPO};
use crate::model::github::RepositoryName;

/// A promotion pipeline: three repositories and the chain of environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// Application code, its chart, the orchestrating workflows.
    pub source: Resolved<RepositoryName>,
    /// The values of each environment.
    pub configs: Resolved<RepositoryName>,
    /// The rendered manifests of each environment.
    pub gitops: Resolved<RepositoryName>,
    /// The environments in the order of promotion. Empty where no variable says where it begins.
    pub chain: Vec<Environment>,
}

impl Pipeline {
    /// The project: the source repository's name.
    pub fn project(&self) -> &str {
        self.source.value.name()
    }

    /// An environment of the chain.
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.chain.iter().find(|environment| environment.name.eq_ignore_ascii_case(name))
    }

    /// The environment that a change is promoted to after this one.
    pub fn next(&self, name: &str) -> Option<&Environment> {
        let mut rest =
            self.chain.iter().skip_while(|environment| !environment.name.eq_ignore_ascii_case(name));
        rest.nth(1)
    }
}

/// What a repository is to its pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Application code and workflows.
    Source,
    /// Values.
    Configs,
    /// Rendered manifests.
    Gitops,
}

/// What a repository is, by its variables: the configs and gitops repositories name the source, the source and
/// configs repositories name the gitops repository. Without any of them its name decides.
pub fn role(repository: &RepositoryName, variables: &BTreeMap<String, String>) -> Role {
    let has = |name: &str| variables.contains_key(name);
    match (has(SRC_REPO), has(MANIFESTS_REPO) || has(CONFIGS_REPO)) {
        (true, true) => Role::Configs,
        (true, false) => Role::Gitops,
        (false, true) => Role::Source,
        (false, false) if repository.name().ends_with(GITOPS_SUFFIX) => Role::Gitops,
        (false, false) if repository.name().ends_with(CONFIGS_SUFFIX) => Role::Configs,
        (false, false) => Role::Source,
    }
}

/// The conventional name of a pipeline's repository, from that of another one; `None` where that has no
/// conventional name itself.
pub fn conventional(known: &RepositoryName, is: Role, wanted: Role) -> Option<RepositoryName> {
    let project = match is {
        Role::Source => known.name(),
        Role::Configs => known.name().strip_suffix(CONFIGS_SUFFIX)?,
        Role::Gitops => known.name().strip_suffix(GITOPS_SUFFIX)?,
    };
    let suffix = match wanted {
        Role::Source => "",
        Role::Configs => CONFIGS_SUFFIX,
        Role::Gitops => GITOPS_SUFFIX,
    };
    RepositoryName::new(known.owner(), &format!("{project}{suffix}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> RepositoryName {
        text.parse().expect("a name")
    }

    #[test]
    fn variables_say_what_a_repository_is_and_else_its_name() {
        let of = |repository: &str, variables: &[&str]| {
            let variables = variables.iter().map(|name| ((*name).to_owned(), String::new())).collect();
            role(&name(repository), &variables)
        };
        assert_eq!(of("contoso/odd-gitops", &[MANIFESTS_REPO, CONFIGS_REPO]), Role::Source);
        assert_eq!(of("contoso/settings", &[SRC_REPO, MANIFESTS_REPO]), Role::Configs);
        assert_eq!(of("contoso/manifests", &[SRC_REPO]), Role::Gitops);
        assert_eq!(of("contoso/hello", &[]), Role::Source);
        assert_eq!(of("contoso/hello-configs", &[]), Role::Configs);
        assert_eq!(of("contoso/hello-gitops", &["OTHER"]), Role::Gitops);
    }

    #[test]
    fn each_conventional_name_tells_the_others() {
        let all = [
            (Role::Source, "contoso/hello"),
            (Role::Configs, "contoso/hello-configs"),
            (Role::Gitops, "contoso/hello-gitops"),
        ];
        for (is, known) in all {
            for (wanted, expected) in all {
                assert_eq!(
                    conventional(&name(known), is, wanted),
                    Some(name(expected)),
                    "{known} {wanted:?}"
                );
            }
        }
        assert_eq!(conventional(&name("contoso/manifests"), Role::Gitops, Role::Source), None);
    }
}
