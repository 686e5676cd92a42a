//! How a command line is read: how wide its help is, and what it says even where it does not parse: which command
//! it means, and in which format its errors are expected.
//!
//! The words are read with the flags of the command's own `clap` tree (`tokens`). clap's `ignore_errors` was rejected: it
//! stops at the first mistake, and `--no-such-flag -o json` still asks for JSON.

use std::ffi::OsString;

use clap::{Command, CommandFactory, Parser, ValueEnum};

use super::Format;
use super::tokens::{Token, Tokens};

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

impl CommandLine {
    /// Reads `arguments`, the program's name first, as ones of `command`. Stops at `--`: what follows is
    /// another program's.
    pub(super) fn read(command: &Command, arguments: &[OsString]) -> Self {
        let mut line =
            Self { command: command.get_bin_name().unwrap_or(command.get_name()).to_owned(), format: None };
        let words = arguments.iter().skip(1).map(|word| word.to_str().unwrap_or_default());
        for token in Tokens::new(command, words.collect()) {
            match token {
                Token::Subcommand(subcommand) => line.command += &format!(" {}", subcommand.get_name()),
                Token::Flag(flag) if flag.is_output => {
                    let format = flag.value.and_then(|value| Format::from_str(value, false).ok());
                    line.format = format.or(line.format);
                }
                Token::Flag(_) | Token::Positional(_) => {}
                Token::Escape => break,
            }
        }
        line
    }

    /// Whether a program reads the answer.
    pub(super) fn expects_document(&self) -> bool {
        self.format.is_some_and(Format::is_document)
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
