//! A flag or an argument as documentation shows it.

use clap::{Arg, ArgAction};

/// A flag or an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// `-o`, `--output`; of an argument none.
    pub spellings: Vec<String>,
    /// What its value is called, as in help: `<FORMAT>`, `[NAMESPACE]...`.
    pub value: Option<String>,
    /// What it does.
    pub help: String,
    /// What counts without it.
    pub default: Option<String>,
    /// What it takes, each with what that means; empty where that is free.
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
        let help = argument.get_long_help().or(argument.get_help());
        let takes_values = argument.get_action().takes_values();
        let defaults = argument.get_default_values().iter().map(|value| value.to_string_lossy());
        let values = if takes_values { argument.get_possible_values() } else { Vec::new() };
        let values = values.iter().filter(|value| !value.is_hide_set());
        Self {
            spellings: short.into_iter().chain(long).collect(),
            value: value(argument),
            help: help.map(ToString::to_string).unwrap_or_default(),
            default: takes_values
                .then(|| defaults.collect::<Vec<_>>().join(","))
                .filter(|default| !default.is_empty()),
            values: values
                .map(|value| (value.get_name().to_owned(), value.get_help().map(ToString::to_string)))
                .collect(),
            heading: argument.get_help_heading().map(ToOwned::to_owned),
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
        self.spellings.last().or(self.value.as_ref()).map_or("", String::as_str)
    }
}

/// The value's name between brackets that say whether it is needed, and dots where there may be several.
fn value(argument: &Arg) -> Option<String> {
    if !argument.get_action().takes_values() {
        return None;
    }
    let names = argument.get_value_names().unwrap_or_default().join(" ");
    let is_repeated = argument.is_positional() && matches!(argument.get_action(), ArgAction::Append);
    let dots = if is_repeated { "..." } else { "" };
    let is_optional = argument.is_positional() && !argument.is_required_set();
    Some(if is_optional { format!("[{names}]{dots}") } else { format!("<{names}>{dots}") })
}
