//! The plugin as a program of its own.

use gitops_core::cli::start;
use kubectl_gitops_lab::{Args, run};

fn main() -> std::process::ExitCode {
    start::<Args, _>(std::env::args_os().collect(), run)
}
