//! Prints the script.

use std::ffi::OsString;
use std::process::ExitCode;

use gitops_core::cli::{OutputError, Session, start};
use gitops_core::model::{Exit, Failure};

use super::args::CompletionArgs;
use super::script::script;

/// Runs the command. The first argument is the program's name.
pub(crate) fn main(arguments: Vec<OsString>) -> ExitCode {
    start(arguments, run)
}

async fn run(args: CompletionArgs, session: &Session) -> Result<Exit, Box<dyn Failure>> {
    session.data(&script(args.shell)).map_err(OutputError::from)?;
    Ok(Exit::Done)
}
