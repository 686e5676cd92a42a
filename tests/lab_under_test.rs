//! The lab as a binary of this package, so that tests find it where cargo puts it.

use std::process::ExitCode;

use gitops_core::cli::start;
use kubectl_gitops_lab::{Args, run};

fn main() -> ExitCode {
    start::<Args, _>(std::env::args_os().collect(), run)
}
