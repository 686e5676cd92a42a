//! Windows: what lies in a user's own folders is that user's by inherited rights, a symbolic link needs a
//! privilege, and a process without a console of its own cannot be interrupted.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::process::ExitStatus;

use gitops_core::model::Exit;
use tempfile::TempDir;
use tokio::process::Child;

/// A temporary folder, below the user's own.
pub(crate) fn private_temporary_folder(prefix: &str) -> io::Result<TempDir> {
    tempfile::Builder::new().prefix(prefix).tempdir()
}

/// Makes a folder, with those above it. Its rights are those of the folder above.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

/// Makes a new file. Its rights are those of its folder.
pub(crate) fn create_private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Opens a file to read and write; makes it where it is not there. Its rights are those of its folder.
pub(crate) fn open_private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

/// Makes `program` known as `link` too: a hard link, or a copy where the two are on different volumes.
pub(crate) fn link_program(program: &Path, link: &Path) -> io::Result<()> {
    std::fs::hard_link(program, link).or_else(|_| std::fs::copy(program, link).map(drop))
}

/// Ends a process.
pub(crate) fn interrupt(child: &mut Child) {
    // It may have ended in this moment, which is as good.
    let _ = child.start_kill();
}

/// The exit code, where it fits into one of the suite's.
pub(crate) fn exit_of(status: ExitStatus) -> Exit {
    Exit::Command(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
