//! The one kind of failure of this executable: a sentence for the person who reads the report.
//!
//! Nothing here is handled by kind, only shown, so an enum per module would have no reader. What matters is
//! that every sentence names the step that failed; `Context` is how it gets its name.

use std::fmt::{self, Display};

/// Why a step could not be done. The text may have several lines: tails of logs belong to it.
#[derive(Debug)]
pub(crate) struct Problem(String);

/// What every step returns.
pub(crate) type Outcome<T = ()> = Result<T, Problem>;

impl Problem {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Names the step in front of an error that does not know it.
pub(crate) trait Context<T> {
    fn context(self, step: impl Display) -> Outcome<T>;
}

impl<T, E: Display> Context<T> for Result<T, E> {
    fn context(self, step: impl Display) -> Outcome<T> {
        self.map_err(|error| Problem(format!("{step}: {error}")))
    }
}
