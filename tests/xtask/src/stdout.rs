//! What tasks print on stdout.

use std::io::{self, Write};

use crate::error::XtaskError;

/// Prints it.
///
/// # Errors
/// stdout cannot be written.
pub(crate) fn print(text: &str) -> Result<(), XtaskError> {
    io::stdout().write_all(text.as_bytes()).map_err(|source| XtaskError::unwritable("stdout", source))
}
