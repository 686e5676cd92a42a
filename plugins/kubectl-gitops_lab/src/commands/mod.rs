//! The command line: rooms of the lab, and how a command is run in one.

mod arguments;
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
