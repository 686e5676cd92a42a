//! One thing that the plugin said, reduced to what a story is made of.
//!
//! Read from the document by field names, not through the plugin's own types: the shape of the document is
//! part of what is being checked.

use std::fmt::{self, Display};
use std::time::Duration;

use serde_json::Value;

use crate::problem::{Outcome, Problem};

/// A verdict, at a time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moment {
    /// Since the plugin was started.
    pub(crate) at: Duration,
    pub(crate) standing: String,
    pub(crate) reason: String,
    pub(crate) cause: Option<String>,
    pub(crate) message: String,
    /// The reasons of its remarks.
    pub(crate) remarks: Vec<String>,
    /// The commands that it advises.
    pub(crate) next: Vec<String>,
    /// The whole line, for what has no field of its own here.
    pub(crate) line: String,
}

impl Moment {
    /// Reads one line of `kubectl gitops-status --watch -o json`.
    pub(crate) fn read(line: &str, at: Duration) -> Outcome<Self> {
        let wrong = |what: &str| Problem::new(format!("the plugin printed {what}: {line}"));
        let document: Value = serde_json::from_str(line).map_err(|_| wrong("what is not JSON"))?;
        if document["apiVersion"] != "gitops.dev/v1" || document["kind"] != "PipelineStatus" {
            return Err(wrong("what is not a PipelineStatus of gitops.dev/v1"));
        }
        let environment = match document["environments"].as_array().map(Vec::as_slice) {
            Some([only]) => only,
            _ => return Err(wrong("another number of environments than one")),
        };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let list = |field: &str| environment[field].as_array().map_or(&[][..], Vec::as_slice);
        Ok(Self {
            at,
            standing: text(&environment["standing"]).ok_or_else(|| wrong("no standing"))?,
            reason: text(&environment["reason"]).ok_or_else(|| wrong("no reason"))?,
            cause: text(&environment["cause"]),
            message: text(&environment["message"]).ok_or_else(|| wrong("no message"))?,
            remarks: list("remarks").iter().filter_map(|remark| text(&remark["reason"])).collect(),
            next: list("next").iter().filter_map(|advice| text(&advice["command"])).collect(),
            line: line.to_owned(),
        })
    }

    /// Whether the document says this anywhere: which field names a commit is the plugin's choice.
    pub(crate) fn names(&self, text: &str) -> bool {
        self.line.contains(text)
    }

    /// The verdict without its words: what two runs must have in common.
    pub(crate) fn verdict(&self) -> String {
        match &self.cause {
            Some(cause) => format!("{} {}/{cause}", self.standing, self.reason),
            None => format!("{} {}", self.standing, self.reason),
        }
    }
}

/// `Failed HealthCheckFailed/ImagePull: message [Remark, …]`.
impl Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.verdict(), self.message)?;
        if !self.remarks.is_empty() {
            write!(out, " [{}]", self.remarks.join(", "))?;
        }
        Ok(())
    }
}
