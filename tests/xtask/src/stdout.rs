//! What tasks say on stdout.

use std::io::{self, Write};

use crate::error::XtaskError;

/// Says it.
///
/// # Errors
/// stdout cannot be written.
pub(crate) fn say(text: &str) -> Result<(), XtaskError> {
    io::stdout().write_all(text.as_bytes()).map_err(|source| XtaskError::file("stdout", source))
}
