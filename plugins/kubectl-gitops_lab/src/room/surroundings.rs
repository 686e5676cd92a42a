//! What a command in the lab finds around it: a kubeconfig, and the suite's plugins on its PATH. A folder that
//! goes when the command has ended.

use std::ffi::{OsStr, OsString};
use std::fs::{OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The names under which the suite's program is the front or one of the plugins.
const NAMES: [&str; 3] = ["kubectl-gitops", "kubectl-gitops_lab", "kubectl-gitops_status"];

/// A temporary folder with what a command needs.
#[derive(Debug)]
pub(super) struct Surroundings {
    folder: TempDir,
    path: OsString,
}

impl Surroundings {
    /// Makes the folder. `program` is the suite's, `path` the PATH that there was.
    pub(super) fn make(kubeconfig: &str, program: &Path, path: Option<&OsStr>) -> io::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("gitops-lab-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir()?;
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(folder.path().join("kubeconfig"))?
            .write_all(kubeconfig.as_bytes())?;
        let programs = folder.path().join("bin");
        std::fs::create_dir(&programs)?;
        for name in NAMES {
            if let Some(target) = target(program, name) {
                symlink(target, programs.join(name))?;
            }
        }
        let mut path_of_command = programs.into_os_string();
        if let Some(path) = path {
            path_of_command.push(":");
            path_of_command.push(path);
        }
        Ok(Self { folder, path: path_of_command })
    }

    /// The kubeconfig's file.
    pub(super) fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
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
        std::env::split_paths(&self.path)
            .map(|folder| folder.join(named))
            .find(|candidate| is_program(candidate))
    }
}

/// What `name` is a link to. The front knows by the name it is called as which plugin it is; a plugin that was
/// built as a program of its own is only itself, and others may lie beside it.
fn target(program: &Path, name: &str) -> Option<PathBuf> {
    let own = program.file_name()?.to_str()?;
    if !own.starts_with("kubectl-gitops_") || own == name {
        return Some(program.to_owned());
    }
    Some(program.with_file_name(name)).filter(|beside| is_program(beside))
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::{Surroundings, target};

    #[test]
    fn the_front_is_every_plugin_and_a_plugin_only_itself() {
        let front = Path::new("/opt/bin/kubectl-gitops");
        assert_eq!(target(front, "kubectl-gitops_status").as_deref(), Some(front));
        let under_test = Path::new("/build/gitops-under-test");
        assert_eq!(target(under_test, "kubectl-gitops_status").as_deref(), Some(under_test));
        let alone = Path::new("/opt/bin/kubectl-gitops_lab");
        assert_eq!(target(alone, "kubectl-gitops_lab").as_deref(), Some(alone));
        assert_eq!(target(alone, "kubectl-gitops_status"), None);
    }

    #[test]
    fn the_folder_is_private_and_goes_with_its_owner() {
        let surroundings = Surroundings::make("{}", Path::new("/bin/sh"), Some(OsStr::new("/bin"))).unwrap();
        let kubeconfig = surroundings.kubeconfig();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&kubeconfig), mode(kubeconfig.parent().unwrap())), (0o600, 0o700));
        drop(surroundings);
        assert!(!kubeconfig.exists());
    }

    #[test]
    fn a_command_is_looked_for_among_the_plugins_first() {
        let surroundings = Surroundings::make("{}", Path::new("/bin/sh"), Some(OsStr::new("/bin"))).unwrap();
        let found = |name: &str| surroundings.find(OsStr::new(name));
        let plugin = found("kubectl-gitops_status").expect("the plugin is there");
        assert!(plugin.starts_with(surroundings.kubeconfig().parent().unwrap()));
        assert_eq!(found("sh").as_deref(), Some(Path::new("/bin/sh")));
        assert_eq!(found("/bin/sh").as_deref(), Some(Path::new("/bin/sh")));
        assert_eq!(found("no-such-program"), None);
        assert_eq!(found("/no/such/program"), None);
    }
}
