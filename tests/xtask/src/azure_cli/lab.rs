//! A lab for the time of a check, in a home of its own.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::cargo::{build, not_runnable};
use crate::error::XtaskError;

/// What the last line says that a lab tells when it is up.
const LAST: &str = "/_lab/requests";

/// A lab that serves. It ends with this.
pub(super) struct RunningLab {
    child: Child,
    home: TempDir,
    /// What it told when it was up.
    pub(super) introduction: String,
}

impl RunningLab {
    /// Starts one and waits until it has told how it is used.
    pub(super) fn start() -> Result<Self, XtaskError> {
        let home =
            tempfile::tempdir().map_err(|source| XtaskError::unwritable(std::env::temp_dir(), source))?;
        let program = build()?.join("kubectl-gitops_lab");
        let failed = |source| not_runnable(&program.to_string_lossy(), source);
        let mut command = Command::new(&program);
        command.arg("up").current_dir(home.path()).env("HOME", home.path()).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(failed)?;
        let mut introduction = String::new();
        for line in child.stderr.take().into_iter().flat_map(|stderr| BufReader::new(stderr).lines()) {
            let line = line.map_err(failed)?;
            introduction += &format!("{line}\n");
            if line.contains(LAST) {
                break;
            }
        }
        Ok(Self { child, home, introduction })
    }

    /// Where it was started: its folder is in it, and that of `az`.
    pub(super) fn home(&self) -> PathBuf {
        self.home.path().to_owned()
    }
}

impl Drop for RunningLab {
    fn drop(&mut self) {
        // One that has ended by itself needs no end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
