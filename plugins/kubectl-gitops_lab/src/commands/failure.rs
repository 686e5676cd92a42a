//! Why a command could not be run in the lab.

use std::path::PathBuf;

use gitops_core::model::{Exit, Failure, shell_word};

use super::folder::FolderError;
use crate::http::ServingError;
use crate::recording::TimelineError;
use crate::scenario::ScenarioError;

#[derive(Debug, thiserror::Error)]
pub(super) enum CommandError {
    #[error("cannot read {}", .path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("cannot replay {what}")]
    Unplayable { what: String, source: TimelineError },
    #[error("the recording is over before second {at}: it lasts {seconds:.1} s")]
    Over { at: f64, seconds: f64 },
    #[error("cannot serve")]
    Serving(#[from] ServingError),
    #[error("no temporary folder for the replay's kubeconfig")]
    CommandFolder(#[source] std::io::Error),
    #[error("{} cannot link the suite's commands", .front.display())]
    NotLinked { front: PathBuf, source: std::io::Error },
    #[error("command {command} not found")]
    NotFound { command: String },
    #[error("command {command} cannot be run")]
    NotRunnable { command: String, source: std::io::Error },
    #[error("lost sight of the command that ran in the replay")]
    Lost(#[source] std::io::Error),
    #[error("cannot use the lab's folder")]
    Folder(#[from] FolderError),
    #[error("there is no scenario {name}, nor a file of that name")]
    NoScenario { name: String, similar: Option<String> },
    #[error("cannot use {}", .path.display())]
    Scenario { path: PathBuf, source: Box<ScenarioError> },
    #[error("the demo did not go as it should: {0}")]
    Astray(&'static str),
    #[error("cannot write the list")]
    Output(#[source] std::io::Error),
}

impl Failure for CommandError {
    fn code(&self) -> &'static str {
        match self {
            CommandError::Unreadable { .. } => "RecordingUnreadable",
            CommandError::Unplayable { .. } => "RecordingInvalid",
            CommandError::Over { .. } => "RecordingOver",
            CommandError::Serving(error) => error.code(),
            CommandError::CommandFolder(_) => "TemporaryFolderUnavailable",
            CommandError::NotLinked { .. } => "LinkNotMade",
            CommandError::NotFound { .. } => "CommandNotFound",
            CommandError::NotRunnable { .. } => "CommandNotRunnable",
            CommandError::Lost(_) => "CommandLost",
            CommandError::Folder(FolderError::Taken { .. }) => "FolderTaken",
            CommandError::Folder(FolderError::NotAFolder { .. }) => "FolderInvalid",
            CommandError::Folder(FolderError::InUse { .. }) => "FolderInUse",
            CommandError::Folder(FolderError::State { .. }) => "FolderStateInvalid",
            CommandError::Folder(FolderError::Unwritable { .. }) => "FolderUnwritable",
            CommandError::NoScenario { .. } => "ScenarioNotFound",
            CommandError::Scenario { .. } => "ScenarioInvalid",
            CommandError::Astray(_) => "DemoAstray",
            CommandError::Output(_) => "OutputFailed",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            CommandError::Unreadable { .. } => {
                Some("list the recordings that are built in: kubectl gitops-lab replay --list".into())
            }
            CommandError::Over { seconds, .. } => Some(format!("begin earlier: --at {}", seconds.floor())),
            CommandError::Folder(FolderError::InUse { .. }) => {
                Some("name another folder and context: --folder FOLDER --name NAME".into())
            }
            CommandError::Folder(FolderError::State { path, .. }) => {
                let file = shell_word(&path.display().to_string());
                Some(format!("begin with a new authority and new tokens: rm {file}"))
            }
            CommandError::Folder(_) => Some("name another folder: --folder FOLDER".into()),
            CommandError::Unplayable { .. } => {
                Some("a recording looks like tests/golden/flux/first-sync.json".into())
            }
            CommandError::NoScenario { similar: Some(similar), .. } => {
                Some(format!("a similar scenario exists: {similar}"))
            }
            CommandError::NoScenario { similar: None, .. } => {
                Some("list the scenarios that are built in: kubectl gitops-lab up --help".into())
            }
            CommandError::NotLinked { front, .. } => {
                let front = shell_word(&front.to_string_lossy());
                Some(format!("see which version it is, and what else is installed: {front} version"))
            }
            CommandError::NotFound { .. } => Some(
                "name a program on your PATH or give its path; kubectl-gitops_status is always there".into(),
            ),
            _ => None,
        }
    }

    fn exit(&self) -> Exit {
        match self {
            CommandError::Unreadable { .. }
            | CommandError::Over { .. }
            | CommandError::Unplayable { .. }
            | CommandError::NoScenario { .. }
            | CommandError::Scenario { .. }
            | CommandError::Folder(_)
            | CommandError::NotFound { .. }
            | CommandError::NotRunnable { .. } => Exit::Usage,
            _ => Exit::Failed,
        }
    }
}
