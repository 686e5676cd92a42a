//! `cargo xtask generate`: writes what is not as it is generated, or names it.

use std::io::{self, Write};
use std::process::ExitCode;

use super::checkout::{differences, put_right};
use super::files::generated;
use crate::cargo::workspace;
use crate::error::XtaskError;

/// Flags of the task.
#[derive(Debug, clap::Args)]
pub(crate) struct GenerateArgs {
    /// Write nothing; name what is not up to date, with exit code 1
    #[arg(long)]
    check: bool,
}

/// Generates into this checkout.
pub(crate) fn run(args: &GenerateArgs) -> Result<ExitCode, XtaskError> {
    let files = generated(&crate::suite::command())?;
    let checkout = workspace();
    let unreadable = |source| XtaskError::unreadable(&checkout, source);
    let differences = differences(&checkout, &files).map_err(unreadable)?;
    for difference in &differences {
        if !args.check {
            let unwritable = |source| XtaskError::unwritable(difference.path(), source);
            put_right(&checkout, &files, difference).map_err(unwritable)?;
        }
        let result = if args.check { "" } else { ": put right" };
        // A reader that went away does not stop the task.
        let _ = writeln!(io::stdout(), "{difference}{result}");
    }
    if args.check && !differences.is_empty() {
        return Err(XtaskError::Outdated);
    }
    Ok(ExitCode::SUCCESS)
}
