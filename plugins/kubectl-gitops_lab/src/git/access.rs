//! Tokens and what they may do, repository by repository.

use std::collections::HashMap;
use std::fmt;

use super::problem::FetchError;

/// What a token may do in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Right {
    /// Clone and fetch.
    Read,
    /// Push, too.
    Write,
}

/// All tokens: to each, repositories (`contoso/*` is a whole organisation) and rights.
#[derive(Default)]
pub(super) struct Rights(HashMap<String, Vec<(String, Right)>>);

/// Tokens are secrets.
impl fmt::Debug for Rights {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Rights of {} tokens", self.0.len())
    }
}

impl Rights {
    pub(super) fn grant(&mut self, token: &str, repositories: &str, right: Right) {
        self.0.entry(token.to_owned()).or_default().push((repositories.to_owned(), right));
    }

    pub(super) fn revoke(&mut self, token: &str) {
        self.0.remove(token);
    }

    /// What is refused to a visitor. Who may not see a repository is told that there is none, as GitHub does.
    pub(super) fn check(
        &self,
        token: Option<&str>,
        repository: &str,
        right: Right,
    ) -> Result<(), FetchError> {
        let grants = token.and_then(|token| self.0.get(token)).ok_or(FetchError::Unauthorized)?;
        let granted = grants
            .iter()
            .filter(|(repositories, _)| covers(repositories, repository))
            .map(|(_, right)| *right)
            .max();
        match granted {
            None => Err(FetchError::NotFound),
            Some(granted) if granted < right => Err(FetchError::Forbidden),
            Some(_) => Ok(()),
        }
    }
}

fn covers(repositories: &str, repository: &str) -> bool {
    match repositories.strip_suffix('*') {
        Some(beginning) => repository.starts_with(beginning),
        None => repositories == repository,
    }
}

#[cfg(test)]
mod tests {
    use super::{Right, Rights};
    use crate::git::FetchError::{Forbidden, NotFound, Unauthorized};

    #[test]
    fn a_token_does_what_was_granted_to_it() {
        let mut rights = Rights::default();
        rights.grant("pull", "contoso/hello-gitops", Right::Read);
        rights.grant("push", "contoso/*", Right::Write);
        rights.grant("gone", "contoso/*", Right::Write);
        rights.revoke("gone");
        for (token, repository, right, answer) in [
            (Some("pull"), "contoso/hello-gitops", Right::Read, Ok(())),
            (Some("pull"), "contoso/hello-gitops", Right::Write, Err(Forbidden)),
            (Some("pull"), "contoso/hello-gitops-2", Right::Read, Err(NotFound)),
            (Some("push"), "contoso/hello", Right::Write, Ok(())),
            (Some("push"), "fabrikam/hello", Right::Read, Err(NotFound)),
            (Some("gone"), "contoso/hello", Right::Read, Err(Unauthorized)),
            (None, "contoso/hello", Right::Read, Err(Unauthorized)),
        ] {
            assert_eq!(rights.check(token, repository, right), answer, "{token:?} {repository}");
        }
        assert_eq!(format!("{rights:?}"), "Rights of 2 tokens");
    }
}
