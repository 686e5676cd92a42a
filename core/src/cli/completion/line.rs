//! A command line up to the word that is being typed: which command it means, what was given already, and what the
//! word may be.

use clap::{Arg, ArgAction, Command};

use super::super::tokens::{Flag, Token, Tokens, flags};

/// A line whose last word is being typed.
pub(super) struct Line<'a> {
    /// The command that the words name.
    pub(super) command: &'a Command,
    /// The flags that were given, with their values.
    pub(super) given: Vec<(&'a Arg, Option<&'a str>)>,
    /// The positional words of the command that were given.
    pub(super) positionals: Vec<&'a str>,
    /// What the last word may be.
    pub(super) position: WordPosition<'a>,
}

/// What the word that is being typed may be.
pub(super) enum WordPosition<'a> {
    /// A flag.
    Flag {
        /// What is typed of it.
        typed: &'a str,
    },
    /// The value of an argument.
    Value {
        argument: &'a Arg,
        /// The part of the word that stands before the value and has to be repeated: `-o` of `-ojson`.
        before: &'a str,
        /// What is typed of the value.
        typed: &'a str,
    },
    /// A subcommand or a positional value.
    Word {
        /// What is typed of it.
        typed: &'a str,
        /// Whether it stands behind `--`.
        is_escaped: bool,
    },
    /// Something that the command does not know.
    Unknown,
}

impl<'a> Line<'a> {
    /// Reads the words behind the program's name of a `command` that was built. Words that are not text are unknown
    /// ones.
    pub(super) fn read(command: &'a Command, words: &[&'a str]) -> Self {
        let (typed, before) = words.split_last().map_or(("", words), |(typed, before)| (*typed, before));
        let mut line =
            Self { command, given: Vec::new(), positionals: Vec::new(), position: WordPosition::Unknown };
        let mut awaiting: Option<Flag<'a>> = None;
        let mut is_escaped = false;
        for token in Tokens::new(command, before.to_vec()) {
            awaiting = None;
            match token {
                Token::Subcommand(subcommand) => {
                    line.command = subcommand;
                    line.positionals.clear();
                }
                Token::Flag(flag) => {
                    line.given.extend(flag.argument.map(|argument| (argument, flag.value)));
                    awaiting = flag.awaits_value().then_some(flag);
                }
                Token::Positional(word) => line.positionals.push(word),
                Token::Escape => is_escaped = true,
            }
        }
        line.position = position_of(line.command, typed, awaiting, is_escaped);
        line
    }

    /// The values that an argument was given.
    pub(super) fn values_of(&self, argument: &Arg) -> Vec<&'a str> {
        let is_of = |given: &Arg| given.get_id() == argument.get_id();
        let of_flags = self.given.iter().filter(|(given, _)| is_of(given)).filter_map(|(_, value)| *value);
        let positionals = self.positionals.iter().enumerate();
        let positionals = positionals.filter(|(index, _)| self.positional(*index).is_some_and(is_of));
        of_flags.chain(positionals.map(|(_, value)| *value)).collect()
    }

    /// Whether an argument can be given, once or once more.
    pub(super) fn allows(&self, argument: &Arg) -> bool {
        let is_it = |given: &Arg| given.get_id() == argument.get_id();
        let is_repeatable = matches!(argument.get_action(), ArgAction::Append | ArgAction::Count);
        let is_given = self.given.iter().any(|(given, _)| is_it(given));
        let positional = self.positionals.first().and_then(|_| self.positional(0));
        let mut given = self.given.iter().map(|(given, _)| *given).chain(positional);
        (is_repeatable || !is_given) && !given.any(|given| !is_it(given) && self.conflict(given, argument))
    }

    fn conflict(&self, given: &Arg, argument: &Arg) -> bool {
        let names = |one: &Arg, other: &Arg| {
            // A flag of the command above is not one of this command's.
            let is_own = self.command.get_arguments().any(|own| own.get_id() == one.get_id());
            let conflicts = if is_own { self.command.get_arg_conflicts_with(one) } else { Vec::new() };
            conflicts.iter().any(|conflict| conflict.get_id() == other.get_id())
        };
        given.is_exclusive_set()
            || argument.is_exclusive_set()
            || names(given, argument)
            || names(argument, given)
            || self.command.get_groups().any(|group| {
                let has = |argument: &Arg| group.get_args().any(|id| id == argument.get_id());
                !group.clone().is_multiple() && has(given) && has(argument)
            })
    }

    /// The positional argument that the word at a place among the positional ones belongs to. One that takes several
    /// takes all that follow.
    pub(super) fn positional(&self, index: usize) -> Option<&'a Arg> {
        let mut positionals: Vec<&Arg> =
            self.command.get_positionals().filter(|argument| !argument.is_last_set()).collect();
        positionals.sort_by_key(|argument| argument.get_index());
        let takes_several = |argument: &&Arg| {
            argument.get_num_args().is_some_and(|count| count.max_values() > 1)
                || matches!(argument.get_action(), ArgAction::Append)
        };
        let last = positionals.last().copied().filter(takes_several);
        positionals.get(index).copied().or(last)
    }

    /// The arguments of a program that the command runs: `-- <command>`.
    pub(super) fn runs_program(&self) -> bool {
        self.command.get_positionals().any(Arg::is_last_set)
    }
}

fn position_of<'a>(
    command: &'a Command,
    typed: &'a str,
    awaiting: Option<Flag<'a>>,
    is_escaped: bool,
) -> WordPosition<'a> {
    if let Some(flag) = awaiting.filter(|flag| flag.accepts(typed) || flag.needs_value()) {
        return match flag.argument {
            Some(argument) if flag.accepts(typed) => WordPosition::Value { argument, before: "", typed },
            _ => WordPosition::Unknown,
        };
    }
    if is_escaped || !typed.starts_with('-') {
        return WordPosition::Word { typed, is_escaped };
    }
    match flags(command, typed) {
        Some((Flag { argument: Some(argument), value: Some(value), before_value: Some(before), .. }, _))
            if argument.get_action().takes_values() =>
        {
            // The scripts of shells put back what ends with `=` themselves.
            let before = if before.ends_with('=') { "" } else { before };
            WordPosition::Value { argument, before, typed: value }
        }
        Some((Flag { value: Some(_), .. }, _)) => WordPosition::Unknown,
        _ => WordPosition::Flag { typed },
    }
}
