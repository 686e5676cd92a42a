//! What moves refs of a host's repositories, and what is known of those that moved.

use std::path::{Path, PathBuf};

use git2::Oid;
use jiff::Timestamp;
use tempfile::TempDir;

use super::error::{GitError, RefError};
use super::host::{GitHost, because, locked};
use super::ref_change::{RefChange, RefChanged, Via};
use super::repository::{self, Change};
use super::{incoming, refs};

/// Who makes the lab's own commits.
const LAB: &str = "lab";

impl GitHost {
    /// Commits onto a branch, past all rules; the answer is the commit. A branch that is not there begins with it.
    ///
    /// # Errors
    ///
    /// No such repository, a path that cannot be, or somebody else was quicker.
    pub fn commit(&self, name: &str, branch: &str, change: &Change<'_>) -> Result<String, GitError> {
        let repository = self.repository(name)?;
        let old = repository::tip(&repository, branch).map_err(because(name))?;
        let commit = repository::commit(&repository, old, change).map_err(because(name))?;
        let moved = RefChange {
            repository: name.to_owned(),
            reference: format!("refs/heads/{branch}"),
            old,
            new: Some(commit),
            actor: LAB.to_owned(),
            via: Via::Lab,
        };
        self.move_refs(name, &[moved], change.at)?;
        Ok(commit.to_string())
    }

    /// Moves a branch past all rules, to a commit that there is or away: as somebody with a shell on the host.
    ///
    /// # Errors
    ///
    /// No such repository or commit.
    pub fn set_branch(
        &self,
        name: &str,
        branch: &str,
        commit: Option<&str>,
        at: Timestamp,
    ) -> Result<(), GitError> {
        let repository = self.repository(name)?;
        let change = RefChange {
            repository: name.to_owned(),
            reference: format!("refs/heads/{branch}"),
            old: repository::tip(&repository, branch).map_err(because(name))?,
            new: commit.map(Oid::from_str).transpose().map_err(because(name))?,
            actor: LAB.to_owned(),
            via: Via::Lab,
        };
        self.move_refs(name, &[change], at)
    }

    /// The commit that is so many before the end of a branch, along first parents.
    pub fn ancestor(&self, name: &str, branch: &str, before: usize) -> Option<String> {
        let repository = self.repository(name).ok()?;
        let mut commit = repository.find_commit(repository::tip(&repository, branch).ok()??).ok()?;
        for _ in 0..before {
            commit = commit.parent(0).ok()?;
        }
        Some(commit.id().to_string())
    }

    /// Moves refs of one repository, all or none, and tells of it. Nothing is asked here but where they are.
    pub(crate) fn move_refs(&self, name: &str, changes: &[RefChange], at: Timestamp) -> Result<(), GitError> {
        let mut log = locked(&self.0.refs);
        let repository = self.repository(name)?;
        let known = self.name(name).unwrap_or_else(|| name.to_owned());
        refs::move_all(&repository, changes)
            .map_err(|source| GitError::Ref { repository: known.clone(), source })?;
        for change in changes {
            log.add(RefChange { repository: known.clone(), ..change.clone() }, at);
        }
        Ok(())
    }

    /// Makes a branch the default one.
    pub(crate) fn set_default_branch(&self, name: &str, branch: &str) -> Result<(), GitError> {
        let _one_at_a_time = locked(&self.0.refs);
        refs::set_default_branch(&self.repository(name)?, branch).map_err(because(name))
    }

    /// The refs that moved last, in their order; those of long ago are forgotten.
    pub fn ref_changes(&self) -> Vec<RefChanged> {
        locked(&self.0.refs).all()
    }

    /// How many refs have moved so far.
    pub(crate) fn ref_change_count(&self) -> u64 {
        locked(&self.0.refs).count()
    }

    /// The refs that moved after the one of this number; nothing, when some of them are forgotten.
    pub(crate) fn ref_changes_after(&self, number: u64) -> Option<Vec<RefChanged>> {
        locked(&self.0.refs).after(number)
    }

    /// A folder for objects of which nobody knows yet whether they are wanted.
    pub(crate) fn quarantine(&self) -> Result<TempDir, std::io::Error> {
        incoming::quarantine(self.0.folder.path())
    }

    /// Where the objects of a repository are.
    pub(crate) fn objects(&self, name: &str) -> Result<PathBuf, GitError> {
        let folder = self.folder(name).filter(|folder| folder.is_dir());
        Ok(folder.ok_or_else(|| GitError::Unknown(name.to_owned()))?.join("objects"))
    }

    /// Gives a repository the objects of a quarantine.
    pub(crate) fn adopt(&self, name: &str, quarantine: &Path) -> Result<(), GitError> {
        Ok(incoming::adopt(&self.objects(name)?, quarantine)?)
    }
}

impl GitError {
    /// Why a ref did not move, if that is what went wrong.
    pub(crate) fn of_ref(&self) -> Option<&RefError> {
        match self {
            Self::Ref { source, .. } => Some(source),
            _ => None,
        }
    }
}
