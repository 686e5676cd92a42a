//! `kubectl gitops-cleanup`, by itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    gitops_core::cli::start(std::env::args_os().collect(), kubectl_gitops_cleanup::run)
}
