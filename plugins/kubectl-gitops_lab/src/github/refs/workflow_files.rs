//! Workflow files that a move of a branch would bring: who lacks the right to write them may carry them from one
//! branch to another, and no more.

use std::collections::HashSet;
use std::path::Path;

use git2::{BranchType, Commit, Oid, Repository};

/// Where workflows are.
pub(in crate::github) const FOLDER: &str = ".github/workflows";

/// The first workflow file of a commit that no branch has with the same path and content.
pub(super) fn first_new(git: &Repository, commit: Oid) -> Result<Option<String>, git2::Error> {
    let files = files(git, &git.find_commit(commit)?)?;
    if files.is_empty() {
        return Ok(None);
    }
    let mut known = HashSet::new();
    for branch in git.branches(Some(BranchType::Local))? {
        known.extend(self::files(git, &branch?.0.get().peel_to_commit()?)?);
    }
    Ok(files.into_iter().find(|file| !known.contains(file)).map(|(path, _)| path))
}

/// The workflow files of a commit, with what is in them.
fn files(git: &Repository, commit: &Commit<'_>) -> Result<Vec<(String, Oid)>, git2::Error> {
    let tree = commit.tree()?;
    let Ok(entry) = tree.get_path(Path::new(FOLDER)) else { return Ok(Vec::new()) };
    let Ok(folder) = git.find_tree(entry.id()) else { return Ok(Vec::new()) };
    let path = |name: &[u8]| format!("{FOLDER}/{}", String::from_utf8_lossy(name));
    Ok(folder.iter().map(|file| (path(file.name_bytes()), file.id())).collect())
}
