//! What is meant by the name of a commit.

use git2::{ErrorCode, Oid, Repository};

/// The commit that a branch, a tag, a ref or the beginning of a commit's name means. Nothing is the default branch.
pub(in crate::github) fn commit_at(git: &Repository, revision: &str) -> Option<Oid> {
    let refs = match revision {
        "" | "HEAD" => vec!["HEAD".to_owned()],
        _ => ["refs/heads/", "refs/tags/", "refs/", ""]
            .iter()
            .map(|kind| format!("{kind}{revision}"))
            .collect(),
    };
    let of_ref = refs.iter().find_map(|name| git.find_reference(name).ok()?.peel_to_commit().ok());
    let is_name = (4..=40).contains(&revision.len()) && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    let found = of_ref.or_else(|| git.find_commit_by_prefix(revision).ok().filter(|_| is_name));
    found.map(|commit| commit.id())
}

/// The end of a branch.
pub(in crate::github) fn branch_tip(git: &Repository, branch: &str) -> Result<Option<Oid>, git2::Error> {
    match git.find_reference(&format!("refs/heads/{branch}")) {
        Ok(reference) => Ok(Some(reference.peel_to_commit()?.id())),
        Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(None),
        Err(error) => Err(error),
    }
}
