//! Unix: modes, symbolic links, signals.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;

use gitops_core::model::Exit;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::process::Child;

/// A temporary folder that only its owner may enter.
pub(crate) fn private_temporary_folder(prefix: &str) -> io::Result<TempDir> {
    tempfile::Builder::new().prefix(prefix).permissions(Permissions::from_mode(0o700)).tempdir()
}

/// Makes a folder, with those above it, that only its owner may enter; also where it is there already.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    std::fs::set_permissions(folder, Permissions::from_mode(0o700))
}

/// Makes a new file that only its owner may read.
pub(crate) fn create_private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Opens a file to read and write that only its owner may read; makes it where it is not there.
pub(crate) fn open_private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// Makes `program` known as `link` too.
pub(crate) fn link_program(program: &Path, link: &Path) -> io::Result<()> {
    symlink(program, link)
}

/// Asks a process to stop, as Ctrl-C does.
pub(crate) fn interrupt(child: &mut Child) {
    let process = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
    if let Some(process) = process {
        // It may have ended in this moment, which is as good.
        let _ = kill_process(process, Signal::INT);
    }
}

/// The exit code as a shell gives it: 128 and the number of the signal that ended the process.
pub(crate) fn exit_of(status: ExitStatus) -> Exit {
    let of_signal = || status.signal().map_or(1, |signal| 128 + signal);
    Exit::Command(u8::try_from(status.code().unwrap_or_else(of_signal)).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_the_commands_own() {
        for (wait_status, code) in [(0, 0), (3 << 8, 3), (9, 137), (2, 130)] {
            assert_eq!(exit_of(ExitStatus::from_raw(wait_status)).code(), code);
        }
    }

    #[test]
    fn what_is_private_is_its_owners_alone() {
        let home = private_temporary_folder("gitops-lab-").unwrap();
        let folder = home.path().join("a/b");
        create_private_folder(&folder).unwrap();
        std::fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        create_private_folder(&folder).unwrap();
        create_private_file(&folder.join("file")).unwrap();
        assert!(create_private_file(&folder.join("file")).is_err(), "an old file may be open to others");
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!([home.path(), &folder, &folder.join("file")].map(mode), [0o700, 0o700, 0o600]);
    }
}
