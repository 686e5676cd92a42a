//! A value and where it came from, so that everything that was found without being given can be explained.

use std::fmt;

use super::EnvironmentId;
use crate::model::github::RepositoryName;

/// A value that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub from: ResolvedFrom,
}

impl<T> Resolved<T> {
    /// A value with where it came from.
    pub fn new(value: T, from: ResolvedFrom) -> Self {
        Self { value, from }
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolvedFrom {
    /// A flag of the command line.
    Flag(&'static str),
    /// An environment variable of the process.
    EnvVar(&'static str),
    /// The git remote `origin`.
    GitRemote,
    /// The source that an environment follows.
    Source(EnvironmentId),
    /// A variable of a repository on GitHub.
    Variable {
        /// The variable.
        name: &'static str,
        /// The repository.
        repository: RepositoryName,
    },
    /// The conventional name, because no variable says otherwise.
    Convention,
}

impl fmt::Display for ResolvedFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ResolvedFrom::Flag(name) | ResolvedFrom::EnvVar(name) => f.write_str(name),
            ResolvedFrom::GitRemote => f.write_str("git remote origin"),
            ResolvedFrom::Source(id) => write!(f, "source of {id}"),
            ResolvedFrom::Variable { name, repository } => write!(f, "variable {name} of {repository}"),
            ResolvedFrom::Convention => f.write_str("convention"),
        }
    }
}
