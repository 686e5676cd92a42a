//! Why a task failed.

use std::error::Error;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};

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
    /// A file cannot be read or written.
    #[error("{path} cannot be used")]
    File {
        /// Its path.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// A program says something else than it should.
    #[error("{command} does not say {expected:?} but: {said}")]
    Unexpected {
        /// What was typed.
        command: String,
        /// What it should say.
        expected: String,
        /// What it says.
        said: String,
    },
    /// What is to be documented cannot be.
    #[error("nothing can be generated")]
    Manual(#[from] ManualError),
    /// Files are older than the command line.
    #[error("what is generated from the command line is not up to date")]
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
    pub(crate) fn file(path: impl Display, source: io::Error) -> Self {
        Self::File { path: path.to_string(), source }
    }

    /// What to do about it.
    fn hint(&self) -> Option<String> {
        match self {
            XtaskError::Outdated => Some("bring it up to date: cargo xtask generate".to_owned()),
            XtaskError::UnknownTarget { known, .. } => Some(format!("give --target one of {known}")),
            XtaskError::NoArchives { folder, .. } => {
                Some(format!("put this machine's there: cargo xtask archive --out {}", folder.display()))
            }
            XtaskError::PathInProgram { program, path } => {
                Some(format!("see where: strings {} | grep -F {}", program.display(), path.display()))
            }
            XtaskError::NotReproduced { first, second } => {
                Some(format!("see what differs: diffoscope {} {}", first.display(), second.display()))
            }
            _ => None,
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
        if let Some(hint) = self.hint() {
            text += &format!("\nhint: {hint}\n");
        }
        // Nobody is left to be told that stderr is gone.
        let _ = io::stderr().write_all(text.as_bytes());
        ExitCode::FAILURE
    }
}
