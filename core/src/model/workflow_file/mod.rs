//! The five workflow files of a pipeline, as set-up writes them: two that hand over, two that deploy and wait, one that
//! builds. Whoever writes them to a repository is elsewhere.
//!
//! Their texts are the files of `core/templates`, filled in from checked settings: a placeholder is a word between `@{` and
//! `}`, which neither YAML, a shell nor GitHub's expressions mean. An engine for templates was rejected, because what
//! differs between two pipelines is a dozen words. The commands that they run come from one table, [`WORKFLOW_COMMANDS`], so
//! that files and programs cannot differ.

mod error;
#[cfg(test)]
mod file_tests;
mod files;
mod release;
mod settings;
#[cfg(test)]
mod settings_tests;
mod template;
mod workflow_command;

pub use error::WorkflowSettingsError;
pub use files::{WorkflowFile, workflow_files};
pub use release::{ReleaseArchive, SuiteRelease};
pub use settings::{GithubServer, WorkflowSettings};
#[cfg(test)]
pub(super) use settings_tests::settings as test_settings;
pub use workflow_command::{WORKFLOW_COMMANDS, WorkflowCommand};
