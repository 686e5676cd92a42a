//! How source-controller reaches the lab's git host: without a connection, and with what one would have told it.

use std::sync::Arc;

use super::git::words;
use crate::flux::{Commit, Credential, Distrust, Failure, Fetched, Reference, Wanted};
use crate::git::{FetchError, GitHost};

/// Who answers for names in a cluster.
const RESOLVER: &str = "10.96.0.10:53";

/// Fetches what is wanted from `host`, whose certificate `authority` signed. The controllers trust it, unless they
/// are told to trust another.
pub(super) fn fetch(host: &GitHost, authority: &str, wanted: &Wanted) -> Result<Fetched, Failure> {
    let token = match &wanted.credential {
        Credential::Anonymous => None,
        Credential::Basic { password, .. } => Some(password.as_str()),
        Credential::Bearer(token) => Some(token.as_str()),
    };
    let reference = match &wanted.reference {
        Reference::Branch(name) => format!("refs/heads/{name}"),
        Reference::Tag(name) => format!("refs/tags/{name}"),
        Reference::Commit(name) | Reference::Name(name) => name.clone(),
    };
    let found = host.find(&wanted.url, token, &reference).map_err(|error| failure(&error, &wanted.url))?;
    if wanted.authority.as_ref().is_some_and(|trusted| trusted.trim() != authority.trim()) {
        return Err(Failure::Distrusted(Distrust::UnknownAuthority));
    }
    if wanted.known.as_ref() == Some(&found.commit) {
        return Ok(Fetched::Known);
    }
    let broken = |error: crate::git::GitError| Failure::Status { code: 500, body: error.to_string() };
    Ok(Fetched::Commit(Commit {
        subject: host.subject(&found.repository, &found.commit).map_err(broken)?,
        files: Arc::new(host.files(&found.repository, &found.commit).map_err(broken)?),
        sha: found.commit,
    }))
}

/// What go-git learns of an error.
fn failure(error: &FetchError, url: &str) -> Failure {
    let address = url.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let name = address.split(':').next().unwrap_or_default();
    match error {
        FetchError::UnknownHost => {
            Failure::UnknownHost { host: name.to_owned(), resolver: RESOLVER.to_owned() }
        }
        FetchError::Refused => Failure::Refused { address: address.to_owned() },
        FetchError::Silent => Failure::Silent,
        FetchError::Untrusted => Failure::Distrusted(Distrust::UnknownAuthority),
        FetchError::Unauthorized | FetchError::Forbidden | FetchError::NotFound => {
            let (status, body) = words(error);
            Failure::Status { code: status.as_u16(), body: body.to_owned() }
        }
        FetchError::NoReference => Failure::NoReference,
        FetchError::Empty => Failure::Empty,
    }
}
