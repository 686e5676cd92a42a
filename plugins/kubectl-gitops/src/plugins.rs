//! The plugins of the suite. Those that are linked in stand in this package's `Cargo.toml`, one line each: their
//! words and what help says of them come from their own command lines. The lab is a program of its own, because
//! it would double the size of this one.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use clap::{Command, Parser};
use gitops_core::cli::{COMPLETE, COMPLETION_PREFIX, HELP_WIDTH, Session, command, fail, start};
use gitops_core::model::{Exit, Failure};

use crate::program;

/// How every plugin's command is called, before its word.
const PREFIX: &str = "kubectl gitops-";

/// A plugin of the suite.
pub struct Plugin {
    command: Box<dyn Fn() -> Command>,
    main: Main,
}

/// Where a plugin's code is.
enum Main {
    /// In this program.
    Linked(Box<dyn Fn(Vec<OsString>) -> ExitCode>),
    /// In a program beside this one.
    Beside,
}

/// All plugins, in the order of help.
pub fn plugins() -> Vec<Plugin> {
    let mut plugins: Vec<Plugin> = include!(concat!(env!("OUT_DIR"), "/plugins.rs"));
    plugins.push(Plugin::beside(
        "lab",
        "An offline lab: a cluster with Flux and GitHub on this machine, or a recorded one",
    ));
    plugins
}

impl Plugin {
    /// The plugin that parses `A` and runs `run`.
    pub fn of<A, F>(run: F) -> Self
    where
        A: Parser + 'static,
        F: AsyncFnOnce(A, &Session) -> Result<Exit, Box<dyn Failure>> + Copy + 'static,
    {
        let main = Main::Linked(Box::new(move |arguments| start(arguments, run)));
        Self { command: Box::new(command::<A>), main }
    }

    /// The plugin that is a program beside this one, named like every plugin's. Of its command line no more is
    /// known here than what it is about.
    fn beside(word: &'static str, about: &'static str) -> Self {
        let command = move || {
            let name = format!("{PREFIX}{word}");
            let command = Command::new(name.clone()).bin_name(name).about(about);
            command.version(env!("CARGO_PKG_VERSION")).max_term_width(HELP_WIDTH)
        };
        Self { command: Box::new(command), main: Main::Beside }
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

    /// The file name of the program that kubectl asks for completion of a program `kubectl-…`.
    pub fn completion_of(program: &str) -> String {
        format!("{COMPLETION_PREFIX}{}", program.strip_prefix("kubectl-").unwrap_or(program))
    }

    /// Whether the plugin is a program beside this one.
    pub(crate) fn is_beside(&self) -> bool {
        matches!(self.main, Main::Beside)
    }

    /// Runs the plugin. The first argument is a program's name.
    pub(crate) fn run(&self, arguments: Vec<OsString>) -> ExitCode {
        match &self.main {
            Main::Linked(main) => main(arguments),
            Main::Beside => program::find_beside(&self.program(), &arguments[0])
                .and_then(|program| program::run(program, &arguments[1..]))
                .unwrap_or_else(|failure| fail(failure, &self.command(), &arguments)),
        }
    }

    /// Completes the last of `words` and prints the answer.
    ///
    /// # Errors
    /// The plugin is a program beside this one that is not there or does not run.
    pub(crate) fn complete(
        &self,
        own_name: &OsStr,
        words: Vec<OsString>,
    ) -> Result<ExitCode, Box<dyn Failure>> {
        let mut arguments = vec![OsString::from(COMPLETE)];
        arguments.extend(words);
        match &self.main {
            Main::Linked(main) => {
                arguments.insert(0, self.program().into());
                Ok(main(arguments))
            }
            Main::Beside => program::run(program::find_beside(&self.program(), own_name)?, &arguments),
        }
    }
}
