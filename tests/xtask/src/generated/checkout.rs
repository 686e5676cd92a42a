//! A checkout's files beside those that are generated.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use super::completions::is_program;
use super::files::{FOLDERS, Files};

/// What is not as it is generated, by its path in the checkout.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// Not there.
    Missing(PathBuf),
    /// Of another command line or version.
    Outdated(PathBuf),
    /// A program that cannot be run.
    NotExecutable(PathBuf),
    /// Not generated any more.
    LeftOver(PathBuf),
}

impl Difference {
    /// The file.
    pub fn path(&self) -> &Path {
        match self {
            Difference::Missing(path)
            | Difference::Outdated(path)
            | Difference::NotExecutable(path)
            | Difference::LeftOver(path) => path,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Missing(path) => write!(f, "{} is missing", path.display()),
            Difference::Outdated(path) => write!(f, "{} is not as it is generated", path.display()),
            Difference::NotExecutable(path) => write!(f, "{} is not executable", path.display()),
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
            Ok(bytes) if bytes == text.as_bytes() => {
                if is_program(path) && !is_executable(&checkout.join(path))? {
                    differences.insert(Difference::NotExecutable(path.clone()));
                }
            }
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
pub(super) fn put_right(checkout: &Path, files: &Files, difference: &Difference) -> std::io::Result<()> {
    match difference {
        Difference::Missing(path) | Difference::Outdated(path) | Difference::NotExecutable(path) => {
            write(&checkout.join(path), files.get(path).map_or("", String::as_str), is_program(path))
        }
        Difference::LeftOver(path) => std::fs::remove_file(checkout.join(path)),
    }
}

/// Writes beside the file and then takes its place, so that nobody meets half of it.
fn write(path: &Path, text: &str, is_program: bool) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(".new");
    let partial = PathBuf::from(partial);
    std::fs::write(&partial, text)?;
    if is_program {
        make_executable(&partial)?;
    }
    std::fs::rename(&partial, path)
}

#[cfg(unix)]
fn is_executable(path: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(path.metadata()?.permissions().mode() & 0o111 == 0o111)
}

#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o755))
}

/// A file's name says there whether it is a program.
#[cfg(not(unix))]
fn is_executable(_: &Path) -> std::io::Result<bool> {
    Ok(true)
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}
