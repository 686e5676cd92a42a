//! The plugins that are linked in. A new one is one line here.

use std::ffi::OsString;
use std::process::ExitCode;

use gitops_core::cli::start;

/// A plugin of the suite.
pub(crate) struct Plugin {
    /// The word: `kubectl gitops <word>`, `kubectl gitops-<word>`.
    pub word: &'static str,
    /// What it does, in a line.
    pub about: &'static str,
    /// Its main function; the first argument is a program's name.
    pub main: fn(Vec<OsString>) -> ExitCode,
}

/// All of them, in the order of help.
pub(crate) const PLUGINS: [Plugin; 2] = [
    Plugin {
        word: "status",
        about: "Where every environment stands, why, and what to type next",
        main: |arguments| start(arguments, kubectl_gitops_status::run),
    },
    Plugin {
        word: "lab",
        about: "The offline lab: real recordings, replayed on this machine",
        main: |arguments| start(arguments, kubectl_gitops_lab::run),
    },
];

/// The plugin of a word.
pub(crate) fn by_word(word: &str) -> Option<&'static Plugin> {
    PLUGINS.iter().find(|plugin| plugin.word == word)
}
