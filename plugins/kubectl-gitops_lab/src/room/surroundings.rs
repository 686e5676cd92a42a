//! What a command in the lab finds around it: a kubeconfig, and the suite's plugins on its PATH. A folder that
//! goes when the command has ended.

use std::env::consts::EXE_SUFFIX;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use gitops_core::cli::Session;
use tempfile::TempDir;

use crate::platform::{create_private_file, is_program, link_program, private_temporary_folder};

/// The front's name, with which those of all programs of the suite begin.
const FRONT: &str = "kubectl-gitops";

/// Where the front that started the lab says which program it is.
pub(super) const FRONT_VARIABLE: &str = "GITOPS_FRONT";

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
        for (name, target) in programs_of_suite(program) {
            link_program(&target, &programs.join(name))?;
        }
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

/// The names of the suite's programs and what each is a link to. The front is all of them, and says which those
/// are; a plugin that was built as a program of its own is only itself, and others may lie beside it.
fn programs_of_suite(program: &Path) -> Vec<(OsString, PathBuf)> {
    let own = program.file_name().unwrap_or_default();
    if own.to_string_lossy().starts_with("kubectl-gitops_") {
        let beside = program.parent().and_then(|folder| std::fs::read_dir(folder).ok());
        let files = beside.into_iter().flatten().flatten().map(|entry| (entry.file_name(), entry.path()));
        return files
            .filter(|(name, file)| name.to_string_lossy().starts_with(FRONT) && is_program(file))
            .collect();
    }
    // A front that does not answer is one of another version: it is itself at least.
    let listed = Command::new(program).arg("--list").output().map(|output| output.stdout).unwrap_or_default();
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let names = listed.lines().filter(|name| name.starts_with(FRONT));
    let names = std::iter::once(FRONT).chain(names);
    names.map(|name| (format!("{name}{EXE_SUFFIX}").into(), program.to_owned())).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::{OsStr, OsString};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::{Surroundings, programs_of_suite};

    /// A program that does what a line of shell says.
    fn program(path: &Path, line: &str) {
        std::fs::write(path, format!("#!/bin/sh\n{line}\n")).unwrap();
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
    }

    #[test]
    fn the_front_is_every_program_that_it_lists() {
        let folder = tempfile::tempdir().unwrap();
        let front = folder.path().join("front");
        program(
            &front,
            "test \"$1\" = --list && echo kubectl-gitops_a && echo kubectl-gitops_b && echo else",
        );
        let expected = ["kubectl-gitops", "kubectl-gitops_a", "kubectl-gitops_b"];
        let expected: Vec<_> = expected.map(|name| (OsString::from(name), front.clone())).into();
        assert_eq!(programs_of_suite(&front), expected);
    }

    #[test]
    fn a_plugin_is_itself_and_those_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["kubectl-gitops_a", "kubectl-gitops_b", "kubectl"] {
            program(&folder.path().join(name), "");
        }
        std::fs::write(folder.path().join("kubectl-gitops_a.d"), "").unwrap();
        let mut programs = programs_of_suite(&folder.path().join("kubectl-gitops_a"));
        programs.sort();
        let expected = ["kubectl-gitops_a", "kubectl-gitops_b"];
        let expected: Vec<_> = expected.map(|name| (OsString::from(name), folder.path().join(name))).into();
        assert_eq!(programs, expected);
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
