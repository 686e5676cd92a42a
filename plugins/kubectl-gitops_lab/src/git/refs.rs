//! The one place where refs move: only from where they were seen, and several all together or not at all.
//!
//! Not `git receive-pack` and not `git update-ref`: a process that is killed leaves the lock of a ref behind, and
//! while it runs nobody else gets to the ref. Here a move is a call that ends, one at a time on a host.

use git2::{ErrorCode, Oid, Repository};

use super::error::RefError;
use super::ref_change::RefChange;

/// Where a ref is, if there is one of this name.
pub(super) fn target(repository: &Repository, reference: &str) -> Result<Option<Oid>, git2::Error> {
    match repository.find_reference(reference) {
        Ok(found) => Ok(found.target()),
        Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Moves refs.
pub(super) fn move_all(repository: &Repository, changes: &[RefChange]) -> Result<(), RefError> {
    for change in changes {
        check(repository, change)?;
    }
    for change in changes {
        match (change.old, change.new) {
            (_, Some(new)) => drop(repository.reference(&change.reference, new, true, "moved")?),
            (Some(_), None) => repository.find_reference(&change.reference)?.delete()?,
            (None, None) => {}
        }
    }
    Ok(())
}

/// Makes a branch the default one. It need not be there.
pub(super) fn set_default_branch(repository: &Repository, branch: &str) -> Result<(), git2::Error> {
    repository.set_head(&format!("refs/heads/{branch}"))
}

/// Whether a ref is where it was seen, and may be where it is to be.
fn check(repository: &Repository, change: &RefChange) -> Result<(), RefError> {
    let reference = &change.reference;
    if !reference.starts_with("refs/") || !git2::Reference::is_valid_name(reference) {
        return Err(RefError::Name(reference.clone()));
    }
    let at = target(repository, reference)?;
    if at != change.old {
        let reference = reference.clone();
        return Err(match (at, change.old) {
            (Some(_), None) => RefError::Exists(reference),
            (None, _) => RefError::Absent(reference),
            (Some(at), Some(expected)) => RefError::Moved { reference, at, expected },
        });
    }
    if change.old.is_none() {
        free(repository, reference)?;
    }
    Ok(())
}

/// Whether there is room for a new ref: none above it (`a` of `a/b`), and none below.
fn free(repository: &Repository, reference: &str) -> Result<(), RefError> {
    let taken = |by: String| RefError::Taken { reference: reference.to_owned(), by };
    for (end, _) in reference.match_indices('/').skip(2) {
        if let Some(above) = reference.get(..end)
            && target(repository, above)?.is_some()
        {
            return Err(taken(above.to_owned()));
        }
    }
    let mut below = repository.references_glob(&format!("{reference}/*"))?;
    match below.names().next() {
        Some(name) => Err(taken(name?.to_owned())),
        None => Ok(()),
    }
}
