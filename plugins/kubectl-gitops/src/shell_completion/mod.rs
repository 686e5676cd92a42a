//! `kubectl gitops completion`: prints the script that makes a shell complete the suite's programs. What the
//! candidates are is not decided here: every script asks the program itself.

mod args;
mod run;
mod script;

pub(crate) use args::CompletionArgs;
pub use args::Shell;
pub(crate) use run::main;
pub use script::{kubectl_script, script, script_for};
