//! The lab's subcommands, and how a command of the suite is run in a lab.

mod arguments;
mod azure_shell;
mod command;
mod command_folder;
mod demo;
mod failure;
mod folder;
mod input_file;
mod lock;
mod replay;
mod run;
mod state;
mod up;

pub use arguments::Args;
pub use run::run;
