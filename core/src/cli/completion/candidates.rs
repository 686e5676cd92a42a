//! What a command line's own tree offers for the word that is being typed: flags, subcommands, and the values that are
//! known without asking anybody.

use clap::{Arg, Command, ValueHint};

use super::super::tokens::flags;
use super::candidate::Candidate;
use super::directive::Directive;
use super::line::Line;

/// The flags that may come next: all that begin with what is typed, else their other names, or the short ones of the
/// word as they stand.
pub(super) fn flag_candidates(line: &Line<'_>, typed: &str) -> Vec<Candidate> {
    let mut candidates = flags_spelt(line, typed, |argument| {
        (argument.get_long().into_iter().collect(), argument.get_short().into_iter().collect())
    });
    if candidates.is_empty() {
        candidates = flags_spelt(line, typed, |argument| {
            let long = argument.get_visible_aliases().unwrap_or_default();
            (long, argument.get_visible_short_aliases().unwrap_or_default())
        });
    }
    if candidates.is_empty() {
        candidates.extend(cluster(line, typed));
    }
    candidates
}

/// The flags that begin with what is typed in these spellings, the long ones first.
fn flags_spelt(
    line: &Line<'_>,
    typed: &str,
    spellings: impl Fn(&Arg) -> (Vec<&str>, Vec<char>),
) -> Vec<Candidate> {
    let arguments =
        line.command.get_arguments().filter(|argument| !argument.is_hide_set() && line.allows(argument));
    let mut candidates: Vec<Candidate> = arguments
        .flat_map(|argument| {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            let (long, short) = spellings(argument);
            let long = long.into_iter().map(|long| format!("--{long}"));
            let flags: Vec<String> = long.chain(short.into_iter().map(|short| format!("-{short}"))).collect();
            flags.into_iter().filter_map(move |flag| Candidate::flag(&flag, &help))
        })
        .filter(|candidate| candidate.word().starts_with(typed))
        .collect();
    candidates.sort_by_key(|candidate| !candidate.word().starts_with("--"));
    candidates
}

/// Several short flags in one word, where each of them is one that may be given.
fn cluster(line: &Line<'_>, typed: &str) -> Option<Candidate> {
    if typed.starts_with("--") {
        return None;
    }
    let (last, mut before) = flags(line.command, typed)?;
    let argument = last.argument?;
    before.push(last);
    let is_known = before.iter().all(|flag| flag.argument.is_some_and(|argument| line.allows(argument)));
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    is_known.then(|| Candidate::flag(typed, &help)).flatten()
}

/// The subcommands that begin with what is typed, else those of which another name does.
pub(super) fn subcommand_candidates(command: &Command, typed: &str) -> Vec<Candidate> {
    let candidate = |name: &str, subcommand: &Command| {
        let about = subcommand.get_about().map(ToString::to_string).unwrap_or_default();
        Candidate::new(name, &about).filter(|_| name.starts_with(typed))
    };
    let subcommands = || command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set());
    let named = subcommands().filter_map(|subcommand| candidate(subcommand.get_name(), subcommand));
    let named: Vec<Candidate> = named.collect();
    if !named.is_empty() {
        return named;
    }
    let aliases = subcommands().flat_map(|subcommand| {
        subcommand.get_visible_aliases().filter_map(|alias| candidate(alias, subcommand)).collect::<Vec<_>>()
    });
    aliases.collect()
}

/// The values of an argument that its parser names, and what a shell offers beside them: files where a file belongs.
pub(super) fn value_candidates(argument: &Arg, typed: &str) -> (Vec<Candidate>, Directive) {
    let fits = |name: &str| {
        name.starts_with(typed)
            || (argument.is_ignore_case_set() && name.to_lowercase().starts_with(&typed.to_lowercase()))
    };
    let values = argument.get_possible_values().into_iter().filter(|value| !value.is_hide_set());
    let candidates: Vec<Candidate> = values
        .filter(|value| fits(value.get_name()))
        .filter_map(|value| {
            let help = value.get_help().map(ToString::to_string).unwrap_or_default();
            Candidate::new(value.get_name(), &help)
        })
        .collect();
    let is_path = typed.contains('/') || typed.starts_with(['.', '~']);
    let directive = match argument.get_value_hint() {
        _ if !candidates.is_empty() && !is_path => Directive::NO_FILES,
        ValueHint::DirPath => Directive::FOLDERS,
        ValueHint::AnyPath
        | ValueHint::FilePath
        | ValueHint::ExecutablePath
        | ValueHint::CommandName
        | ValueHint::CommandString
        | ValueHint::CommandWithArguments => Directive::FILES,
        _ => Directive::NO_FILES,
    };
    (candidates, directive)
}
