//! A checkout's files beside those that are generated.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use super::files::{FOLDERS, Files};

/// What is not as it is generated, by its path in the checkout.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// Not there.
    Missing(PathBuf),
    /// Of another command line.
    Outdated(PathBuf),
    /// Not generated any more.
    LeftOver(PathBuf),
}

impl Difference {
    /// The file.
    pub fn path(&self) -> &Path {
        match self {
            Difference::Missing(path) | Difference::Outdated(path) | Difference::LeftOver(path) => path,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Missing(path) => write!(f, "{} is missing", path.display()),
            Difference::Outdated(path) => write!(f, "{} is older than the command line", path.display()),
            Difference::LeftOver(path) => write!(f, "{} is not generated any more", path.display()),
        }
    }
}

/// What in `checkout` is not as `files` are.
///
/// # Errors
/// A file or folder cannot be read.
pub fn differences(checkout: &Path, files: &Files) -> std::io::Result<Vec<Difference>> {
    let mut differences = BTreeSet::new();
    for (path, text) in files {
        match std::fs::read(checkout.join(path)) {
            Ok(bytes) if bytes == text.as_bytes() => {}
            Ok(_) => {
                differences.insert(Difference::Outdated(path.clone()));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                differences.insert(Difference::Missing(path.clone()));
            }
            Err(error) => return Err(error),
        }
    }
    for folder in FOLDERS.iter().map(Path::new) {
        let Ok(entries) = std::fs::read_dir(checkout.join(folder)) else { continue };
        for entry in entries {
            let path = folder.join(entry?.file_name());
            if !files.contains_key(&path) {
                differences.insert(Difference::LeftOver(path));
            }
        }
    }
    Ok(differences.into_iter().collect())
}

/// Puts a checkout right.
///
/// # Errors
/// A file cannot be written or removed; those before it are.
pub(super) fn mend(checkout: &Path, files: &Files, difference: &Difference) -> std::io::Result<()> {
    match difference {
        Difference::Missing(path) | Difference::Outdated(path) => {
            write(&checkout.join(path), files.get(path).map_or("", String::as_str))
        }
        Difference::LeftOver(path) => std::fs::remove_file(checkout.join(path)),
    }
}

/// Writes beside the file and then takes its place, so that nobody meets half of it.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(".new");
    std::fs::write(&partial, text)?;
    std::fs::rename(&partial, path)
}
