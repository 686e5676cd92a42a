//! `cargo azure-cli`: Microsoft's own `az` against the lab, typed as a person would. It registers the lab as its cloud,
//! signs in, and reads clusters, Flux configurations and Resource Graph; and what the lab tells of `az` works.
//!
//! It stands outside of the tests, because it installs some 700 MB of Python from PyPI once.

mod lab;
mod program;
mod session;
mod steps;

use std::process::ExitCode;

use crate::error::XtaskError;
use crate::stdout::print;
use lab::RunningLab;
use program::AzureCli;
use session::Session;
use steps::STEPS;

/// Installs `az` where it is not yet, starts a lab, and types every step.
pub(crate) fn run() -> Result<ExitCode, XtaskError> {
    let Some(az) = AzureCli::ready()? else {
        print("not run: needs python3 with venv and pip\n")?;
        let required = std::env::var_os("GITOPS_REQUIRE_TOOLS").is_some_and(|value| value == "1");
        return Ok(if required { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    };
    let lab = RunningLab::start()?;
    let session = Session::new(&az, &lab);
    for step in STEPS {
        session.take(&step)?;
        print(&format!("ok: {}\n", step.shows))?;
    }
    for line in session.run_introduction()? {
        print(&format!("ok: {line}\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}
