//! Conformance: the plugins against a real control plane and the real controllers of Flux.
//!
//! `cargo conformance` runs every scenario; see `arguments.rs` for the rest of the command line. It is an
//! executable without Rust's test harness, because it owns servers that all scenarios share and because its
//! report is the story that a person would have seen, not a list of assertions.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a report on the terminal is what this executable is for"
)]

mod arguments;
mod benchmark;
mod plane;
mod problem;
mod run;
mod scenario;
mod scenarios;
mod serve;
mod story;
mod tools;

fn main() -> std::process::ExitCode {
    run::run(std::env::args().skip(1))
}
