//! What a command in the lab finds around it: a kubeconfig, and the suite's plugins on its PATH. A folder that
//! goes when the command has ended.

use std::env::consts::EXE_SUFFIX;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gitops_core::cli::{FRONT_VARIABLE, Session};
use tempfile::TempDir;

use crate::platform::{create_private_file, is_program, link_program, private_temporary_folder};

/// The front's name, with which those of all programs of the suite begin.
const FRONT: &str = "kubectl-gitops";

/// What those of plugins begin with.
const PLUGIN: &str = "kubectl-gitops_";

/// A temporary folder with what a command needs.
#[derive(Debug)]
pub(super) struct Surroundings {
    folder: TempDir,
    path: OsString,
}

impl Surroundings {
    /// Makes the folder, with the suite that `session` belongs to.
    pub(super) fn of_session(kubeconfig: &str, session: &Session) -> io::Result<Self> {
        let path = session.env_vars.get_os("PATH");
        Self::make(kubeconfig, &suite(&session.program, session.env_vars.get_os(FRONT_VARIABLE)), path)
    }

    /// Makes the folder. `program` is the suite's, `path` the PATH that there was.
    fn make(kubeconfig: &str, program: &Path, path: Option<&OsStr>) -> io::Result<Self> {
        let folder = private_temporary_folder("gitops-lab-")?;
        create_private_file(&folder.path().join("kubeconfig"))?.write_all(kubeconfig.as_bytes())?;
        let programs = folder.path().join("bin");
        std::fs::create_dir(&programs)?;
        link_suite(program, &programs)?;
        let before = path.map(|path| std::env::split_paths(path).collect::<Vec<_>>()).unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(programs).chain(before)).map_err(io::Error::other)?;
        Ok(Self { folder, path })
    }

    /// Adds a file that only its owner may read.
    pub(super) fn add_file(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.folder.path().join(name);
        create_private_file(&path)?.write_all(text.as_bytes())?;
        Ok(path)
    }

    /// The kubeconfig's file.
    pub(super) fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    /// A folder for gh's configuration, which has none.
    pub(super) fn gh_folder(&self) -> PathBuf {
        self.folder.path().join("gh")
    }

    /// The command's PATH.
    pub(super) fn path(&self) -> &OsStr {
        &self.path
    }

    /// The program that `name` means to the command.
    pub(super) fn find(&self, name: &OsStr) -> Option<PathBuf> {
        let named = Path::new(name);
        if named.components().count() > 1 {
            return named.exists().then(|| named.to_owned());
        }
        // `kubectl` and, on Windows, `kubectl.exe` that it is short for.
        let candidates = std::env::split_paths(&self.path).flat_map(|folder| {
            let file = folder.join(named);
            let mut with_suffix = file.clone().into_os_string();
            with_suffix.push(EXE_SUFFIX);
            [file, PathBuf::from(with_suffix)]
        });
        candidates.into_iter().find(|candidate| is_program(candidate))
    }
}

/// The suite's program: the front that started the lab, else the one beside it, else the lab by itself.
fn suite(lab: &Path, front: Option<&OsStr>) -> PathBuf {
    let beside = || Some(lab.with_file_name(format!("{FRONT}{EXE_SUFFIX}"))).filter(|file| is_program(file));
    front.map(PathBuf::from).or_else(beside).unwrap_or_else(|| lab.to_owned())
}

/// Makes the suite's programs known in a folder. The front is all of them and links them itself; a plugin that was built
/// as a program of its own is only itself, and others may lie beside it.
fn link_suite(program: &Path, folder: &Path) -> io::Result<()> {
    let own = program.file_name().unwrap_or_default();
    if own.to_string_lossy().starts_with(PLUGIN) {
        let beside = program.parent().and_then(|folder| std::fs::read_dir(folder).ok());
        let files = beside.into_iter().flatten().flatten().map(|entry| (entry.file_name(), entry.path()));
        let is_of_suite = |name: &OsStr| name.to_string_lossy().starts_with(FRONT);
        let mut programs = files.filter(|(name, file)| is_of_suite(name) && is_program(file));
        return programs.try_for_each(|(name, file)| link_program(&file, &folder.join(name)));
    }
    let front = folder.join(format!("{FRONT}{EXE_SUFFIX}"));
    link_program(program, &front)?;
    // A front that does not answer is one of another version: it is itself at least.
    let _ = Command::new(front).args(["link", "--dir"]).arg(folder).stdin(Stdio::null()).output();
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::{Surroundings, link_suite};

    /// A program that does what a line of shell says.
    fn program(path: &Path, line: &str) {
        std::fs::write(path, format!("#!/bin/sh\n{line}\n")).unwrap();
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
    }

    /// The names of what is linked in a folder.
    fn linked(program: &Path) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        link_suite(program, folder.path()).unwrap();
        let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_front_links_its_programs() {
        let folder = tempfile::tempdir().unwrap();
        let front = folder.path().join("front");
        program(&front, "test \"$1 $2\" = 'link --dir' && touch \"$3/kubectl-gitops_a\"");
        assert_eq!(linked(&front), ["kubectl-gitops", "kubectl-gitops_a"]);
        program(&front, "exit 2");
        assert_eq!(linked(&front), ["kubectl-gitops"]);
    }

    #[test]
    fn a_plugin_is_itself_and_those_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["kubectl-gitops_a", "kubectl-gitops_b", "kubectl"] {
            program(&folder.path().join(name), "");
        }
        std::fs::write(folder.path().join("kubectl-gitops_a.d"), "").unwrap();
        assert_eq!(linked(&folder.path().join("kubectl-gitops_a")), ["kubectl-gitops_a", "kubectl-gitops_b"]);
    }

    #[test]
    fn the_folder_is_private_and_goes_with_its_owner() {
        let surroundings =
            Surroundings::make("{}", Path::new("/bin/true"), Some(OsStr::new("/bin"))).unwrap();
        let kubeconfig = surroundings.kubeconfig();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&kubeconfig), mode(kubeconfig.parent().unwrap())), (0o600, 0o700));
        drop(surroundings);
        assert!(!kubeconfig.exists());
    }

    #[test]
    fn a_command_is_looked_for_among_the_plugins_first() {
        let surroundings =
            Surroundings::make("{}", Path::new("/bin/true"), Some(OsStr::new("/bin"))).unwrap();
        let found = |name: &str| surroundings.find(OsStr::new(name));
        let front = found("kubectl-gitops").expect("the front is there");
        assert!(front.starts_with(surroundings.kubeconfig().parent().unwrap()));
        assert_eq!(found("sh").as_deref(), Some(Path::new("/bin/sh")));
        assert_eq!(found("/bin/sh").as_deref(), Some(Path::new("/bin/sh")));
        assert_eq!(found("no-such-program"), None);
        assert_eq!(found("/no/such/program"), None);
    }
}
