//! What cargo has built of other people's packages, for a second checkout of this one.
//!
//! One folder for both checkouts was rejected: to cargo, packages at the same path below a workspace are the same ones,
//! and what a build script wrote in one checkout is then taken for the other's.

use std::fs;
use std::path::Path;

use crate::error::XtaskError;

/// Where cargo keeps libraries, what build scripts wrote, and how fresh either is.
const FOLDERS: [&str; 3] = ["debug/deps", "debug/build", "debug/.fingerprint"];

/// How the packages of this workspace begin, as crates.
const OWN: [&str; 3] = ["gitops", "kubectl_gitops", "xtask"];

/// Links what is in `built` and not of this workspace into `target`, where cargo then finds it built.
///
/// # Errors
/// A folder cannot be read or made, or a file cannot be linked.
pub(crate) fn share_dependencies(built: &Path, target: &Path) -> Result<(), XtaskError> {
    FOLDERS.iter().try_for_each(|folder| share(&built.join(folder), &target.join(folder)))
}

fn share(from: &Path, to: &Path) -> Result<(), XtaskError> {
    fs::create_dir_all(to).map_err(|source| XtaskError::unwritable(to, source))?;
    let entries = fs::read_dir(from).map_err(|source| XtaskError::unreadable(from, source))?;
    for entry in entries {
        let entry = entry.map_err(|source| XtaskError::unreadable(from, source))?;
        let name = entry.file_name();
        let (path, link) = (entry.path(), to.join(&name));
        if is_own(&name.to_string_lossy()) {
            continue;
        }
        if path.is_dir() {
            share(&path, &link)?;
        } else if !link.exists() {
            fs::hard_link(&path, &link).map_err(|source| XtaskError::unwritable(&link, source))?;
        }
    }
    Ok(())
}

fn is_own(name: &str) -> bool {
    let name = name.replace('-', "_");
    let name = name.strip_prefix("lib").unwrap_or(&name);
    OWN.iter().any(|own| name.starts_with(own))
}
