//! One bare repository: commits on branches, and what they hold.

use std::collections::BTreeMap;
use std::path::Path;

use git2::build::TreeUpdateBuilder;
use git2::{
    ErrorCode, FileMode, ObjectType, Oid, Repository, RepositoryInitOptions, Signature, Time, TreeWalkMode,
    TreeWalkResult,
};
use jiff::Timestamp;

/// What a commit changes.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The commit's message.
    pub message: &'a str,
    /// Paths, and what is in them from now on.
    pub files: &'a [(&'a str, &'a str)],
    /// Paths that go.
    pub removed: &'a [&'a str],
    /// When it is made.
    pub at: Timestamp,
}

/// Makes an empty one.
pub(super) fn create(folder: &Path, branch: &str) -> Result<(), git2::Error> {
    let mut options = RepositoryInitOptions::new();
    options.bare(true).no_reinit(true).mkpath(true).external_template(false).initial_head(branch);
    let mut config = Repository::init_opts(folder, &options)?.config()?;
    // What GitHub lets clients do.
    for name in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] {
        config.set_bool(name, true)?;
    }
    Ok(())
}

/// The commit at the end of a branch.
pub(super) fn tip(repository: &Repository, branch: &str) -> Result<Option<Oid>, git2::Error> {
    resolve(repository, &format!("refs/heads/{branch}"))
}

/// The commit that a full reference leads to, or that is given in full.
pub(super) fn resolve(repository: &Repository, reference: &str) -> Result<Option<Oid>, git2::Error> {
    let found = match Oid::from_str(reference) {
        Ok(id) if reference.len() == 40 => repository.find_commit(id),
        _ => repository.find_reference(reference).and_then(|reference| reference.peel_to_commit()),
    };
    match found {
        Ok(commit) => Ok(Some(commit.id())),
        Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether nothing was ever committed. (libgit2's own question is about the default branch.)
pub(super) fn is_empty(repository: &Repository) -> bool {
    repository.references().is_ok_and(|mut references| references.next().is_none())
}

/// Makes a commit upon `last`, which no ref leads to yet.
pub(super) fn commit(
    repository: &Repository,
    last: Option<Oid>,
    change: &Change<'_>,
) -> Result<Oid, git2::Error> {
    let parent = last.map(|id| repository.find_commit(id)).transpose()?;
    let before = match &parent {
        Some(parent) => parent.tree()?,
        None => repository.find_tree(repository.treebuilder(None)?.write()?)?,
    };
    let mut update = TreeUpdateBuilder::new();
    for path in change.removed {
        update.remove(path);
    }
    for (path, content) in change.files {
        update.upsert(path, repository.blob(content.as_bytes())?, FileMode::Blob);
    }
    let tree = repository.find_tree(update.create_updated(repository, &before)?)?;
    let author = Signature::new("Lab", "lab@example.com", &Time::new(change.at.as_second(), 0))?;
    let parents: Vec<_> = parent.iter().collect();
    repository.commit(None, &author, &author, change.message, &tree, &parents)
}

/// The first line of a commit's message.
pub(super) fn subject(repository: &Repository, commit: &str) -> Result<String, git2::Error> {
    let commit = repository.find_commit(Oid::from_str(commit)?)?;
    let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
    Ok(message.lines().next().unwrap_or_default().to_owned())
}

/// Every file of a commit.
pub(super) fn files(repository: &Repository, commit: &str) -> Result<BTreeMap<String, Vec<u8>>, git2::Error> {
    let tree = repository.find_commit(Oid::from_str(commit)?)?.tree()?;
    let mut files = BTreeMap::new();
    let mut failed = None;
    tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
        if entry.kind() == Some(ObjectType::Blob) {
            match repository.find_blob(entry.id()) {
                Ok(blob) => {
                    let path = format!("{folder}{}", String::from_utf8_lossy(entry.name_bytes()));
                    files.insert(path, blob.content().to_vec());
                }
                Err(error) => {
                    failed = Some(error);
                    return TreeWalkResult::Abort;
                }
            }
        }
        TreeWalkResult::Ok
    })
    .or_else(|error| failed.take().map_or(Err(error), Err))?;
    Ok(files)
}
