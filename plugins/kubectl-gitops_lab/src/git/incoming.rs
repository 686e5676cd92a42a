//! Objects that come with a push: kept apart until somebody wants them, and whether nothing of them is missing.

use std::collections::HashSet;
use std::io;
use std::path::Path;

use git2::{ObjectType, Oid, Repository, Tree};
use tempfile::TempDir;

/// A folder for objects. It is beside the repositories, so that they can be moved, and no name leads there.
pub(super) fn quarantine(folder: &Path) -> io::Result<TempDir> {
    let quarantine = tempfile::Builder::new().prefix(".incoming-").tempdir_in(folder)?;
    std::fs::create_dir(quarantine.path().join("pack"))?;
    Ok(quarantine)
}

/// Moves the packs of a quarantine to the objects of a repository. What makes a pack known goes last.
pub(super) fn adopt(objects: &Path, quarantine: &Path) -> io::Result<()> {
    let packs = objects.join("pack");
    std::fs::create_dir_all(&packs)?;
    let mut files = std::fs::read_dir(quarantine.join("pack"))?.collect::<io::Result<Vec<_>>>()?;
    files.sort_by_key(|file| file.path().extension().is_some_and(|extension| extension == "idx"));
    for file in files {
        std::fs::rename(file.path(), packs.join(file.file_name()))?;
    }
    Ok(())
}

/// Whether all is there that an object leads to, as far as no ref has led to it before.
pub(crate) fn is_connected(git: &Repository, tip: Oid) -> bool {
    connected(git, tip).unwrap_or_default()
}

fn connected(git: &Repository, tip: Oid) -> Result<bool, git2::Error> {
    let object = git.find_object(tip, None)?;
    let Ok(commit) = object.peel_to_commit() else { return Ok(true) };
    let mut walk = git.revwalk()?;
    walk.push(commit.id())?;
    for reference in git.references()? {
        if let Ok(known) = reference?.peel_to_commit() {
            walk.hide(known.id())?;
        }
    }
    let mut seen = HashSet::new();
    for id in walk {
        if !is_whole(git, &git.find_commit(id?)?.tree()?, &mut seen)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_whole(git: &Repository, tree: &Tree<'_>, seen: &mut HashSet<Oid>) -> Result<bool, git2::Error> {
    if !seen.insert(tree.id()) {
        return Ok(true);
    }
    let odb = git.odb()?;
    for entry in tree {
        let is_there = match entry.kind() {
            Some(ObjectType::Tree) => is_whole(git, &git.find_tree(entry.id())?, seen)?,
            Some(ObjectType::Blob) => odb.exists(entry.id()),
            // A commit of another repository.
            _ => true,
        };
        if !is_there {
            return Ok(false);
        }
    }
    Ok(true)
}
