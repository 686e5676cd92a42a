//! A project by its names: everything that set-up makes for it is named after the organisation, the project and an
//! environment, so that whoever knows these three finds all of it again.

use crate::model::contract::{self, CONFIGS_SUFFIX, GITOPS_SUFFIX};
use crate::model::github::{InvalidRepositoryName, RepositoryName};

use super::Role;

/// The repositories of a project that is named by convention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Application code: `O/P`.
    pub source: RepositoryName,
    /// Values: `O/P-configs`.
    pub configs: RepositoryName,
    /// Manifests: `O/P-gitops`.
    pub gitops: RepositoryName,
}

impl Project {
    /// The project of this name in an organisation.
    ///
    /// # Errors
    /// One of the three is no name of a repository.
    pub fn new(organization: &str, project: &str) -> Result<Self, InvalidRepositoryName> {
        let named = |suffix: &str| RepositoryName::new(organization, &format!("{project}{suffix}"));
        Ok(Self { source: named("")?, configs: named(CONFIGS_SUFFIX)?, gitops: named(GITOPS_SUFFIX)? })
    }

    /// The organisation, or person, that owns them.
    pub fn organization(&self) -> &str {
        self.source.owner()
    }

    /// The project's name: that of the source repository.
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// The repository of a role.
    pub fn repository(&self, role: Role) -> &RepositoryName {
        match role {
            Role::Source => &self.source,
            Role::Configs => &self.configs,
            Role::Gitops => &self.gitops,
        }
    }

    /// The namespace of an environment: `E-P`.
    pub fn namespace(&self, environment: &str) -> String {
        contract::namespace(environment, self.name())
    }

    /// The Flux configuration of an environment: `P-E`.
    pub fn configuration(&self, environment: &str) -> String {
        contract::configuration(self.name(), environment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_of_a_project_is_named_after_it() {
        let project = Project::new("Contoso", "hello").expect("names");
        let names =
            [Role::Source, Role::Configs, Role::Gitops].map(|role| project.repository(role).to_string());
        assert_eq!(names, ["Contoso/hello", "Contoso/hello-configs", "Contoso/hello-gitops"]);
        assert_eq!(project.namespace("dev"), "dev-hello");
        assert_eq!(project.configuration("dev"), "hello-dev");
        assert!(Project::new("contoso", "a b").is_err());
    }
}
