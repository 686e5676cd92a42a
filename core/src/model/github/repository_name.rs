//! The full name of a repository, and its spellings in git addresses.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::model::git_address::{GitAddress, GitProtocol};

/// `owner/repository`. GitHub compares names without case, and so do `==` and the order.
#[derive(Clone, Debug)]
pub struct RepositoryName {
    owner: String,
    name: String,
}

impl RepositoryName {
    /// A name from its two parts.
    pub fn new(owner: &str, name: &str) -> Result<Self, InvalidRepositoryName> {
        format!("{owner}/{name}").parse()
    }

    /// The organisation or user.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The repository.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// From a git address on `host` (with its port, where it has one): `https://host/O/P.git`, `git@host:O/P`,
    /// `ssh://git@host/O/P/`. The ports of other protocols are their own.
    pub fn from_url(url: &str, host: &str) -> Option<Self> {
        let address = GitAddress::read(url)?;
        let web = GitAddress::read(&format!("https://{host}/repository"))?;
        let is_on_host = address.host == web.host
            && match address.protocol {
                GitProtocol::Web => address.port == web.port,
                GitProtocol::Ssh | GitProtocol::Other => true,
            };
        is_on_host.then(|| address.path.parse().ok()).flatten()
    }
}

impl FromStr for RepositoryName {
    type Err = InvalidRepositoryName;

    fn from_str(text: &str) -> Result<Self, InvalidRepositoryName> {
        let invalid = || InvalidRepositoryName { text: text.to_owned() };
        let (owner, name) = text.split_once('/').ok_or_else(invalid)?;
        let name = name.strip_suffix(".git").unwrap_or(name);
        let is_owner = !owner.is_empty()
            && owner.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if is_owner && is_name && !matches!(name, "" | "." | "..") && name.len() <= 100 {
            Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
        } else {
            Err(invalid())
        }
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

impl PartialEq for RepositoryName {
    fn eq(&self, other: &Self) -> bool {
        self.owner.eq_ignore_ascii_case(&other.owner) && self.name.eq_ignore_ascii_case(&other.name)
    }
}

impl Eq for RepositoryName {}

impl PartialOrd for RepositoryName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RepositoryName {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |name: &Self| (name.owner.to_ascii_lowercase(), name.name.to_ascii_lowercase());
        key(self).cmp(&key(other))
    }
}

/// A text that is not the name of a repository.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a repository's name: owner/repository")]
pub struct InvalidRepositoryName {
    text: String,
}

#[cfg(test)]
mod tests {
    use super::RepositoryName;

    #[test]
    fn git_writes_names_in_many_ways() {
        let expected: RepositoryName = "contoso/hello.world-gitops".parse().expect("valid");
        for url in [
            "https://github.com/contoso/hello.world-gitops",
            "https://github.com/Contoso/Hello.World-gitops.git",
            "https://x-access-token:secret@GitHub.com/contoso/hello.world-gitops/",
            "git@github.com:contoso/hello.world-gitops.git",
            "ssh://git@github.com:22/contoso/hello.world-gitops.git",
        ] {
            assert_eq!(RepositoryName::from_url(url, "github.com").as_ref(), Some(&expected), "{url}");
        }
        for url in [
            "https://example.com/contoso/hello",
            "https://github.com:8443/contoso/hello",
            "https://github.com/contoso",
            "https://example.com/github.com/contoso/hello",
            "contoso/hello",
            "",
        ] {
            assert_eq!(RepositoryName::from_url(url, "github.com"), None, "{url}");
        }
        for url in [
            "https://127.0.0.1:8443/contoso/hello.world-gitops.git",
            "ssh://git@127.0.0.1/contoso/hello.world-gitops",
        ] {
            assert_eq!(RepositoryName::from_url(url, "127.0.0.1:8443").as_ref(), Some(&expected), "{url}");
        }
    }

    #[test]
    fn invalid_names_are_refused() {
        for text in ["hello", "a/b/c", "/b", "a/", "a/..", "a b/c", "a/b?x", "a/b#c", "a/é"] {
            assert!(text.parse::<RepositoryName>().is_err(), "{text}");
        }
    }
}
