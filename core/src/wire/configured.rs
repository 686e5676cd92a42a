//! Configured values: each knows where it came from, so that an error can name what to change.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueSource {
    /// This environment variable.
    Variable(&'static str),
    /// This file, named by a flag.
    File(PathBuf),
    /// What `gh auth login` stored.
    Gh,
    /// It follows from this variable.
    Derived(&'static str),
    /// Nothing else was configured.
    Default,
}

impl fmt::Display for ValueSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueSource::Variable(name) => f.write_str(name),
            ValueSource::File(file) => write!(f, "--github-token-file {}", file.display()),
            ValueSource::Gh => f.write_str("gh auth token"),
            ValueSource::Derived(name) => write!(f, "derived from {name}"),
            ValueSource::Default => f.write_str("default"),
        }
    }
}

/// A configured value and where it came from.
#[derive(Clone, Debug)]
pub struct Configured<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub source: ValueSource,
}
