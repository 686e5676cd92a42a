//! What was found about one kustomization, or one environment.

use serde::Serialize;

use super::message::with_message;
use super::{Cause, Outlook, Reason, Since, Standing};

/// A verdict with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where it stands.
    pub standing: Standing,
    /// Why, as a word.
    pub reason: Reason,
    /// What is behind it, where known.
    pub cause: Option<Cause>,
    /// Why, as a sentence.
    pub message: String,
    /// What of the sentence is not about this kustomization alone.
    pub headline: String,
    /// Since when, where known.
    pub since: Option<Since>,
    /// Whether waiting can change it.
    pub outlook: Outlook,
    /// What else is worth knowing.
    pub remarks: Vec<Remark>,
    /// What to type next.
    pub next: Vec<NextCommand>,
    /// The workload whose trouble the sentence tells, where it tells of one.
    pub told_workload: Option<String>,
}

/// Something worth knowing that does not decide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub struct Remark {
    /// What it is about.
    pub reason: Reason,
    /// What is behind it, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The sentence.
    pub message: String,
    /// A page that shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A line to type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct NextCommand {
    /// The command.
    pub command: String,
    /// What it does for the reader.
    pub why: String,
    /// Whether it changes a Flux configuration in Azure, which takes one change at a time.
    #[serde(skip)]
    pub changes_azure: bool,
}

impl Finding {
    /// A verdict without cause, time or remarks, with the outlook of its standing.
    pub fn new(standing: Standing, reason: Reason, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            standing,
            reason,
            cause: None,
            headline: message.clone(),
            message,
            since: None,
            outlook: Outlook::of(standing),
            remarks: Vec::new(),
            next: Vec::new(),
            told_workload: None,
        }
    }

    /// With what is behind it.
    pub fn because(mut self, cause: Option<Cause>) -> Self {
        self.cause = cause;
        self
    }

    /// With what others that share its cause say too.
    pub fn under(mut self, headline: impl Into<String>) -> Self {
        self.headline = headline.into();
        self
    }

    /// With the time it began.
    pub fn since(mut self, since: Option<Since>) -> Self {
        self.since = since;
        self
    }
}

impl Remark {
    /// A remark.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, cause: None, message: message.into(), url: None }
    }

    /// A remark that ends with somebody's own words, in one line that is not too long.
    pub fn quoting(reason: Reason, sentence: String, words: &str) -> Self {
        Self::new(reason, with_message(sentence, words))
    }
}

impl NextCommand {
    /// A line to type.
    pub fn new(command: impl Into<String>, why: impl Into<String>) -> Self {
        Self { command: command.into(), why: why.into(), changes_azure: false }
    }

    /// The same, of a command that changes a Flux configuration in Azure.
    #[must_use]
    pub(in crate::model) fn changing_azure(self) -> Self {
        Self { changes_azure: true, ..self }
    }

    /// The same, where a file is there and holds something: the shell would put nothing in place of what is missing.
    pub(super) fn only_with(self, file: &str) -> Self {
        Self { command: format!("test -s {file} && {}", self.command), ..self }
    }
}
