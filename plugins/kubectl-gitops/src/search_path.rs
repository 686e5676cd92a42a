//! The folders in which programs are looked for, and the programs in them. Nothing in here runs one.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use gitops_core::cli::Session;
use gitops_core::wire::is_program;

/// Folders in which programs are looked for, the first first.
#[derive(Clone, Debug)]
pub(crate) struct SearchPath {
    folders: Vec<PathBuf>,
}

impl SearchPath {
    /// These folders.
    pub(crate) fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// PATH as a command was given it.
    pub(crate) fn of_session(session: &Session) -> Self {
        Self::of_variable(session.env_vars.get_os("PATH"))
    }

    /// PATH as this process was given it.
    pub(crate) fn of_process() -> Self {
        Self::of_variable(std::env::var_os("PATH").as_deref())
    }

    /// The absolute folders of PATH. Every other one lies in the folder that a person stands in, an empty one is that
    /// folder itself: whoever unpacks an archive there would have its programs run. kubectl runs no plugin from there.
    fn of_variable(path: Option<&OsStr>) -> Self {
        let folders = path.into_iter().flat_map(std::env::split_paths);
        Self::new(folders.filter(|folder| folder.is_absolute()).collect())
    }

    /// These folders, then those of `next`.
    pub(crate) fn then(mut self, next: Self) -> Self {
        self.folders.extend(next.folders);
        self
    }

    /// The folders.
    pub(crate) fn folders(self) -> Vec<PathBuf> {
        self.folders
    }

    /// Whether a folder is one of them, under whatever name.
    pub(crate) fn has(&self, folder: &Path) -> bool {
        let Ok(folder) = folder.canonicalize() else { return false };
        self.folders.iter().any(|listed| listed.canonicalize().is_ok_and(|listed| listed == folder))
    }

    /// The program that a name without suffix means.
    pub(crate) fn find(&self, name: &str) -> Option<PathBuf> {
        self.find_except(name, None)
    }

    /// The first program of that name that is not the file `excluded`, which is given by its real path.
    pub(crate) fn find_except(&self, name: &str, excluded: Option<&Path>) -> Option<PathBuf> {
        let file = format!("{name}{EXE_SUFFIX}");
        let is_excluded = |file: &Path| excluded.is_some() && file.canonicalize().ok().as_deref() == excluded;
        let mut files = self.folders.iter().map(|folder| folder.join(&file));
        files.find(|file| is_program(file) && !is_excluded(file))
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
                if found.iter().all(|(known, _)| known != name) && is_program(&entry.path()) {
                    found.push((name.to_owned(), entry.path()));
                }
            }
        }
        found.sort();
        found
    }
}

#[cfg(all(test, unix))]
pub(crate) mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::{Path, PathBuf};

    use super::SearchPath;

    /// A file of that name and mode.
    pub(crate) fn program(folder: &Path, name: &str, mode: u32) -> PathBuf {
        let file = folder.join(name);
        std::fs::write(&file, "").expect("a file");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).expect("permissions");
        file
    }

    #[test]
    fn only_absolute_folders_of_path_are_searched() {
        let folders = |path: Option<&str>| SearchPath::of_variable(path.map(AsRef::as_ref)).folders();
        assert_eq!(folders(Some(":.:/usr/bin:bin::/bin:")), [Path::new("/usr/bin"), Path::new("/bin")]);
        assert!(folders(Some("")).is_empty() && folders(None).is_empty());
    }

    #[test]
    fn a_file_that_cannot_be_run_hides_nothing() {
        let (first, second) =
            (tempfile::TempDir::new().expect("a folder"), tempfile::TempDir::new().expect("a folder"));
        program(first.path(), "tool", 0o644);
        let tool = program(second.path(), "tool", 0o755);
        let path = SearchPath::new(vec![first.path().to_owned(), second.path().to_owned()]);
        assert_eq!(path.find("tool"), Some(tool.clone()));
        assert_eq!(path.with_prefix("to"), [("tool".to_owned(), tool)]);
    }

    #[test]
    fn the_excluded_file_is_not_found() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let tool = program(folder.path(), "tool", 0o755).canonicalize().expect("a path");
        let path = SearchPath::new(vec![folder.path().to_owned()]);
        assert_eq!(path.find_except("tool", Some(&tool)), None);
        assert_eq!(path.find_except("unheard", None), None);
    }
}
