//! A flag or an argument as documentation shows it.

use clap::Arg;
use clap::builder::PossibleValue;

/// A flag or an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// `-o`, `--output`; of an argument none.
    pub spellings: Vec<String>,
    /// What stands behind the last spelling, as in help: ` <FORMAT>`, `[=<WHEN>]`, `...`; of an argument `[NAMESPACE]...`.
    pub value: String,
    /// What it does.
    pub help: String,
    /// What help says in brackets behind it, in its order: `default` and `30s`, `alias` and `--env`.
    pub remarks: Vec<(&'static str, Vec<String>)>,
    /// What it takes, each with what that means, where something is to be said of one at least.
    pub values: Vec<(String, Option<String>)>,
    /// The group that help shows it in.
    pub heading: Option<String>,
}

impl Flag {
    /// The flags and arguments of a command that was built, those that help does not show aside; arguments first.
    pub(super) fn all(command: &clap::Command) -> Vec<Self> {
        let shown = command.get_arguments().filter(|argument| !argument.is_hide_set());
        let mut shown: Vec<&Arg> = shown.collect();
        shown.sort_by_key(|argument| !argument.is_positional());
        shown.into_iter().map(Self::of).collect()
    }

    fn of(argument: &Arg) -> Self {
        let short = argument.get_short().map(|short| format!("-{short}"));
        let long = argument.get_long().map(|long| format!("--{long}"));
        let spellings: Vec<String> = short.into_iter().chain(long).collect();
        let help = argument.get_long_help().or(argument.get_help());
        let values = values(argument);
        let is_explained = values.iter().any(|value| value.get_help().is_some());
        let explained = if is_explained { values.as_slice() } else { &[] };
        let value =
            |value: &PossibleValue| (value.get_name().to_owned(), value.get_help().map(ToString::to_string));
        Self {
            value: value_text(argument, &spellings),
            help: help.map(ToString::to_string).unwrap_or_default(),
            remarks: remarks(argument, if is_explained { &[] } else { &values }),
            values: explained.iter().map(value).collect(),
            heading: argument.get_help_heading().map(ToOwned::to_owned),
            spellings,
        }
    }

    /// Whether it is one that clap gives to every command.
    pub fn is_everywhere(&self) -> bool {
        ["--help", "--version"].iter().any(|name| self.has(name))
    }

    /// Whether it is spelt so.
    pub fn has(&self, spelling: &str) -> bool {
        self.spellings.iter().any(|own| own == spelling)
    }

    /// The spelling that is told where one is enough: the long one.
    pub fn name(&self) -> &str {
        self.spellings.last().map_or(self.value.as_str(), String::as_str)
    }
}

/// clap's own text of a flag, without the flag: its brackets and dots say what is needed, and how often.
fn value_text(argument: &Arg, spellings: &[String]) -> String {
    let text = argument.to_string();
    let spelling = spellings.iter().rev().find_map(|spelling| text.strip_prefix(spelling.as_str()));
    spelling.unwrap_or(&text).to_owned()
}

/// The values that a parser names, those aside that help does not show.
fn values(argument: &Arg) -> Vec<PossibleValue> {
    let takes_values = argument.get_action().takes_values();
    let values = if takes_values { argument.get_possible_values() } else { Vec::new() };
    values.into_iter().filter(|value| !value.is_hide_set()).collect()
}

/// What help says in brackets, and of which nothing is said where it would be empty.
fn remarks(argument: &Arg, unexplained: &[PossibleValue]) -> Vec<(&'static str, Vec<String>)> {
    let env_var = argument.get_env().filter(|_| !argument.is_hide_env_set());
    let env_var = env_var.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    let takes_default = argument.get_action().takes_values() && !argument.is_hide_default_value_set();
    let defaults = argument.get_default_values().iter().filter(|_| takes_default);
    let defaults = defaults.map(|value| value.to_string_lossy()).collect::<Vec<_>>().join(" ");
    let short = argument.get_visible_short_aliases().unwrap_or_default();
    let long = argument.get_visible_aliases().unwrap_or_default();
    let short = short.iter().map(|short| format!("-{short}"));
    let aliases: Vec<String> = short.chain(long.iter().map(|long| format!("--{long}"))).collect();
    let unexplained = unexplained.iter().filter(|_| !argument.is_hide_possible_values_set());
    let remarks = [
        ("env", env_var),
        ("default", Some(defaults).filter(|defaults| !defaults.is_empty()).into_iter().collect()),
        (if aliases.len() == 1 { "alias" } else { "aliases" }, aliases),
        ("possible values", unexplained.map(|value| value.get_name().to_owned()).collect()),
    ];
    remarks.into_iter().filter(|(_, words)| !words.is_empty()).collect()
}
