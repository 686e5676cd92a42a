//! Why a cluster cannot be recorded.

use std::io;
use std::path::{Path, PathBuf};

use crate::model::{Exit, Failure, shell_word};

/// There is no recording, or it ends early.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file is there already.
    #[error("recording {} is there already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
        /// Whether it is a file, and not a device or a folder.
        is_file: bool,
    },
    /// `-` is how commands are told to write to their output, which has the page on it.
    #[error("a recording is a file, and - is none")]
    NoFile,
    /// The file cannot be made.
    #[error("recording {} cannot be made", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file cannot be written to any more.
    #[error("recording {} cannot be written to", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Environments of several clusters are selected.
    #[error("a recording is of one cluster, and several contexts are given")]
    SeveralClusters,
}

impl RecordingError {
    pub(super) fn of_creation(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::AlreadyExists => {
                let is_file = path.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
                Self::Exists { path, is_file }
            }
            _ => Self::Create { path, source },
        }
    }
}

impl Failure for RecordingError {
    fn code(&self) -> &'static str {
        match self {
            RecordingError::Exists { .. } => "RecordingExists",
            RecordingError::Create { .. } | RecordingError::NoFile => "RecordingNotMade",
            RecordingError::Write { .. } => "RecordingFailed",
            RecordingError::SeveralClusters => "SeveralClusters",
        }
    }

    fn hint(&self) -> Option<String> {
        let word = |path: &Path| shell_word(&path.to_string_lossy());
        Some(match self {
            RecordingError::Exists { is_file: false, .. } => "name another file with --record".to_owned(),
            RecordingError::Exists { path, is_file: true } => {
                format!("name another file with --record, or remove this one: rm {}", word(path))
            }
            RecordingError::NoFile => "name a file: --record cluster.json".to_owned(),
            RecordingError::Create { path, .. } => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                let folder = word(folder.unwrap_or(Path::new(".")));
                format!("see whether its folder is there and can be written to: ls -ld {folder}")
            }
            RecordingError::Write { path, .. } => {
                format!(
                    "see whether the disk is full: df -h {0}; what was recorded before is in the file",
                    word(path)
                )
            }
            RecordingError::SeveralClusters => "record each of them by itself, with one --context".to_owned(),
        })
    }

    fn exit(&self) -> Exit {
        if matches!(self, RecordingError::Write { .. }) { Exit::Failed } else { Exit::Usage }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use super::RecordingError;
    use crate::model::Failure;

    #[test]
    fn nothing_but_a_file_is_to_be_removed() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        for (path, is_removed) in
            [(file.as_path(), true), (Path::new("/dev/null"), false), (Path::new("/"), false)]
        {
            let error = RecordingError::of_creation(path, io::ErrorKind::AlreadyExists.into());
            let hint = error.hint().expect("a hint");
            assert_eq!(hint.contains("rm "), is_removed, "{hint}");
        }
    }
}
