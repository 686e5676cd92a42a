//! How a command line is read: how wide its help is, and what it says even where it does not parse: which command
//! it means, and in which format its errors are expected.
//!
//! The words are read with the flags of the command's own `clap` tree. clap's `ignore_errors` was rejected: it
//! stops at the first mistake, and `--no-such-flag -o json` still asks for JSON.

use std::ffi::OsString;

use clap::{Arg, Command, CommandFactory, Parser, ValueEnum};

use super::Format;

/// The columns of help at most, whether a terminal is wider or there is none.
pub const HELP_WIDTH: usize = 80;

/// The command that parses `A`, and its subcommands, with help of [`HELP_WIDTH`] columns at most.
pub fn command<A: CommandFactory>() -> Command {
    A::command().max_term_width(HELP_WIDTH)
}

/// Parses `arguments`, the program's name first, with [`command`].
pub(super) fn parse<A: Parser>(arguments: &[OsString]) -> Result<A, clap::Error> {
    let mut command = command::<A>();
    let mut matches = command.try_get_matches_from_mut(arguments)?;
    A::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// A command line, as far as it can be understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CommandLine {
    /// The command that is meant, as it is typed: `kubectl gitops-lab replay`.
    pub(super) command: String,
    /// The format that is asked for, where it is a known one.
    pub(super) format: Option<Format>,
}

/// A flag of a command line, and the value that is attached to it.
struct Flag<'a> {
    is_output: bool,
    takes_value: bool,
    attached: Option<&'a str>,
}

impl CommandLine {
    /// Reads `arguments`, the program's name first, as ones of `command`. Stops at `--`: what follows is
    /// another program's.
    pub(super) fn read(command: &Command, arguments: &[OsString]) -> Self {
        let mut line =
            Self { command: command.get_bin_name().unwrap_or(command.get_name()).to_owned(), format: None };
        let mut command = command;
        let words = arguments.iter().skip(1).map(|word| word.to_str().unwrap_or_default());
        let mut words = words.take_while(|word| *word != "--").peekable();
        while let Some(word) = words.next() {
            let Some(flag) = Flag::read(command, word) else {
                if let Some(subcommand) = command.find_subcommand(word) {
                    command = subcommand;
                    line.command += &format!(" {}", subcommand.get_name());
                }
                continue;
            };
            let value = match flag.attached {
                None if flag.takes_value => words.next_if(|word| *word == "-" || !word.starts_with('-')),
                attached => attached,
            };
            if flag.is_output {
                line.format = value.and_then(|value| Format::from_str(value, false).ok()).or(line.format);
            }
        }
        line
    }

    /// Whether a program reads the answer.
    pub(super) fn expects_document(&self) -> bool {
        self.format.is_some_and(Format::is_document)
    }
}

impl<'a> Flag<'a> {
    /// A long flag, or the flag among the short ones of a word that takes the rest of it as its value, or else
    /// the last of them. None where the word is not a flag.
    fn read(command: &Command, word: &'a str) -> Option<Self> {
        if let Some(long) = word.strip_prefix("--") {
            let (name, attached) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (long, None),
            };
            let argument = command
                .get_arguments()
                .find(|argument| argument.get_long_and_visible_aliases().unwrap_or_default().contains(&name));
            return Some(Self::of(argument, name == "output", attached));
        }
        let shorts = word.strip_prefix('-').filter(|shorts| !shorts.is_empty())?;
        let mut last = None;
        for (at, short) in shorts.char_indices() {
            let argument = command.get_arguments().find(|argument| {
                argument.get_short_and_visible_aliases().unwrap_or_default().contains(&short)
            });
            let rest = &shorts[at + short.len_utf8()..];
            let rest = rest.strip_prefix('=').unwrap_or(rest);
            let flag = Self::of(argument, short == 'o', Some(rest).filter(|rest| !rest.is_empty()));
            if flag.takes_value {
                return Some(flag);
            }
            last = Some(flag);
        }
        last.map(|flag| Self { attached: None, ..flag })
    }

    /// `-o` and `--output` mean the format for a command without them too: whoever types them expects it.
    fn of(argument: Option<&Arg>, is_output: bool, attached: Option<&'a str>) -> Self {
        let takes_value = argument.map_or(is_output, |argument| argument.get_action().takes_values());
        Self { is_output, takes_value, attached }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::Parser;

    use super::{CommandLine, command};
    use crate::cli::{EnvironmentsArgs, Format, OutputArgs};

    #[derive(Parser)]
    #[command(name = "kubectl gitops-example", bin_name = "kubectl gitops-example")]
    struct Example {
        #[command(flatten)]
        _environments: EnvironmentsArgs,
        #[command(flatten)]
        _output: OutputArgs,
        #[arg(short, long)]
        _watch: bool,
        #[command(subcommand)]
        _subcommand: Option<Subcommand>,
    }

    #[derive(clap::Subcommand)]
    enum Subcommand {
        Replay { _name: String },
    }

    fn read(line: &str) -> CommandLine {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        CommandLine::read(&command::<Example>(), &words)
    }

    #[test]
    fn the_format_is_found_in_every_spelling_and_beside_every_mistake() {
        for line in [
            "x -o json",
            "x -ojson",
            "x -o=json",
            "x --output json",
            "x --output=json",
            "x -wo json",
            "x -wojson",
            "x -wo=json",
            "x -vo json",
            "x -vvwo json",
            "x --no-such-flag -o json",
            "x -o json --no-such-flag",
            "x -zo json",
            "x -n -o json",
            "x --context --output=json",
            "x -n Not_A_Name -o json",
            "x surplus -o json",
            "x replay -o json",
            "x -o table -o json",
            "x -o json -o nonsense",
        ] {
            assert_eq!(read(line).format, Some(Format::Json), "{line}");
        }
        assert_eq!(read("x -wo yaml").format, Some(Format::Yaml));
    }

    #[test]
    fn no_format_is_found_where_none_is_asked_for() {
        for line in [
            "x",
            "x json",
            "x -- -o json",
            "x -o",
            "x -o -- json",
            "x -o jsonl",
            "x -n ojson",
            "x -nojson",
            "x -no json",
        ] {
            assert_eq!(read(line).format, None, "{line}");
        }
    }

    #[test]
    fn the_command_is_named_as_it_is_typed() {
        assert_eq!(read("x -n dev").command, "kubectl gitops-example");
        assert_eq!(read("x -n replay").command, "kubectl gitops-example");
        assert_eq!(read("x -w replay --no-such-flag").command, "kubectl gitops-example replay");
    }
}
