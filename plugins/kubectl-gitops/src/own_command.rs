//! The commands that are the front's own. Each is arguments and a function, as a plugin is; no program is called
//! after it, so it is known by its word alone.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Command;
use gitops_core::cli::command;

use crate::{link, shell_completion, version};

/// How each of them is called, before its word.
const PREFIX: &str = "kubectl gitops ";

/// A command that the front answers itself.
pub struct OwnCommand {
    command: fn() -> Command,
    main: fn(Vec<OsString>) -> ExitCode,
}

/// All of them, in the order of help.
pub fn own_commands() -> Vec<OwnCommand> {
    vec![
        OwnCommand { command: command::<link::LinkArgs>, main: link::main },
        OwnCommand { command: command::<shell_completion::CompletionArgs>, main: shell_completion::main },
        OwnCommand { command: command::<version::VersionArgs>, main: version::main },
    ]
}

impl OwnCommand {
    /// Its command line.
    pub fn command(&self) -> Command {
        (self.command)()
    }

    /// Its word: `kubectl gitops <word>`.
    pub fn word(&self) -> String {
        let command = self.command();
        let word = command.get_name().strip_prefix(PREFIX);
        word.expect("a command of the front is called kubectl gitops <word>").to_owned()
    }

    /// Runs it. The first argument is the program's name.
    pub(crate) fn run(&self, arguments: Vec<OsString>) -> ExitCode {
        (self.main)(arguments)
    }
}
