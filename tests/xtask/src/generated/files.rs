//! From the tree of all commands to the files that are made of it. Nothing is read or written here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::completions;
use crate::krew_manifest::{MANIFEST, krew_manifest_of_source};
use crate::man_page::man_page;
use crate::manual::{Manual, ManualError};
use crate::reference::reference;

/// Texts by their path in the checkout.
pub type Files = BTreeMap<PathBuf, String>;

/// Folders that hold generated files alone: whatever else lies there is left over from an older tree.
pub(super) const FOLDERS: [&str; 2] = ["docs/man", completions::FOLDER];

/// Every file that is made of `tree`.
///
/// # Errors
/// The help of a command cannot be documented.
pub fn generated(tree: &clap::Command) -> Result<Files, ManualError> {
    let manual = Manual::read(tree)?;
    let pages = manual.commands.iter().map(|command| {
        let path = Path::new("docs/man").join(format!("{}.1", command.name));
        (path, man_page(&manual, command))
    });
    let mut files: Files = pages.collect();
    files.extend(completions::completions(tree));
    files.insert("docs/reference.md".into(), reference(&manual));
    files.insert(MANIFEST.into(), krew_manifest_of_source());
    Ok(files)
}
