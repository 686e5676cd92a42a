//! Why a task failed.

use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};

use gitops_core::model::shell_word;

use crate::manual::ManualError;

/// Why a task failed.
#[derive(Debug, thiserror::Error)]
pub enum XtaskError {
    /// A program does not start.
    #[error("{program} cannot be run")]
    NotRunnable {
        /// The program.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// A program failed, and said why itself.
    #[error("{command} failed: {status}")]
    Failed {
        /// What was typed.
        command: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// A file or a folder cannot be read.
    #[error("{} cannot be read", .path.display())]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file or a folder cannot be written.
    #[error("{} cannot be written", .path.display())]
    Unwritable {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A program prints something else than it should.
    #[error("{command} does not print {expected:?} but: {output}")]
    Unexpected {
        /// What was typed.
        command: String,
        /// What it should print.
        expected: String,
        /// What it prints.
        output: String,
    },
    /// A line that was typed does something else than it should.
    #[error("{line}\nends with {code:?} and says:\n{output}\ninstead of {expected}")]
    OtherAnswer {
        /// What was typed.
        line: String,
        /// How it ended.
        code: Option<i32>,
        /// What it said.
        output: String,
        /// What it should have said.
        expected: String,
    },
    /// What is to be documented cannot be.
    #[error("nothing can be generated")]
    Manual(#[from] ManualError),
    /// Files are not as they are generated.
    #[error("what is generated is not up to date")]
    Outdated,
    /// There are no archives for a target.
    #[error("no archive is made for target {triple}")]
    UnknownTarget {
        /// The target.
        triple: String,
        /// Those that there are archives for.
        known: String,
    },
    /// There is nothing that a manifest could name.
    #[error("no archive of version {version} in {}", .folder.display())]
    NoArchives {
        /// The version.
        version: String,
        /// The folder.
        folder: PathBuf,
    },
    /// A program tells where it was built.
    #[error("{} has the path {} in it", .program.display(), .path.display())]
    PathInProgram {
        /// The program.
        program: PathBuf,
        /// The path.
        path: PathBuf,
    },
    /// The same source gave two archives.
    #[error("{} and {} differ", .first.display(), .second.display())]
    NotReproduced {
        /// What was packed first.
        first: PathBuf,
        /// What was packed then.
        second: PathBuf,
    },
}

impl XtaskError {
    pub(crate) fn unreadable(path: impl AsRef<Path>, source: io::Error) -> Self {
        Self::Unreadable { path: path.as_ref().to_owned(), source }
    }

    pub(crate) fn unwritable(path: impl AsRef<Path>, source: io::Error) -> Self {
        Self::Unwritable { path: path.as_ref().to_owned(), source }
    }

    /// What to do about it.
    fn hint(&self) -> String {
        let word = |path: &Path| shell_word(&path.to_string_lossy());
        match self {
            XtaskError::NotRunnable { program, .. } => {
                format!("see which program that is: command -v {}", shell_word(program))
            }
            XtaskError::Failed { command, .. } | XtaskError::Unexpected { command, .. } => {
                format!("run it by itself: {command}")
            }
            XtaskError::Unreadable { path, .. } => format!("see what it is: ls -ld {}", word(path)),
            XtaskError::Unwritable { path, .. } => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                format!("see who may write there: ls -ld {}", word(folder.unwrap_or(Path::new("."))))
            }
            XtaskError::OtherAnswer { .. } => {
                "start a lab, source its env.sh, and type the line: cargo run -p kubectl-gitops_lab -- up"
                    .to_owned()
            }
            XtaskError::Manual(_) => {
                "see which sections help may have: less tests/xtask/src/manual/help_sections.rs".to_owned()
            }
            XtaskError::Outdated => "bring it up to date: cargo xtask generate".to_owned(),
            XtaskError::UnknownTarget { known, .. } => format!("give --target one of {known}"),
            XtaskError::NoArchives { folder, .. } => {
                format!("put this machine's there: cargo xtask archive --out {}", word(folder))
            }
            XtaskError::PathInProgram { program, path } => {
                format!("see where: strings {} | grep -F {}", word(program), word(path))
            }
            XtaskError::NotReproduced { first, second } => {
                format!("see what differs: diffoscope {} {}", word(first), word(second))
            }
        }
    }

    /// Tells it on stderr.
    pub(crate) fn report(&self) -> ExitCode {
        let mut text = format!("error: {self}\n");
        let mut source = self.source();
        while let Some(cause) = source {
            text += &format!("caused by: {cause}\n");
            source = cause.source();
        }
        text += &format!("\nhint: {}\n", self.hint());
        // Nobody is left to be told that stderr is gone.
        let _ = io::stderr().write_all(text.as_bytes());
        ExitCode::FAILURE
    }
}
