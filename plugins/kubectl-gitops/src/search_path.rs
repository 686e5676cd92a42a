//! The folders of PATH, and the programs in them. Nothing in here runs one.

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};

use gitops_core::cli::Session;

use crate::program::is_program;

/// Folders in which programs are looked for, the first first.
pub(crate) struct SearchPath {
    folders: Vec<PathBuf>,
}

impl SearchPath {
    /// These folders.
    pub(crate) fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// PATH as a command was given it. An empty folder in it is the one that a person stands in, where kubectl looks for
    /// no plugin.
    pub(crate) fn of_session(session: &Session) -> Self {
        let path = session.env_vars.get_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(path).filter(|folder| !folder.as_os_str().is_empty());
        Self::new(folders.collect())
    }

    /// The folders.
    pub(crate) fn folders(self) -> Vec<PathBuf> {
        self.folders
    }

    /// Whether a folder is one of them, under whatever name.
    pub(crate) fn has(&self, folder: &Path) -> bool {
        let Ok(folder) = folder.canonicalize() else { return false };
        self.folders.iter().any(|one| one.canonicalize().is_ok_and(|one| one == folder))
    }

    /// The program that a name without suffix means.
    pub(crate) fn find(&self, name: &str) -> Option<PathBuf> {
        let file = format!("{name}{EXE_SUFFIX}");
        self.folders.iter().map(|folder| folder.join(&file)).find(|file| is_program(file))
    }

    /// The names, without suffix, of the programs whose names begin with `prefix`, and where the first of each name
    /// is.
    pub(crate) fn with_prefix(&self, prefix: &str) -> Vec<(String, PathBuf)> {
        let mut found: Vec<(String, PathBuf)> = Vec::new();
        for folder in &self.folders {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let file = entry.file_name();
                let name = file.to_str().map(|file| file.strip_suffix(EXE_SUFFIX).unwrap_or(file));
                let Some(name) = name.filter(|name| name.starts_with(prefix)) else { continue };
                if found.iter().all(|(other, _)| other != name) && is_program(&entry.path()) {
                    found.push((name.to_owned(), entry.path()));
                }
            }
        }
        found.sort();
        found
    }
}
