//! The suite in one binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    kubectl_gitops::main(std::env::args_os().collect())
}
