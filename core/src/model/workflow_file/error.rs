//! Why no workflow files are made.

use crate::model::{Exit, Failure, harmless};

/// A setting that no workflow file may hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkflowSettingsError {
    /// It holds what a file or a shell could take for something else, or is no such thing at all.
    #[error("{setting} {:?} cannot stand in a workflow file", harmless(.value))]
    Refused {
        /// What it is: `runner`.
        setting: &'static str,
        /// What was given.
        value: String,
        /// What it may be.
        allowed: &'static str,
    },
    /// The gate would wait longer than a job may take, or not at all.
    #[error("a gate of {seconds} s cannot stand in a workflow file")]
    GateTimeout {
        /// How long it was to wait.
        seconds: u64,
        /// The longest, in minutes.
        most_minutes: u64,
    },
    /// The release has nothing for a machine that workflows run on.
    #[error("release {version} has no archive for {platform}")]
    NoArchive {
        /// The release.
        version: String,
        /// `linux amd64`.
        platform: &'static str,
    },
    /// The manifest cannot be read.
    #[error("the Krew manifest of the release cannot be read: {why}")]
    Manifest {
        /// What is wrong with it.
        why: String,
    },
    /// A template has a placeholder that nothing is given for: a defect of this program.
    #[error("the template of {path} has a placeholder {placeholder:?} that nothing stands for")]
    Placeholder {
        /// The file.
        path: String,
        /// What stands between `@{` and `}`.
        placeholder: String,
    },
}

impl Failure for WorkflowSettingsError {
    fn code(&self) -> &'static str {
        "WorkflowSettingsInvalid"
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Refused { setting, allowed, .. } => {
                Some(format!("give a {setting} of this form: {allowed}"))
            }
            Self::GateTimeout { most_minutes, .. } => {
                Some(format!("let the gate wait between 1m and {most_minutes}m"))
            }
            Self::NoArchive { .. } | Self::Manifest { .. } => {
                Some("take a published release: the manifest in the sources knows no digests".to_owned())
            }
            Self::Placeholder { .. } => None,
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Placeholder { .. } => Exit::Failed,
            _ => Exit::Usage,
        }
    }
}
