//! Why the file cannot be used.

use crate::model::contract::PIPELINE_FILE;
use crate::model::{Exit, Failure, harmless};

/// Why the pipeline's file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PipelineFileError {
    /// It is no YAML, or a field holds what it cannot.
    #[error("{PIPELINE_FILE}: line {line}{field}: {why}", field = if field.is_empty() { String::new() } else { format!(", {field}") })]
    Invalid {
        /// The line.
        line: u64,
        /// The field on that line, where there is one.
        field: String,
        /// What is wrong.
        why: String,
    },
    /// Nothing stands in it.
    #[error("{PIPELINE_FILE}: it is empty")]
    Empty,
    /// It is another document.
    #[error("{PIPELINE_FILE}: it is {api_version} {kind}, and not gitops.dev/v1 Pipeline")]
    OtherKind {
        /// Its `apiVersion`.
        api_version: String,
        /// Its `kind`.
        kind: String,
    },
    /// An environment is listed twice.
    #[error("{PIPELINE_FILE}: environment {environment} is there twice")]
    Twice {
        /// The environment.
        environment: String,
    },
    /// It is too large.
    #[error("{PIPELINE_FILE}: it is larger than {most} KiB")]
    TooLarge {
        /// The most, in KiB.
        most: usize,
    },
}

impl PipelineFileError {
    /// What the reader of YAML says of a text.
    pub(super) fn of_yaml(text: &str, error: &serde_saphyr::Error) -> Self {
        let line = error.location().map_or(1, |location| location.line());
        let at = usize::try_from(line).unwrap_or(1).saturating_sub(1);
        let content = text.lines().nth(at).unwrap_or_default().trim().trim_start_matches("- ");
        let field = content.split_once(':').map(|(field, _)| harmless(field.trim())).unwrap_or_default();
        let why = error.without_snippet().to_string();
        let why = why.lines().next().unwrap_or_default();
        Self::Invalid { line, field, why: harmless(why) }
    }
}

impl Failure for PipelineFileError {
    fn code(&self) -> &'static str {
        "PipelineFileInvalid"
    }

    fn hint(&self) -> Option<String> {
        Some(
            "correct it in the source repository's default branch; docs/pipeline-file.md has its form"
                .to_owned(),
        )
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}
