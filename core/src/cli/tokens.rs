//! Reads the words of a command line, one after the other, with the flags of the command's own `clap` tree: what each
//! of them is, whether or not the line as a whole can be parsed. What the line means is for its readers to say.

use std::collections::VecDeque;
use std::iter::Peekable;
use std::vec::IntoIter;

use clap::{Arg, Command};

/// What a word is.
pub(super) enum Token<'a> {
    /// The name of a subcommand. The words behind it are that command's.
    Subcommand(&'a Command),
    /// A flag, with the value that is attached to it or stands in the next word.
    Flag(Flag<'a>),
    /// A word that is neither.
    Positional(&'a str),
    /// `--`: every word behind it is a positional one.
    Escape,
}

/// A flag of a command line.
pub(super) struct Flag<'a> {
    /// Of the command's own; none where the command has no such flag.
    pub(super) argument: Option<&'a Arg>,
    /// Whether it is spelt `-o` or `--output`.
    pub(super) is_output: bool,
    /// Its value.
    pub(super) value: Option<&'a str>,
    /// The part of the word that stands before an attached value: `-o`, `--output=`.
    pub(super) before_value: Option<&'a str>,
}

/// The words of a command line as tokens.
pub(super) struct Tokens<'a> {
    command: &'a Command,
    words: Peekable<IntoIter<&'a str>>,
    read: VecDeque<Flag<'a>>,
    is_escaped: bool,
}

impl<'a> Tokens<'a> {
    /// Reads words that stand behind the program's name of `command`.
    pub(super) fn new(command: &'a Command, words: Vec<&'a str>) -> Self {
        Self { command, words: words.into_iter().peekable(), read: VecDeque::new(), is_escaped: false }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(flag) = self.read.pop_front() {
            return Some(Token::Flag(flag));
        }
        let word = self.words.next()?;
        if self.is_escaped {
            return Some(Token::Positional(word));
        }
        if word == "--" {
            self.is_escaped = true;
            return Some(Token::Escape);
        }
        let Some((mut last, before)) = flags(self.command, word) else {
            return Some(match self.command.find_subcommand(word) {
                Some(subcommand) => {
                    self.command = subcommand;
                    Token::Subcommand(subcommand)
                }
                None => Token::Positional(word),
            });
        };
        if last.awaits_value() {
            last.value = self.words.next_if(|word| last.accepts(word));
        }
        self.read = before.into();
        self.read.push_back(last);
        self.read.pop_front().map(Token::Flag)
    }
}

impl<'a> Flag<'a> {
    /// `-o` and `--output` mean the format for a command without them too: whoever types them expects it.
    fn of(argument: Option<&'a Arg>, is_output: bool) -> Self {
        Self { argument, is_output, value: None, before_value: None }
    }

    fn attached(self, before: &'a str, value: &'a str) -> Self {
        Self { value: Some(value), before_value: Some(before), ..self }
    }

    pub(super) fn takes_value(&self) -> bool {
        self.argument.map_or(self.is_output, |argument| argument.get_action().takes_values())
    }

    /// Whether the next word is its value, if that can be one.
    pub(super) fn awaits_value(&self) -> bool {
        let needs_equals = self.argument.is_some_and(Arg::is_require_equals_set);
        self.value.is_none() && self.takes_value() && !needs_equals
    }

    /// Whether it stands for nothing without one.
    pub(super) fn needs_value(&self) -> bool {
        let count = self.argument.and_then(Arg::get_num_args);
        count.is_none_or(|count| count.min_values() > 0)
    }

    /// Whether a word can be its value: clap takes what looks like a flag for one.
    pub(super) fn accepts(&self, word: &str) -> bool {
        let takes_hyphens = self.argument.is_some_and(Arg::is_allow_hyphen_values_set);
        word == "-" || !word.starts_with('-') || (takes_hyphens && word != "--")
    }
}

/// The flags of a word, the last one apart: a long flag, or the short ones up to the first that takes the rest of the
/// word as its value. None where the word is not a flag.
pub(super) fn flags<'a>(command: &'a Command, word: &'a str) -> Option<(Flag<'a>, Vec<Flag<'a>>)> {
    if let Some(long) = word.strip_prefix("--") {
        return Some((long_flag(command, word, long), Vec::new()));
    }
    let shorts = word.strip_prefix('-').filter(|shorts| !shorts.is_empty())?;
    let mut flags = Vec::new();
    for (at, short) in shorts.char_indices() {
        let is_it = |argument: &&Arg| {
            let aliases = argument.get_all_short_aliases().unwrap_or_default();
            argument.get_short() == Some(short) || aliases.contains(&short)
        };
        let flag = Flag::of(command.get_arguments().find(is_it), short == 'o');
        let rest = &shorts[at + short.len_utf8()..];
        if flag.takes_value() && !rest.is_empty() {
            let value = rest.strip_prefix('=').unwrap_or(rest);
            return Some((flag.attached(&word[..word.len() - value.len()], value), flags));
        }
        flags.push(flag);
    }
    flags.pop().map(|last| (last, flags))
}

fn long_flag<'a>(command: &'a Command, word: &'a str, long: &'a str) -> Flag<'a> {
    let (name, value) = match long.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (long, None),
    };
    let is_it = |argument: &&Arg| {
        let aliases = argument.get_all_aliases().unwrap_or_default();
        argument.get_long() == Some(name) || aliases.contains(&name)
    };
    let flag = Flag::of(command.get_arguments().find(is_it), name == "output");
    match value {
        Some(value) => flag.attached(&word[..word.len() - value.len()], value),
        None => flag,
    }
}
