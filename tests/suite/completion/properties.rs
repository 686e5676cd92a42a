//! What holds at every place of every command line: a word that is offered can be typed there.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Arg, Command};
use gitops_xtask::command;
use jiff::Timestamp;

use super::line::Typist;

/// What a line is refused for although it can be gone on with.
const UNFINISHED: [ErrorKind; 6] = [
    ErrorKind::DisplayHelp,
    ErrorKind::DisplayVersion,
    ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
    ErrorKind::MissingRequiredArgument,
    ErrorKind::MissingSubcommand,
    ErrorKind::InvalidSubcommand,
];

/// Every command of a tree, as the words that name it.
fn commands(command: &Command, words: &[String]) -> Vec<Vec<String>> {
    let below = command.get_subcommands().filter(|below| !below.is_hide_set()).flat_map(|below| {
        let words = [words, &[below.get_name().to_owned()]].concat();
        commands(below, &words)
    });
    std::iter::once(words.to_vec()).chain(below).collect()
}

fn find<'a>(root: &'a Command, words: &[String]) -> &'a Command {
    words.iter().fold(root, |command, word| command.find_subcommand(word).expect("it is in the tree"))
}

fn parse(root: &Command, words: &[String]) -> Option<ErrorKind> {
    let words = ["kubectl gitops".to_owned()].into_iter().chain(words.iter().cloned());
    root.clone().try_get_matches_from(words).err().map(|error| error.kind())
}

/// A flag as it is typed, with a value that its parser takes where it needs one.
fn spelt(root: &Command, words: &[String], argument: &Arg) -> Option<Vec<String>> {
    let long = format!("--{}", argument.get_long()?);
    if !argument.get_action().takes_values() {
        return Some(vec![long]);
    }
    let possible = argument.get_possible_values().into_iter().map(|value| value.get_name().to_owned());
    let samples = ["1s", "1", "a"].map(str::to_owned);
    let refused = [Some(ErrorKind::ValueValidation), Some(ErrorKind::InvalidValue)];
    let mut values = possible.chain(samples);
    let value = values
        .find(|value| !refused.contains(&parse(root, &[words, &[format!("{long}={value}")]].concat())))?;
    Some(vec![long, value])
}

#[tokio::test]
async fn every_word_that_is_offered_can_be_typed_there() {
    let mut root = command();
    root.build();
    let typist = Typist::new("", Timestamp::UNIX_EPOCH);
    let mut checked = 0;
    for words in
        commands(&root, &[]).into_iter().filter(|words| words.first().is_none_or(|word| word != "help"))
    {
        let flags: Vec<Vec<String>> = find(&root, &words)
            .get_arguments()
            .filter(|argument| !argument.is_hide_set())
            .filter_map(|argument| spelt(&root, &words, argument))
            .collect();
        let lines = flags.iter().cloned().chain([Vec::new()]);
        for given in lines {
            for typed in ["", "-", "--"] {
                let before = [words.clone(), given.clone()].concat();
                let line: Vec<String> = before.iter().cloned().chain([typed.to_owned()]).collect();
                for candidate in typist.completion_of(&root, &line.join(" ")).await.candidates {
                    let whole: Vec<String> =
                        before.iter().cloned().chain([candidate.word().to_owned()]).collect();
                    let kind = parse(&root, &whole);
                    let is_awaited =
                        kind == Some(ErrorKind::InvalidValue) && candidate.word().starts_with('-');
                    let is_good = kind.is_none_or(|kind| UNFINISHED.contains(&kind)) || is_awaited;
                    assert!(is_good, "{whole:?}: {kind:?}");
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 500, "{checked}");
}

#[tokio::test]
async fn every_value_that_is_offered_is_taken_in_each_spelling() {
    let mut root = command();
    root.build();
    let typist = Typist::new("", Timestamp::UNIX_EPOCH);
    let mut checked = 0;
    for words in commands(&root, &[]) {
        let command = find(&root, &words);
        for argument in command.get_arguments().filter(|argument| argument.get_action().takes_values()) {
            let longs = argument.get_long().map(|long| [format!("--{long}"), format!("--{long}=")]);
            let shorts = argument.get_short().map(|short| [format!("-{short}"), format!("-{short}=")]);
            for (at, flag) in longs.into_iter().chain(shorts).flatten().enumerate() {
                let apart = at % 2 == 0;
                let path: String = words.iter().map(|word| format!("{word} ")).collect();
                let line = if apart { format!("{path}{flag} ") } else { format!("{path}{flag}") };
                for candidate in typist.completion_of(&root, &line).await.candidates {
                    let value = candidate.word().to_owned();
                    let put = if apart { vec![flag.clone(), value] } else { vec![format!("{flag}{value}")] };
                    let kind = parse(&root, &[words.clone(), put.clone()].concat());
                    assert!(
                        kind.is_none_or(|kind| UNFINISHED.contains(&kind)),
                        "{words:?} {put:?}: {kind:?}"
                    );
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 50, "{checked}");
}

/// Nonsense is completed like anything else: with nothing, and without a panic.
#[tokio::test]
async fn no_line_is_too_odd() {
    let typist = Typist::new("contexts: {", Timestamp::UNIX_EPOCH);
    let odd = [
        "",
        "-",
        "--",
        "---",
        "--=",
        "-=",
        "-\u{e9}",
        "\u{1f600}",
        "-o\u{e9}",
        "--\u{e9}=",
        "=",
        "-n",
        "--last=x",
    ];
    for command in ["", "status", "reconcile", "lab", "lab up", "lab replay", "help", "version", "zzz"] {
        for first in odd {
            for second in odd {
                let line = format!("{command} {first} {second}");
                let completion = typist.completion(line.trim_start()).await.to_string();
                let last = completion.lines().last().unwrap_or_default();
                assert!(last.starts_with(':') && completion.ends_with('\n'), "{line}: {completion}");
            }
        }
    }
    let unreadable: OsString = std::os::unix::ffi::OsStringExt::from_vec(vec![0xff, b'-']);
    let words = ["status".into(), unreadable.clone(), unreadable];
    gitops_core::cli::complete(&command(), &words, &typist.session).await;
}
