//! Why a scenario cannot be had or put on.

use crate::git::GitError;

/// Why a scenario cannot be had or put on.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// Not YAML, or not of this form: the message names the field.
    #[error("not a scenario")]
    Form(#[from] serde_saphyr::Error),
    /// Something else than a scenario of this version.
    #[error("{api_version} {kind} is not lab.gitops.dev/v1 Scenario")]
    Kind {
        /// The `apiVersion` that it has.
        api_version: String,
        /// The `kind` that it has.
        kind: String,
    },
    /// There is no such scenario to build on.
    #[error("there is no scenario {0} to build on")]
    Base(String),
    /// Scenarios build on one another, each later than the one below.
    #[error("scenario {name} is not later than scenario {base}, which it builds on")]
    Order {
        /// The one above.
        name: String,
        /// The one below.
        base: String,
    },
    /// What is repeated is not of a scenario's form: the message names the field.
    #[error("not what a scenario can have for each of many names")]
    Repetition(#[source] serde_json::Error),
    /// A word for something that the lab does not have.
    #[error("there is no {0}")]
    Word(String),
    /// An object of a kind that the lab does not serve, or without a name.
    #[error("object {object} cannot be made: {why}")]
    Object {
        /// `Kind namespace/name`
        object: String,
        /// What the API says.
        why: String,
    },
    /// Something that GitHub refuses.
    #[error("GitHub refuses {what}: {why}")]
    Github {
        /// Method and path.
        what: String,
        /// What the API says.
        why: String,
    },
    /// Something that Azure refuses.
    #[error("Azure refuses {what}: {why}")]
    Azure {
        /// Method and path.
        what: String,
        /// What the API says.
        why: String,
    },
    /// A run of a workflow that is not there.
    #[error("there is no workflow and no commit for a run of {0}")]
    Run(String),
    /// An edit of something that is not there.
    #[error("{path} of {repository} has no {find:?} to edit")]
    Edit {
        /// `organisation/repository`
        repository: String,
        /// The path in it.
        path: String,
        /// What is not there.
        find: String,
    },
    /// A fault that can never happen as it is meant.
    #[error("the fault of {path} cannot happen: {why}")]
    Fault {
        /// The path that it is meant for.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// A repository that cannot be made.
    #[error("repository cannot be made")]
    Git(#[from] GitError),
}
