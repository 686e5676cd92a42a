//! A step of set-up: what the plan shows of it, and what is written.

use std::collections::BTreeMap;

use serde_json::Value;

use super::CredentialRole;
use crate::model::github::{FileChange, Label};
use crate::model::pipeline::Role;
use crate::model::plan::{Action, PlanStep};

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub struct SetupStep {
    /// What the plan shows.
    pub step: PlanStep,
    /// What is written; `None` where nothing is.
    pub write: Option<SetupWrite>,
}

/// What a step writes. Clusters are numbered as in the request.
#[derive(Clone, Debug, PartialEq)]
pub enum SetupWrite {
    /// A repository is created, with a first commit.
    CreateRepository(Role),
    /// Settings of a repository are changed.
    ChangeRepository(Role, Value),
    /// A commit on a branch, which is created with it where it is not there.
    Commit {
        /// The repository.
        role: Role,
        /// The branch.
        branch: String,
        /// What the commit is made upon.
        start: BranchStart,
        /// The files in it.
        files: Vec<FileChange>,
        /// Its message.
        message: String,
    },
    /// The pull request that brings workflows and application to the default branch.
    OpenPullRequest,
    /// A variable of a repository, or of one of its environments.
    SetVariable {
        /// The repository.
        role: Role,
        /// The environment; `None`: the repository itself.
        environment: Option<String>,
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// A secret of a repository.
    SetSecret {
        /// The repository.
        role: Role,
        /// Its name.
        name: String,
        /// What it holds.
        content: SecretContent,
    },
    /// A label.
    CreateLabel(Role, Label),
    /// A deployment environment of a repository.
    CreateEnvironment(Role, String),
    /// The extension that installs Flux.
    InstallFlux(usize),
    /// A Flux configuration.
    CreateConfiguration {
        /// The cluster.
        cluster: usize,
        /// The environment.
        environment: String,
        /// How often the repository is fetched, in seconds.
        interval: i64,
    },
    /// A Flux configuration that is there is brought to what is wanted.
    ChangeConfiguration {
        /// The cluster.
        cluster: usize,
        /// The environment.
        environment: String,
        /// How often the repository is fetched, in seconds.
        interval: i64,
    },
    /// A namespace with its labels.
    ApplyNamespace {
        /// The cluster.
        cluster: usize,
        /// Its name.
        namespace: String,
        /// Its labels.
        labels: BTreeMap<String, String>,
    },
    /// The secret that images are pulled with.
    CreatePullSecret {
        /// The cluster.
        cluster: usize,
        /// The namespace.
        namespace: String,
    },
}

/// What a commit is made upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BranchStart {
    /// The branch is created from the default branch as it is then.
    DefaultBranch,
    /// The branch is there, and is moved on from where it is then.
    Branch,
}

/// What a secret of a repository holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretContent {
    /// The token of a role.
    Token(CredentialRole),
    /// The service principal's document (`AZURE_CREDENTIALS_SP`).
    ServicePrincipal,
}

impl SetupStep {
    /// A step that makes something.
    pub(super) fn create(name: String, exists: &str, change: String, write: SetupWrite) -> Self {
        Self::writing(Action::Create, name, exists, change, write)
    }

    /// A step that changes something.
    pub(super) fn change(name: String, exists: &str, change: String, write: SetupWrite) -> Self {
        Self::writing(Action::Change, name, exists, change, write)
    }

    /// A step that leaves alone what is there.
    pub(super) fn keep(name: String, exists: impl Into<String>) -> Self {
        Self { step: plan_step(Action::Keep, name, exists.into(), String::new(), None), write: None }
    }

    /// A step that cannot be done as things stand.
    pub(super) fn blocked(name: String, why: impl Into<String>, remedy: Option<String>) -> Self {
        Self { step: plan_step(Action::Blocked, name, why.into(), String::new(), remedy), write: None }
    }

    fn writing(action: Action, name: String, exists: &str, change: String, write: SetupWrite) -> Self {
        Self { step: plan_step(action, name, exists.to_owned(), change, None), write: Some(write) }
    }

    /// The same, after other steps.
    pub(super) fn after(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.step.after.extend(names);
        self
    }
}

fn plan_step(
    action: Action,
    name: String,
    exists: String,
    change: String,
    remedy: Option<String>,
) -> PlanStep {
    PlanStep { name, action, exists, change, difference: None, remedy, after: Vec::new() }
}
