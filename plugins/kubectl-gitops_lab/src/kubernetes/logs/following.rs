//! A log that is followed.

use jiff::Timestamp;

use super::options::LogOptions;
use crate::kubernetes::storage::key::Key;

/// A log that is followed.
#[derive(Debug)]
pub(crate) struct Following {
    pub(super) key: Key,
    pub(super) uid: String,
    pub(super) container: String,
    pub(super) options: LogOptions,
    /// The lines that it begins with have been told, or need not be.
    pub(super) told: usize,
    /// How many more bytes may be told.
    pub(super) left: Option<usize>,
}

/// What was written since the last time.
#[derive(Debug, PartialEq)]
pub(crate) struct LogNews {
    pub(crate) text: String,
    /// When more is written, if that is known.
    pub(crate) next: Option<Timestamp>,
    /// Whether nothing more is written.
    pub(crate) is_over: bool,
}
