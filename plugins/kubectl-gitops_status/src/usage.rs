//! What the flags of `status` mean together, where clap cannot say it.

use std::path::PathBuf;

use gitops_core::model::{Exit, Failure};

use crate::Args;

/// Flags that do not fit together.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UsageError {
    /// A recording has no file.
    #[error("--record without --wait needs a file")]
    NoFile,
    /// Flags that select namespaces, and one that selects a pipeline by its name.
    #[error("--project selects a pipeline; -A, -l and NAMESPACE select namespaces, and with --fleet -n does")]
    TwoSelections,
    /// A context without a namespace says nothing of a fleet.
    #[error(
        "--fleet asks Azure about clusters of every context; --context only says where the namespace of -n is"
    )]
    ContextOfFleet,
    /// A commit status goes into no file.
    #[error("--record with --wait writes a commit status and takes no file: {file}")]
    FileOfStatus {
        /// What stands behind the flag.
        file: String,
    },
    /// A gate is about one environment.
    #[error("--wait is about one environment, and several namespaces are named")]
    SeveralNamespaces,
}

impl Failure for UsageError {
    fn code(&self) -> &'static str {
        "UsageError"
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            UsageError::NoFile => "name one: --record incident.json".to_owned(),
            UsageError::TwoSelections => "leave one of them out".to_owned(),
            UsageError::ContextOfFleet => {
                "name the pipeline: kubectl gitops-status --fleet -n <namespace> --context <context>"
                    .to_owned()
            }
            UsageError::SeveralNamespaces => "name one, and run it once for each of the others".to_owned(),
            UsageError::FileOfStatus { file } => {
                format!("put --record last, or another flag behind it, and {file} where it belongs")
            }
        })
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

/// The file that what the cluster says is recorded to.
///
/// # Errors
/// `--record` has no file, or has one where it takes none.
pub(crate) fn recording(args: &Args) -> Result<Option<PathBuf>, UsageError> {
    match (&args.record, args.wait.wait) {
        (None, _) | (Some(None), true) => Ok(None),
        (Some(None), false) => Err(UsageError::NoFile),
        (Some(Some(file)), false) => Ok(Some(file.clone())),
        (Some(Some(file)), true) => {
            Err(UsageError::FileOfStatus { file: file.to_string_lossy().into_owned() })
        }
    }
}
