//! The suite's front as a binary of this package, so that tests find it where cargo puts it.

use std::process::ExitCode;

fn main() -> ExitCode {
    kubectl_gitops::main(std::env::args_os().collect())
}
