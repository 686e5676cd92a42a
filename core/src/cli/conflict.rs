//! What to type instead of a command line whose flags exclude each other: the same line without the one, and without the
//! others. Only lines that the command takes are offered.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};

use super::tokens::{Token, Tokens};
use crate::model::shell_word;

/// The lines that a person may type instead; none where `error` is about something else.
pub(super) fn alternatives(error: &clap::Error, command: &Command, arguments: &[OsString]) -> Vec<String> {
    if error.kind() != ErrorKind::ArgumentConflict {
        return Vec::new();
    }
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(name)) => vec![name.as_str()],
        Some(ContextValue::Strings(names)) => names.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let lines = [ContextKind::PriorArg, ContextKind::InvalidArg]
        .map(|kind| without(&named(kind), command, arguments));
    let mut lines: Vec<String> = lines.into_iter().flatten().collect();
    lines.dedup();
    lines
}

/// The line without these arguments, as clap names them (`--revision <COMMIT>`, `[NAMESPACE]...`), where the command takes
/// it.
fn without(dropped: &[&str], command: &Command, arguments: &[OsString]) -> Option<String> {
    let (program, words) = arguments.split_first()?;
    let words: Vec<&str> = words.iter().map(|word| word.to_str()).collect::<Option<_>>()?;
    let is_dropped = |name: &str| {
        dropped.iter().any(|dropped| dropped.split([' ', '=']).next().is_some_and(|own| own == name))
    };
    let drops_positionals = dropped.iter().any(|dropped| !dropped.starts_with('-'));
    let mut kept: Vec<String> = Vec::new();
    for token in Tokens::new(command, words) {
        match token {
            Token::Subcommand(subcommand) => kept.push(subcommand.get_name().to_owned()),
            Token::Flag(flag) => {
                let name = flag.argument.and_then(spelling)?;
                if !is_dropped(&name) {
                    kept.push(name);
                    kept.extend(flag.value.map(str::to_owned));
                }
            }
            Token::Positional(_) if drops_positionals => {}
            Token::Positional(word) => kept.push(word.to_owned()),
            Token::Escape => kept.push("--".to_owned()),
        }
    }
    let line = std::iter::once(program.clone()).chain(kept.iter().map(OsString::from));
    command.clone().try_get_matches_from(line).ok()?;
    let name = command.get_bin_name().unwrap_or(command.get_name());
    Some(kept.iter().fold(name.to_owned(), |line, word| format!("{line} {}", shell_word(word))))
}

/// A flag as clap names it.
fn spelling(flag: &Arg) -> Option<String> {
    let long = flag.get_long().map(|long| format!("--{long}"));
    long.or_else(|| flag.get_short().map(|short| format!("-{short}")))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Debug, Parser)]
    #[command(name = "kubectl gitops-example", bin_name = "kubectl gitops-example")]
    struct Example {
        #[arg(long, conflicts_with_all = ["watch", "revision", "names"])]
        fleet: bool,
        #[arg(short, long)]
        watch: bool,
        #[arg(long)]
        revision: Option<String>,
        #[arg(short = 'o', long)]
        output: Option<String>,
        names: Vec<String>,
    }

    #[test]
    fn a_line_without_one_of_those_that_exclude_each_other_is_offered() {
        for (line, expected) in [
            ("x --fleet --watch", &["kubectl gitops-example --fleet", "kubectl gitops-example --watch"][..]),
            (
                "x -wojson --fleet",
                &[
                    "kubectl gitops-example --output json --fleet",
                    "kubectl gitops-example --watch --output json",
                ],
            ),
            (
                "x --fleet --revision=abc",
                &["kubectl gitops-example --fleet", "kubectl gitops-example --revision abc"],
            ),
            ("x --fleet a;b", &["kubectl gitops-example --fleet", "kubectl gitops-example 'a;b'"]),
        ] {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let error = Example::try_parse_from(&words).expect_err(line);
            let mut offered = alternatives(&error, &Example::command(), &words);
            offered.sort();
            let mut expected = expected.to_vec();
            expected.sort_unstable();
            assert_eq!(offered, expected, "{line}");
        }
    }

    #[test]
    fn another_mistake_has_none() {
        let words: Vec<OsString> = ["x", "--wach"].map(OsString::from).to_vec();
        let error = Example::try_parse_from(&words).expect_err("a mistake");
        assert_eq!(alternatives(&error, &Example::command(), &words), Vec::<String>::new());
    }
}
