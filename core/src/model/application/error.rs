//! Why a folder is no application.

use crate::model::{Exit, Failure, harmless};

/// Why a folder cannot become a source repository.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplicationError {
    /// Nothing there can be deployed.
    #[error("the application has neither a chart nor manifests")]
    NothingToDeploy,
    /// What should be a chart is none.
    #[error("{folder} has no Chart.yaml")]
    NoChartFile {
        /// The folder.
        folder: String,
    },
    /// Nobody can say which chart is meant.
    #[error("{folder} has several charts: {}", .charts.join(", "))]
    SeveralCharts {
        /// The folder.
        folder: String,
        /// The charts in it.
        charts: Vec<String>,
    },
    /// Overlays are not built.
    #[error("{} is a kustomization, which is not built here", harmless(.path))]
    Kustomization {
        /// The file.
        path: String,
    },
    /// The namespace of an object cannot be put in.
    #[error("{} has an object whose metadata is not written as a block", harmless(.path))]
    MetadataNotBlock {
        /// The file.
        path: String,
    },
    /// A file is too large.
    #[error("{} has {size} bytes, and the largest file that is taken {most}", harmless(.path))]
    LargeFile {
        /// The file.
        path: String,
        /// How many bytes it has.
        size: u64,
        /// The most that are taken.
        most: u64,
    },
    /// A link leads elsewhere.
    #[error("{} is a symbolic link", harmless(.path))]
    Link {
        /// The link.
        path: String,
    },
    /// It is neither a file nor a folder.
    #[error("{} is neither a file nor a folder", harmless(.path))]
    Special {
        /// What it is called.
        path: String,
    },
    /// No repository can hold a file of that name.
    #[error("a repository cannot hold a file named {:?}", harmless(.path))]
    Path {
        /// What it is called.
        path: String,
    },
    /// Two files would have one place.
    #[error("{} and {} would both be {} of the source repository", harmless(.first), harmless(.second), harmless(.path))]
    Collision {
        /// The place.
        path: String,
        /// A file of the folder.
        first: String,
        /// Another one.
        second: String,
    },
    /// A workflow has the place, or the name, of one that set-up writes.
    #[error("{} is in the place of a workflow that set-up writes", harmless(.path))]
    Workflow {
        /// The file.
        path: String,
    },
}

impl Failure for ApplicationError {
    fn code(&self) -> &'static str {
        "ApplicationInvalid"
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NothingToDeploy => "put its chart into helm/, or its manifests beside its code",
            Self::NoChartFile { folder } => {
                return Some(format!("write {folder}/Chart.yaml: `helm create` shows one"));
            }
            Self::SeveralCharts { .. } => "move the one that is to be deployed to helm/",
            Self::Kustomization { .. } => {
                "build it (`kubectl kustomize`) into one file, and take the kustomization's own files away"
            }
            Self::MetadataNotBlock { .. } => {
                "write `metadata:` in a line of its own, and its fields below it"
            }
            Self::LargeFile { .. } => "take it out of the folder, and let the build download it",
            Self::Link { .. } => "put a copy of what it leads to in its place",
            Self::Special { .. } | Self::Path { .. } => "take it out of the folder",
            Self::Collision { .. } => "rename one of them, or take it out of the folder",
            Self::Workflow { .. } => "rename it",
        };
        Some(hint.to_owned())
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}
