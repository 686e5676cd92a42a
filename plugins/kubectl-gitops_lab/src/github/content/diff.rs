//! What differs between two trees, file by file.

use git2::{Delta, Diff, DiffFindOptions, Oid, Patch, Repository, Tree};
use serde_json::{Value, json};

use super::commit_json::text;
use crate::github::api::call::Call;

/// One file that differs.
#[derive(Clone, Debug)]
pub(in crate::github) struct FileChange {
    pub(in crate::github) path: String,
    /// Its name before.
    previous: Option<String>,
    status: &'static str,
    /// Its content now, or what it was.
    blob: Oid,
    pub(in crate::github) additions: usize,
    pub(in crate::github) deletions: usize,
    patch: Option<String>,
}

/// All files that differ, by path.
pub(in crate::github) fn changes(
    git: &Repository,
    before: Option<&Tree<'_>>,
    after: Option<&Tree<'_>>,
) -> Result<Vec<FileChange>, git2::Error> {
    let mut diff = git.diff_tree_to_tree(before, after, None)?;
    diff.find_similar(Some(DiffFindOptions::new().renames(true)))?;
    (0..diff.deltas().len()).filter_map(|index| change(&diff, index).transpose()).collect()
}

fn change(diff: &Diff<'_>, index: usize) -> Result<Option<FileChange>, git2::Error> {
    let Some(delta) = diff.get_delta(index) else { return Ok(None) };
    let status = match delta.status() {
        Delta::Added | Delta::Copied => "added",
        Delta::Deleted => "removed",
        Delta::Renamed => "renamed",
        Delta::Typechange => "changed",
        _ => "modified",
    };
    let path = |file: git2::DiffFile<'_>| text(file.path_bytes().unwrap_or_default());
    let (old, new) = (path(delta.old_file()), path(delta.new_file()));
    let file = if status == "removed" { delta.old_file() } else { delta.new_file() };
    let (blob, is_renamed) = (file.id(), status == "renamed");
    // A binary file has no patch.
    let patch = Patch::from_diff(diff, index)?;
    let (additions, deletions, lines) = match patch {
        Some(mut patch) => {
            let (_, additions, deletions) = patch.line_stats()?;
            let whole = text(&patch.to_buf()?);
            let hunks = whole.find("\n@@ ").map(|at| whole[at + 1..].trim_end_matches('\n').to_owned());
            (additions, deletions, hunks)
        }
        None => (0, 0, None),
    };
    Ok(Some(FileChange {
        path: if status == "removed" { old.clone() } else { new },
        previous: is_renamed.then_some(old),
        status,
        blob,
        additions,
        deletions,
        patch: lines,
    }))
}

impl Call<'_> {
    /// A file that differs, as GitHub shows it; `at` is the commit after the change.
    pub(in crate::github) fn change(&self, change: &FileChange, at: Oid) -> Value {
        let path = &change.path;
        let mut shown = json!({
            "sha": change.blob.to_string(),
            "filename": path,
            "status": change.status,
            "additions": change.additions,
            "deletions": change.deletions,
            "changes": change.additions + change.deletions,
            "blob_url": self.page(&format!("/blob/{at}/{path}")),
            "raw_url": self.page(&format!("/raw/{at}/{path}")),
            "contents_url": self.url(&format!("/contents/{path}?ref={at}")),
        });
        if let Some(patch) = &change.patch {
            shown["patch"] = json!(patch);
        }
        if let Some(previous) = &change.previous {
            shown["previous_filename"] = json!(previous);
        }
        shown
    }
}
