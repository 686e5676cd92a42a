//! A command line that clap refuses, as a failure like every other.
//!
//! clap's message and its suggestion are kept. Its usage line is not: it lists the flags that were typed, as
//! if the command had no others.

use std::ffi::OsString;

use clap::Command;

use super::command_line::CommandLine;
use super::conflict::alternatives;
use crate::model::{Exit, Failure};

/// Why a command line cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct UsageError {
    message: String,
    hint: String,
}

impl UsageError {
    /// What `error` says of `arguments`, the program's name first, as ones of `command`.
    pub(super) fn new(error: &clap::Error, command: &Command, arguments: &[OsString]) -> Self {
        let line = CommandLine::read(command, arguments);
        let help = format!("see {} --help", line.command);
        if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            return Self { message: format!("{} needs a command or arguments", line.command), hint: help };
        }
        let rendered = error.render().to_string();
        let mut paragraphs = rendered.split("\n\n");
        let message = paragraphs.next().map(message).unwrap_or_default();
        let tips = paragraphs.flat_map(str::lines).filter_map(|line| line.trim().strip_prefix("tip: "));
        // Whoever misspelt a flag does not want it as a value.
        let tips: Vec<&str> = tips.filter(|tip| !tip.starts_with("to pass '-")).collect();
        let instead = alternatives(error, command, arguments);
        let hint = match (instead.is_empty(), tips.is_empty()) {
            (false, _) => format!("leave one of them out: {}", instead.join(", or: ")),
            (true, false) => tips.join("; "),
            (true, true) => help,
        };
        Self { message, hint }
    }
}

/// clap's message in one line: `error:` goes, and what it lists below itself comes behind a blank.
fn message(paragraph: &str) -> String {
    let mut lines = paragraph.lines().map(str::trim);
    let first = lines.next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let rest: Vec<&str> = lines.collect();
    if rest.is_empty() { first.to_owned() } else { format!("{first} {}", rest.join(", ")) }
}

impl Failure for UsageError {
    fn code(&self) -> &'static str {
        "UsageInvalid"
    }

    fn hint(&self) -> Option<String> {
        Some(self.hint.clone())
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Parser)]
    #[command(name = "kubectl gitops-example", bin_name = "kubectl gitops-example")]
    struct Example {
        #[arg(long)]
        _watch: bool,
        #[arg(long, value_parser = ["fast", "slow"])]
        _speed: Option<String>,
        #[arg(required = true)]
        _name: Option<String>,
    }

    #[test]
    fn messages_are_claps_without_its_usage_line() {
        for (line, message, hint) in [
            ("x --wach", "unexpected argument '--wach' found", "a similar argument exists: '--watch'"),
            ("x --nonsense", "unexpected argument '--nonsense' found", "see kubectl gitops-example --help"),
            ("x a b", "unexpected argument 'b' found", "see kubectl gitops-example --help"),
            (
                "x",
                "the following required arguments were not provided: <NAME>",
                "see kubectl gitops-example --help",
            ),
            (
                "x --speed fats",
                "invalid value 'fats' for '--speed <SPEED>' [possible values: fast, slow]",
                "a similar value exists: 'fast'",
            ),
        ] {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let error = Example::try_parse_from(&words).err().expect(line);
            let usage = UsageError::new(&error, &Example::command(), &words);
            assert_eq!((usage.to_string().as_str(), usage.hint.as_str()), (message, hint), "{line}");
        }
    }
}
