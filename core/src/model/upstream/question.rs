//! What GitHub is to be asked, from what the cluster said.

use crate::model::github::RepositoryName;
use crate::model::verdict::{Picture, commit};

/// One environment's place on GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The environment's namespace.
    pub namespace: String,
    /// The environment's name.
    pub environment: String,
    /// The gitops repository.
    pub repository: RepositoryName,
    /// The branch that is followed.
    pub branch: String,
    /// The commit of it that the cluster applied last.
    pub applied: Option<String>,
}

/// The environments whose source is a branch of a repository on `host`.
pub fn questions(picture: &Picture, host: &str) -> Vec<Question> {
    let of = |environment: &crate::model::verdict::EnvironmentStatus| {
        let source = environment.source.as_ref()?;
        Some(Question {
            namespace: environment.namespace.clone(),
            environment: environment.environment.clone(),
            repository: RepositoryName::of_url(&source.url, host)?,
            branch: source.branch.clone()?,
            applied: environment.revision.as_deref().and_then(commit).map(str::to_owned),
        })
    };
    picture.environments.iter().filter_map(of).collect()
}

impl Question {
    /// The source repository's conventional name, where a person may not read the variable `SRC_REPO`.
    pub fn conventional_source(&self) -> Option<RepositoryName> {
        let project = self.repository.name().strip_suffix("-gitops")?;
        RepositoryName::new(self.repository.owner(), project).ok()
    }
}
