//! `cargo demo`: builds the suite and the lab, which is a program of its own, and shows them.

use std::process::{Command, ExitCode};

use crate::cargo::{build, not_runnable};
use crate::error::XtaskError;

/// Runs `kubectl gitops lab demo`, and ends as it ends.
pub(crate) fn run() -> Result<ExitCode, XtaskError> {
    let front = build()?.join("kubectl-gitops");
    let status = Command::new(&front).args(["lab", "demo"]).status();
    let status = status.map_err(|source| not_runnable(&front.to_string_lossy(), source))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
