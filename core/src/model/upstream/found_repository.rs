//! A repository of a pipeline as it is found: by a variable of another one, or by convention. Which of them is asked for is
//! the pipeline's to say.

use std::collections::BTreeMap;

use crate::model::github::RepositoryName;
use crate::model::pipeline::{Resolved, ResolvedFrom};

/// A repository, where its name came from, and whether that it is this one is known, not guessed.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) repository: RepositoryName,
    pub(super) from: ResolvedFrom,
    pub(super) is_verified: bool,
}

impl Found {
    #[must_use]
    pub(super) fn verified(self, is_verified: bool) -> Self {
        Self { is_verified, ..self }
    }
}

impl From<Resolved<RepositoryName>> for Found {
    fn from(resolved: Resolved<RepositoryName>) -> Self {
        Self { repository: resolved.value, from: resolved.from, is_verified: true }
    }
}

/// A repository that a variable of another one names.
pub(super) fn from_variable(
    named: Option<RepositoryName>,
    name: &'static str,
    of: &RepositoryName,
) -> Option<Found> {
    let from = ResolvedFrom::Variable { name, repository: of.clone() };
    named.map(|named| Resolved::new(named, from).into())
}

/// A repository by its conventional name.
pub(super) fn by_convention(guess: Option<RepositoryName>) -> Option<Found> {
    guess.map(|guess| Resolved::new(guess, ResolvedFrom::Convention).into())
}

/// The repository that a variable names.
pub(super) fn named_repository(variables: &BTreeMap<String, String>, name: &str) -> Option<RepositoryName> {
    variables.get(name)?.trim().parse().ok()
}
