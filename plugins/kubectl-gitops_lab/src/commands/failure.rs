//! Why a command could not be run in the lab.

use std::path::PathBuf;

use gitops_core::model::{Exit, Failure, shell_word};

use super::folder::FolderError;
use crate::http::ServingError;
use crate::recording::TimelineError;
use crate::scenario::ScenarioError;

#[derive(Debug, thiserror::Error)]
pub(super) enum RoomError {
    #[error("cannot read {}", .path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("cannot replay {what}")]
    Unplayable { what: String, source: TimelineError },
    #[error("the recording is over before second {at}: it lasts {seconds:.1} s")]
    Over { at: f64, seconds: f64 },
    #[error("cannot serve")]
    Serving(#[from] ServingError),
    #[error("no temporary folder for the replay's kubeconfig")]
    Surroundings(#[source] std::io::Error),
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

impl Failure for RoomError {
    fn code(&self) -> &'static str {
        match self {
            RoomError::Unreadable { .. } => "RecordingUnreadable",
            RoomError::Unplayable { .. } => "RecordingInvalid",
            RoomError::Over { .. } => "RecordingOver",
            RoomError::Serving(error) => error.code(),
            RoomError::Surroundings(_) => "TemporaryFolderUnavailable",
            RoomError::NotLinked { .. } => "LinkNotMade",
            RoomError::NotFound { .. } => "CommandNotFound",
            RoomError::NotRunnable { .. } => "CommandNotRunnable",
            RoomError::Lost(_) => "CommandLost",
            RoomError::Folder(FolderError::Taken { .. }) => "FolderTaken",
            RoomError::Folder(FolderError::NotAFolder { .. }) => "FolderInvalid",
            RoomError::Folder(FolderError::InUse { .. }) => "FolderInUse",
            RoomError::Folder(FolderError::State { .. }) => "FolderStateInvalid",
            RoomError::Folder(FolderError::Unwritable { .. }) => "FolderUnwritable",
            RoomError::NoScenario { .. } => "ScenarioNotFound",
            RoomError::Scenario { .. } => "ScenarioInvalid",
            RoomError::Astray(_) => "DemoAstray",
            RoomError::Output(_) => "OutputFailed",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            RoomError::Unreadable { .. } => {
                Some("list the recordings that are built in: kubectl gitops-lab replay --list".into())
            }
            RoomError::Over { seconds, .. } => Some(format!("begin earlier: --at {}", seconds.floor())),
            RoomError::Folder(FolderError::InUse { .. }) => {
                Some("name another folder and context: --folder FOLDER --name NAME".into())
            }
            RoomError::Folder(FolderError::State { path, .. }) => {
                let file = shell_word(&path.display().to_string());
                Some(format!("begin with a new authority and new tokens: rm {file}"))
            }
            RoomError::Folder(_) => Some("name another folder: --folder FOLDER".into()),
            RoomError::Unplayable { .. } => {
                Some("a recording looks like tests/golden/flux/first-sync.json".into())
            }
            RoomError::NoScenario { similar: Some(similar), .. } => {
                Some(format!("a similar scenario exists: {similar}"))
            }
            RoomError::NoScenario { similar: None, .. } => {
                Some("list the scenarios that are built in: kubectl gitops-lab up --help".into())
            }
            RoomError::NotLinked { front, .. } => {
                let front = shell_word(&front.to_string_lossy());
                Some(format!("see which version it is, and what else is installed: {front} version"))
            }
            RoomError::NotFound { .. } => Some(
                "name a program on your PATH or give its path; kubectl-gitops_status is always there".into(),
            ),
            _ => None,
        }
    }

    fn exit(&self) -> Exit {
        match self {
            RoomError::Unreadable { .. }
            | RoomError::Over { .. }
            | RoomError::Unplayable { .. }
            | RoomError::NoScenario { .. }
            | RoomError::Scenario { .. }
            | RoomError::Folder(_)
            | RoomError::NotFound { .. }
            | RoomError::NotRunnable { .. } => Exit::Usage,
            _ => Exit::Failed,
        }
    }
}
