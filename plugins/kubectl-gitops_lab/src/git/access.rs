//! Tokens and what they may do, repository by repository.

use std::collections::HashMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::error::FetchError;

/// What a token may do in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Right {
    /// Clone and fetch.
    Read,
    /// Push, too.
    Write,
    /// Change settings, too.
    Admin,
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

    pub(super) fn knows(&self, token: &str) -> bool {
        self.0.contains_key(token)
    }

    /// What a token may do there.
    pub(super) fn right(&self, token: &str, repository: &str) -> Option<Right> {
        let grants = self.0.get(token)?.iter();
        grants.filter(|(repositories, _)| covers(repositories, repository)).map(|(_, right)| *right).max()
    }

    /// What is refused to a visitor. Who may not see a repository is told that there is none, as GitHub does.
    pub(super) fn check(
        &self,
        token: Option<&str>,
        repository: &str,
        right: Right,
    ) -> Result<(), FetchError> {
        let token = token.filter(|token| self.knows(token)).ok_or(FetchError::Unauthorized)?;
        let granted = self.right(token, repository);
        match granted {
            None => Err(FetchError::NotFound),
            Some(granted) if granted < right => Err(FetchError::Forbidden),
            Some(_) => Ok(()),
        }
    }
}

/// The token in the credentials of basic authentication: the password with any user name; or the user name, where
/// the password is the word for "none".
pub(crate) fn password(credentials: &str) -> Option<String> {
    let credentials = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (user, password) = credentials.split_once(':')?;
    Some(if matches!(password, "" | "x-oauth-basic") { user } else { password }.to_owned())
}

/// Names are the same in any case.
fn covers(repositories: &str, repository: &str) -> bool {
    let (repositories, repository) = (repositories.to_ascii_lowercase(), repository.to_ascii_lowercase());
    match repositories.strip_suffix('*') {
        Some(beginning) => repository.starts_with(beginning),
        None => repositories == repository,
    }
}

#[cfg(test)]
mod tests {
    use super::super::FetchError::{Forbidden, NotFound, Unauthorized};
    use super::{Right, Rights};

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
