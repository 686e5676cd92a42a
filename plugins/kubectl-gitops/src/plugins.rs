//! The plugins that are linked in. A new one is one line in [`plugins`]: its word and what help says of it
//! come from its own command line.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Command, Parser};
use gitops_core::cli::{Session, command, start};
use gitops_core::model::{Exit, Failure};

/// How every plugin's command is called, before its word.
const PREFIX: &str = "kubectl gitops-";

/// A plugin of the suite.
pub struct Plugin {
    command: fn() -> Command,
    main: Box<dyn Fn(Vec<OsString>) -> ExitCode>,
}

/// All plugins, in the order of help.
pub fn plugins() -> Vec<Plugin> {
    vec![
        Plugin::of(kubectl_gitops_status::run),
        Plugin::of(kubectl_gitops_reconcile::run),
        Plugin::of(kubectl_gitops_lab::run),
    ]
}

impl Plugin {
    /// The plugin that parses `A` and runs `run`.
    fn of<A, F>(run: F) -> Self
    where
        A: Parser + 'static,
        F: AsyncFnOnce(A, &Session) -> Result<Exit, Box<dyn Failure>> + Copy + 'static,
    {
        Self { command: command::<A>, main: Box::new(move |arguments| start(arguments, run)) }
    }

    /// The plugin's command line.
    pub fn command(&self) -> Command {
        (self.command)()
    }

    /// The word: `kubectl gitops <word>`, `kubectl gitops-<word>`.
    pub fn word(&self) -> String {
        let command = self.command();
        let word = command.get_name().strip_prefix(PREFIX);
        word.expect("a plugin's command is called kubectl gitops-<word>").to_owned()
    }

    /// The file name under which kubectl finds the plugin, and the front knows it.
    pub fn program(&self) -> String {
        format!("kubectl-gitops_{}", self.word().replace('-', "_"))
    }

    /// Runs the plugin. The first argument is a program's name.
    pub(crate) fn run(&self, arguments: Vec<OsString>) -> ExitCode {
        (self.main)(arguments)
    }
}
