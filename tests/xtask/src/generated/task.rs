//! `cargo xtask generate`: writes what is not as the command line says, or names it.

use std::io::{self, Write};
use std::process::ExitCode;

use super::checkout::{differences, mend};
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
    let unreadable = |source| XtaskError::file(checkout.display(), source);
    let differences = differences(&checkout, &files).map_err(unreadable)?;
    for difference in &differences {
        if !args.check {
            let unwritable = |source| XtaskError::file(difference.path().display(), source);
            mend(&checkout, &files, difference).map_err(unwritable)?;
        }
        let mended = if args.check { "" } else { ": put right" };
        // A reader that went away does not stop the task.
        let _ = writeln!(io::stdout(), "{difference}{mended}");
    }
    if args.check && !differences.is_empty() {
        return Err(XtaskError::Outdated);
    }
    Ok(ExitCode::SUCCESS)
}
