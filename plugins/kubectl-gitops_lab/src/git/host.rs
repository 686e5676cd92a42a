//! The host: where repositories lie, and who gets to them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use git2::Repository;
use tempfile::TempDir;

use super::access;
use super::endpoint::{Endpoints, Reachability};
use super::error::{FetchError, GitError};
use super::names::{Names, place};
use super::ref_change::RefLog;
use super::repository;
use crate::access::{AccessTokens, Right};
use crate::platform::private_temporary_folder;

/// A git host. All clones of it are the same one; its repositories are gone with the last.
#[derive(Clone, Debug)]
pub struct GitHost(pub(super) Arc<HostState>);

#[derive(Debug)]
pub(super) struct HostState {
    pub(super) folder: TempDir,
    endpoints: Mutex<Endpoints>,
    names: Mutex<Names>,
    tokens: Mutex<AccessTokens>,
    /// Refs move one at a time: whoever moves one holds this.
    pub(super) refs: Mutex<RefLog>,
}

/// A repository that was asked for, and the commit that was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundCommit {
    /// `organisation/repository`
    pub repository: String,
    /// 40 hexadecimal digits.
    pub commit: String,
}

impl GitHost {
    /// A host without repositories, in a temporary folder.
    ///
    /// # Errors
    ///
    /// No folder could be made.
    pub fn new() -> Result<Self, GitError> {
        let folder = private_temporary_folder("gitops-lab-git-")?;
        Ok(Self(Arc::new(HostState {
            folder,
            endpoints: Mutex::default(),
            names: Mutex::default(),
            tokens: Mutex::default(),
            refs: Mutex::default(),
        })))
    }

    /// Makes an empty repository, `organisation/repository`, whose default branch will be `branch`.
    ///
    /// # Errors
    ///
    /// It is there already, or that is no name for one.
    pub fn create(&self, name: &str, branch: &str) -> Result<(), GitError> {
        let folder = place(&self.0.folder, name).ok_or_else(|| GitError::Name(name.to_owned()))?;
        if folder.exists() {
            return Err(GitError::Exists(name.to_owned()));
        }
        repository::create(&folder, branch).map_err(because(name))?;
        locked(&self.0.names).add(name);
        self.tokens().create_repository(name);
        Ok(())
    }

    /// Every repository, `organisation/repository`, spelt as it was when it got that name.
    pub fn names(&self) -> Vec<String> {
        locked(&self.0.names).all()
    }

    /// The name that a repository has today, whatever case or earlier name it is asked for by.
    pub(crate) fn name(&self, name: &str) -> Option<String> {
        locked(&self.0.names).find(name)
    }

    /// Whether a repository can have this name.
    pub(crate) fn is_name(&self, name: &str) -> bool {
        place(&self.0.folder, name).is_some()
    }

    /// Gives a repository another name; it is found by the old one too, until another one gets that.
    pub(crate) fn rename(&self, name: &str, new: &str) -> Result<(), GitError> {
        let from = self.folder(name).ok_or_else(|| GitError::Unknown(name.to_owned()))?;
        let mut names = locked(&self.0.names);
        let folder = place(&self.0.folder, new).ok_or_else(|| GitError::Name(new.to_owned()))?;
        if folder.exists() && folder != from {
            return Err(GitError::Exists(new.to_owned()));
        }
        folder.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::rename(from, folder)?;
        if let Some(old) = names.find(name) {
            self.tokens().rename_repository(&old, new);
        }
        names.rename(name, new);
        Ok(())
    }

    /// Deletes a repository with all that is in it.
    pub(crate) fn delete(&self, name: &str) -> Result<(), GitError> {
        let folder = self.folder(name).ok_or_else(|| GitError::Unknown(name.to_owned()))?;
        if let Some(today) = self.name(name) {
            self.tokens().delete_repository(&today);
        }
        locked(&self.0.names).remove(name);
        Ok(std::fs::remove_dir_all(folder)?)
    }

    /// Lets everybody read a repository, or not any more.
    pub(crate) fn set_public(&self, name: &str, is_public: bool) {
        locked(&self.0.names).set_public(name, is_public);
    }

    /// The commit at the end of a branch, if there is such a branch.
    ///
    /// # Errors
    ///
    /// No such repository.
    pub fn tip(&self, name: &str, branch: &str) -> Result<Option<String>, GitError> {
        let tip = repository::tip(&self.repository(name)?, branch).map_err(because(name))?;
        Ok(tip.map(|id| id.to_string()))
    }

    /// Every file of a commit, by its path.
    ///
    /// # Errors
    ///
    /// No such repository, or no such commit in it.
    pub fn files(&self, name: &str, commit: &str) -> Result<BTreeMap<String, Vec<u8>>, GitError> {
        repository::files(&self.repository(name)?, commit).map_err(because(name))
    }

    /// The first line of a commit's message.
    ///
    /// # Errors
    ///
    /// No such repository, or no such commit in it.
    pub fn subject(&self, name: &str, commit: &str) -> Result<String, GitError> {
        repository::subject(&self.repository(name)?, commit).map_err(because(name))
    }

    /// Makes the host be at `address` (`https://127.0.0.1:8443`), in this condition from now on.
    pub fn set_reachability(&self, address: &str, reachability: Reachability) {
        locked(&self.0.endpoints).set(address, reachability);
    }

    /// The condition of an address.
    pub(crate) fn reachability(&self, address: &str) -> Reachability {
        locked(&self.0.endpoints).at(address).unwrap_or_default()
    }

    /// Finds a commit as a client of the host's would, without a connection. `url` is a repository's, `token` what
    /// is authenticated with, `reference` a full one (`refs/heads/dev`) or a commit.
    ///
    /// # Errors
    ///
    /// What such a client learns.
    pub fn find(&self, url: &str, token: Option<&str>, reference: &str) -> Result<FoundCommit, FetchError> {
        let path = self.path_of_url(url)?;
        let name = path.trim_end_matches('/');
        let name = name.strip_suffix(".git").unwrap_or(name);
        self.admit(token, name, Right::Read)?;
        let repository = self.repository(name).map_err(|_| FetchError::NotFound)?;
        match repository::resolve(&repository, reference) {
            Ok(Some(id)) => {
                let name = self.name(name).unwrap_or_else(|| name.to_owned());
                Ok(FoundCommit { repository: name, commit: id.to_string() })
            }
            _ if repository::is_empty(&repository) => Err(FetchError::Empty),
            _ => Err(FetchError::NoReference),
        }
    }

    /// The path of a URL on this host, if a client of the host gets to it at all.
    pub(crate) fn path_of_url(&self, url: &str) -> Result<String, FetchError> {
        locked(&self.0.endpoints).path_of_url(url)
    }

    /// Lets a caller to a repository; the answer is its folder. Who may not see it is told that there is none.
    pub(crate) fn admit(&self, token: Option<&str>, name: &str, right: Right) -> Result<PathBuf, FetchError> {
        let is_public = self.is_public(name);
        let is_open = right == Right::Read && is_public;
        // A token that is not known is refused wherever it is shown.
        if !is_open || token.is_some_and(|token| !self.knows(token)) {
            let name = self.name(name);
            let name = name.as_deref().unwrap_or_default();
            access::check(&mut self.tokens(), token, (name, is_public), right)?;
        }
        self.folder(name).filter(|folder| folder.is_dir()).ok_or(FetchError::NotFound)
    }

    pub(super) fn tokens(&self) -> MutexGuard<'_, AccessTokens> {
        locked(&self.0.tokens)
    }

    /// Whether everybody may read a repository.
    pub(super) fn is_public(&self, name: &str) -> bool {
        locked(&self.0.names).is_public(name)
    }

    /// A repository, to look into and to write to.
    pub(crate) fn repository(&self, name: &str) -> Result<Repository, GitError> {
        let folder = self.folder(name).filter(|folder| folder.is_dir());
        let folder = folder.ok_or_else(|| GitError::Unknown(name.to_owned()))?;
        Repository::open_bare(folder).map_err(because(name))
    }

    /// Where a repository is, or would be.
    pub(super) fn folder(&self, name: &str) -> Option<PathBuf> {
        locked(&self.0.names).place(&self.0.folder, name)
    }
}

pub(super) fn because(repository: &str) -> impl FnOnce(git2::Error) -> GitError {
    let repository = repository.to_owned();
    move |source| GitError::Git { repository, source }
}

/// What a panic left behind is still the only host there is.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use jiff::Timestamp;

    use super::super::{Change, FetchError, GitError, Reachability, Right};
    use super::GitHost;

    const NAME: &str = "contoso/hello-gitops";
    const ADDRESS: &str = "https://127.0.0.1:1";

    fn change<'a>(files: &'a [(&'a str, &'a str)], removed: &'a [&'a str]) -> Change<'a> {
        Change { message: "change", files, removed, at: Timestamp::UNIX_EPOCH }
    }

    fn host() -> GitHost {
        let host = GitHost::new().unwrap();
        host.create(NAME, "main").unwrap();
        host.set_reachability(ADDRESS, Reachability::Up);
        host.grant("t0ken", "contoso/*", Right::Read);
        host
    }

    #[test]
    fn a_commit_keeps_what_it_does_not_change() {
        let host = host();
        let first = [("dev/app.yaml", "a"), ("dev/deep/er.yaml", "b"), ("readme", "c")];
        let first = host.commit(NAME, "dev", &change(&first, &[])).unwrap();
        let second = change(&[("dev/app.yaml", "2")], &["dev/deep/er.yaml"]);
        let second = host.commit(NAME, "dev", &second).unwrap();
        assert_eq!(host.tip(NAME, "dev").unwrap().as_ref(), Some(&second));
        assert_eq!(host.tip(NAME, "qa").unwrap(), None);
        let files = |commit: &str| -> Vec<String> {
            let files = host.files(NAME, commit).unwrap();
            files.iter().map(|(path, text)| format!("{path}={}", String::from_utf8_lossy(text))).collect()
        };
        assert_eq!(files(&first), ["dev/app.yaml=a", "dev/deep/er.yaml=b", "readme=c"]);
        assert_eq!(files(&second), ["dev/app.yaml=2", "readme=c"]);
    }

    #[test]
    fn a_client_finds_the_branch_or_learns_why_not() {
        let host = host();
        let commit = host.commit(NAME, "dev", &change(&[("a", "a")], &[])).unwrap();
        let find = |path: &str, token: Option<&str>, branch: &str| {
            let reference = format!("refs/heads/{branch}");
            host.find(&format!("{ADDRESS}/{path}"), token, &reference).map(|found| found.commit)
        };
        for path in ["contoso/hello-gitops", "contoso/hello-gitops.git", "contoso/hello-gitops/"] {
            assert_eq!(find(path, Some("t0ken"), "dev").as_ref(), Ok(&commit), "{path}");
        }
        assert_eq!(find(NAME, None, "dev"), Err(FetchError::Unauthorized));
        assert_eq!(find(NAME, Some("other"), "dev"), Err(FetchError::Unauthorized));
        assert_eq!(find(NAME, Some("t0ken"), "qa"), Err(FetchError::NoReference));
        host.create("contoso/new", "main").unwrap();
        assert_eq!(find("contoso/new", Some("t0ken"), "main"), Err(FetchError::Empty));
        assert_eq!(find("contoso/none", Some("t0ken"), "dev"), Err(FetchError::NotFound));
        host.set_reachability(ADDRESS, Reachability::Silent);
        assert_eq!(find(NAME, Some("t0ken"), "dev"), Err(FetchError::Silent));
    }

    #[test]
    fn names_do_not_leave_the_folder_and_the_folder_goes_with_the_host() {
        let host = host();
        for name in ["hello", "../hello", "contoso/..", "contoso/a/b", "contoso/a.git", "con toso/a", "/a"] {
            assert!(matches!(host.create(name, "main"), Err(GitError::Name(_))), "{name}");
        }
        assert!(matches!(host.create(NAME, "main"), Err(GitError::Exists(_))));
        let another = host.clone();
        let folder = host.folder(NAME).unwrap();
        drop(host);
        assert!(folder.exists());
        drop(another);
        assert!(!Path::new(&folder).exists());
    }
}
