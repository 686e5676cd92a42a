//! Why names are not linked.

use std::io;
use std::path::PathBuf;

use gitops_core::model::{Exit, Failure, shell_word};

/// What keeps links from being made or removed.
#[derive(Debug, thiserror::Error)]
pub(super) enum LinkError {
    /// The folder that was named is not there.
    #[error("folder {} does not exist", .folder.display())]
    FolderMissing {
        /// What was named.
        folder: PathBuf,
    },
    /// What was named is no folder.
    #[error("{} is not a folder", .folder.display())]
    NotFolder {
        /// What was named.
        folder: PathBuf,
    },
    /// What was named cannot be looked at.
    #[error("folder {} cannot be read", .folder.display())]
    FolderUnreadable {
        /// What was named.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// This program was moved or removed since it was called.
    #[error("this program is no longer at {}", .front.display())]
    FrontMissing {
        /// Where it was.
        front: PathBuf,
    },
    /// The front lies in Krew's store, and Krew has no link to it.
    #[error("Krew has no link {} to this program", .stable.display())]
    NotLinkedByKrew {
        /// Where it would be.
        stable: PathBuf,
    },
    /// A link cannot be made.
    #[error("link {} cannot be made", .path.display())]
    NotMade {
        /// The link.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A link cannot be removed.
    #[error("link {} cannot be removed", .path.display())]
    NotRemoved {
        /// The link.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Names are taken.
    #[error("another program has the name {}", names(.taken))]
    Taken {
        /// The names, at least one.
        taken: Vec<PathBuf>,
    },
}

fn names(taken: &[PathBuf]) -> String {
    let names: Vec<String> = taken.iter().map(|path| path.display().to_string()).collect();
    names.join(" and ")
}

impl Failure for LinkError {
    fn code(&self) -> &'static str {
        match self {
            LinkError::FolderMissing { .. } | LinkError::NotFolder { .. } => "UsageInvalid",
            LinkError::FolderUnreadable { .. } => "FolderUnreadable",
            LinkError::FrontMissing { .. } => "ProgramMissing",
            LinkError::NotLinkedByKrew { .. } => "KrewLinkMissing",
            LinkError::NotMade { .. } => "LinkNotMade",
            LinkError::NotRemoved { .. } => "LinkNotRemoved",
            LinkError::Taken { .. } => "NameTaken",
        }
    }

    fn hint(&self) -> Option<String> {
        let word = |path: &PathBuf| shell_word(&path.to_string_lossy());
        Some(match self {
            LinkError::FolderMissing { folder } => format!("make it: mkdir -p {}", word(folder)),
            LinkError::NotFolder { .. } => "name a folder of PATH with --dir".to_owned(),
            LinkError::FolderUnreadable { folder, .. } => format!("see what it is: ls -ld {}", word(folder)),
            LinkError::FrontMissing { .. } => "see which one is found: command -v kubectl-gitops".to_owned(),
            LinkError::NotLinkedByKrew { .. } => {
                "install the suite through Krew: kubectl krew install gitops".to_owned()
            }
            LinkError::NotMade { .. } => {
                "choose a folder of yours that is on PATH: kubectl gitops link --dir '<folder>'".to_owned()
            }
            LinkError::NotRemoved { path, .. } => format!("remove it as its owner: rm {}", word(path)),
            LinkError::Taken { taken } => {
                let first = taken.first().map(word).unwrap_or_default();
                format!("see what it is: ls -l {first}")
            }
        })
    }

    fn exit(&self) -> Exit {
        match self {
            LinkError::FolderMissing { .. } | LinkError::NotFolder { .. } => Exit::Usage,
            LinkError::FolderUnreadable { .. }
            | LinkError::FrontMissing { .. }
            | LinkError::NotLinkedByKrew { .. }
            | LinkError::NotMade { .. }
            | LinkError::NotRemoved { .. } => Exit::Failed,
            LinkError::Taken { .. } => Exit::NotSo,
        }
    }
}
