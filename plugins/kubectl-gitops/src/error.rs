//! What keeps the front from running a command.

use std::io;
use std::path::PathBuf;

use gitops_core::model::{Exit, Failure, shell_word};

/// Why no command was run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrontError {
    /// Neither a plugin nor a program has this name.
    #[error("no command {word}, and no program kubectl-gitops-{word} beside this one or on PATH")]
    UnknownCommand {
        /// What was typed.
        word: String,
        /// The command whose name is nearest.
        similar: Option<String>,
    },
    /// A flag stands where a command belongs.
    #[error("no command before {flag}")]
    FlagBeforeCommand {
        /// What was typed.
        flag: String,
        /// The words in an order that would be understood, where one of them is a command.
        line: Option<String>,
    },
    /// A program of the suite is not where it belongs.
    #[error("no program {name} beside {}", .own.display())]
    ProgramMissing {
        /// Its file name.
        name: String,
        /// The front.
        own: PathBuf,
    },
    /// The program was found and does not run.
    #[error("program {} cannot be run", .program.display())]
    NotRunnable {
        /// Its path.
        program: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Failure for FrontError {
    fn code(&self) -> &'static str {
        match self {
            FrontError::UnknownCommand { .. } | FrontError::FlagBeforeCommand { .. } => "UsageInvalid",
            FrontError::ProgramMissing { .. } => "ProgramMissing",
            FrontError::NotRunnable { .. } => "ProgramNotRunnable",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            FrontError::UnknownCommand { similar: Some(similar), .. } => {
                Some(format!("a similar command exists: kubectl gitops {similar}"))
            }
            FrontError::UnknownCommand { similar: None, .. } => {
                Some("see the commands: kubectl gitops help".to_owned())
            }
            FrontError::FlagBeforeCommand { line: Some(line), .. } => {
                Some(format!("flags come after the command: kubectl gitops {line}"))
            }
            FrontError::FlagBeforeCommand { line: None, .. } => {
                Some("see the commands: kubectl gitops help".to_owned())
            }
            FrontError::ProgramMissing { name, .. } => {
                Some(format!("put {name} of the same version there: both are in the suite's archive"))
            }
            FrontError::NotRunnable { program, .. } => {
                Some(format!("see whether it may be run: ls -l {}", shell_word(&program.to_string_lossy())))
            }
        }
    }

    fn exit(&self) -> Exit {
        match self {
            FrontError::UnknownCommand { .. } | FrontError::FlagBeforeCommand { .. } => Exit::Usage,
            FrontError::ProgramMissing { .. } | FrontError::NotRunnable { .. } => Exit::Failed,
        }
    }
}
