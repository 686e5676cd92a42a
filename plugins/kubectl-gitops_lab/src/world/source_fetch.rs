//! How source-controller reaches the lab's git host: without a connection, and with what one would have told it.

use std::sync::Arc;

use super::fault::Effect;
use crate::flux::{Commit, Credential, Distrust, FetchFailure, FetchRequest, Fetched, Reference};
use crate::git::{FetchError, GitHost};

/// Who answers for names in a cluster.
const RESOLVER: &str = "10.96.0.10:53";

/// The path of what is wanted behind the address of the host; an error where nobody answers there.
pub(super) fn path(host: &GitHost, wanted: &FetchRequest) -> Result<String, FetchFailure> {
    let path = host.path_of_url(&wanted.url).map_err(|error| failure(&error, &wanted.url))?;
    Ok(format!("/{}", path.trim_end_matches('/')))
}

/// Fetches what is wanted from `host`, whose certificate `authority` signed. The controllers trust it, unless they
/// are told to trust another.
pub(super) fn fetch(
    host: &GitHost,
    authority: &str,
    effect: Option<Effect>,
    wanted: &FetchRequest,
) -> Result<Fetched, FetchFailure> {
    apply(effect)?;
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
        return Err(FetchFailure::Distrusted(Distrust::UnknownAuthority));
    }
    if wanted.known.as_ref() == Some(&found.commit) {
        return Ok(Fetched::Known);
    }
    let broken = |error: crate::git::GitError| FetchFailure::Status { code: 500, body: error.to_string() };
    Ok(Fetched::Commit(Commit {
        subject: host.subject(&found.repository, &found.commit).map_err(broken)?,
        files: Arc::new(host.files(&found.repository, &found.commit).map_err(broken)?),
        sha: found.commit,
    }))
}

/// What a fault makes of asking. What comes late comes in time: controllers are patient.
fn apply(effect: Option<Effect>) -> Result<(), FetchFailure> {
    match effect {
        None | Some(Effect::Delay(_) | Effect::Barrier(_)) => Ok(()),
        Some(Effect::Status(answer)) => {
            let body = answer.body.map(|body| body.as_str().map_or(body.to_string(), str::to_owned));
            Err(FetchFailure::Status { code: answer.code, body: body.unwrap_or_default() })
        }
        Some(Effect::Expired) => Err(FetchFailure::Status { code: 410, body: String::new() }),
        Some(Effect::Limited(limited)) => {
            Err(FetchFailure::Status { code: limited.code, body: String::new() })
        }
        Some(Effect::Silence) => Err(FetchFailure::Silent),
        Some(Effect::Cut(_) | Effect::Half) => Err(FetchFailure::Cut),
    }
}

/// What go-git learns of an error.
fn failure(error: &FetchError, url: &str) -> FetchFailure {
    let address = url.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let name = address.split(':').next().unwrap_or_default();
    match error {
        FetchError::UnknownHost => {
            FetchFailure::UnknownHost { host: name.to_owned(), resolver: RESOLVER.to_owned() }
        }
        FetchError::Refused => FetchFailure::Refused { address: address.to_owned() },
        FetchError::Silent => FetchFailure::Silent,
        FetchError::Untrusted => FetchFailure::Distrusted(Distrust::UnknownAuthority),
        FetchError::Unauthorized | FetchError::Forbidden | FetchError::NotFound => {
            let (status, body) = error.answer();
            FetchFailure::Status { code: status.as_u16(), body: body.to_owned() }
        }
        FetchError::NoReference => FetchFailure::NoReference,
        FetchError::Empty => FetchFailure::Empty,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Effect, path};
    use crate::flux::{Credential, Distrust, FetchFailure, FetchRequest, Fetched, Reference};
    use crate::git::{Change, GitHost, Reachability, Right};

    /// What source-controller learns from the host.
    fn fetch(host: &GitHost, effect: Option<Effect>, wanted: &FetchRequest) -> Result<Fetched, FetchFailure> {
        path(host, wanted)?;
        super::fetch(host, "", effect, wanted)
    }

    const ADDRESS: &str = "https://127.0.0.1:1";

    fn wanted(path: &str, password: &str, branch: &str) -> FetchRequest {
        let (username, password) = ("flux".to_owned(), password.to_owned());
        FetchRequest {
            url: format!("{ADDRESS}/{path}"),
            reference: Reference::Branch(branch.to_owned()),
            credential: Credential::Basic { username, password },
            authority: None,
            known: None,
        }
    }

    #[test]
    fn flux_learns_what_a_client_would() {
        let host = GitHost::new().unwrap();
        host.create("contoso/hello", "dev").unwrap();
        let change = Change {
            message: "one line\n\nand more",
            files: &[("a", "1")],
            removed: &[],
            at: Timestamp::UNIX_EPOCH,
        };
        let sha = host.commit("contoso/hello", "dev", &change).unwrap();
        host.grant("t0ken", "contoso/*", Right::Read);
        host.set_reachability(ADDRESS, Reachability::Up);
        let Ok(Fetched::Commit(commit)) = fetch(&host, None, &wanted("contoso/hello", "t0ken", "dev")) else {
            panic!("it is there");
        };
        assert_eq!(
            (&commit.sha, commit.subject.as_str(), &commit.files["a"]),
            (&sha, "one line", &b"1".to_vec())
        );
        let known = FetchRequest { known: Some(sha), ..wanted("contoso/hello", "t0ken", "dev") };
        assert_eq!(fetch(&host, None, &known), Ok(Fetched::Known));
        for (path, token, branch, code) in [
            ("contoso/hello", "old", "dev", 401),
            ("contoso/hallo", "t0ken", "dev", 404),
            ("fabrikam/hello", "t0ken", "dev", 404),
        ] {
            let failed = fetch(&host, None, &wanted(path, token, branch)).unwrap_err();
            assert!(
                matches!(failed, FetchFailure::Status { code: found, .. } if found == code),
                "{failed:?}"
            );
        }
        let failed = |branch: &str| fetch(&host, None, &wanted("contoso/hello", "t0ken", branch));
        assert_eq!(failed("qa"), Err(FetchFailure::NoReference));
        for (reachability, failure) in [
            (Reachability::Silent, FetchFailure::Silent),
            (Reachability::Down, FetchFailure::Refused { address: "127.0.0.1:1".into() }),
            (Reachability::Untrusted, FetchFailure::Distrusted(Distrust::UnknownAuthority)),
        ] {
            host.set_reachability(ADDRESS, reachability);
            assert_eq!(failed("dev"), Err(failure));
        }
    }

    #[test]
    fn flux_meets_the_faults_that_others_meet() {
        let host = GitHost::new().unwrap();
        host.set_reachability(ADDRESS, Reachability::Up);
        for (effect, failure) in [
            ("{status: {code: 503}}", FetchFailure::Status { code: 503, body: String::new() }),
            ("silence", FetchFailure::Silent),
            ("half", FetchFailure::Cut),
        ] {
            let effect = serde_saphyr::from_str(effect).unwrap();
            assert_eq!(fetch(&host, Some(effect), &wanted("contoso/hello", "", "dev")), Err(failure));
        }
    }
}
