//! `cargo xtask`: what a contributor and the release do to this repository.

use std::process::ExitCode;

fn main() -> ExitCode {
    gitops_xtask::main()
}
