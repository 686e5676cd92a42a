//! From a folder with an application to the files of its source repository: the code and the Dockerfile at the root, one
//! chart in `helm/`, tests in `tests/`.
//!
//! Three shapes of folder are known: that of the reference application (`charts/`, `services/pipeline/`, `tests/`), any
//! folder with one chart, and plain manifests, which a chart is made around. What is guessed wrong would be deployed
//! wrong, so that anything else is refused and says what to do. Nothing is lost silently: what is left out is listed.

mod chart_folder;
mod error;
mod files;
mod folder_entry;
mod layout;
#[cfg(test)]
mod layout_tests;
mod left_out;
mod manifest;
mod sample;
mod wrapped_chart;

pub use error::ApplicationError;
pub use files::{Application, ApplicationFile, ChartOrigin, SkippedFile, application};
pub use folder_entry::{FolderEntry, FolderEntryContent, LARGEST_FILE};
pub use left_out::why_left_out;
pub use sample::{image_name, sample_folder};
