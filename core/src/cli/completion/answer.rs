//! The answer to a question for completion. It always ends with its directive and always succeeds: a shell shows
//! whatever else a program says in the middle of the line that somebody types.

use std::ffi::OsString;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::ExitCode;
use std::time::Duration;

use clap::Command;

use super::super::{EnvVars, Session, Signals, Streams};
use super::candidate::Candidate;
use super::candidates::{flag_candidates, subcommand_candidates, value_candidates};
use super::directive::Directive;
use super::line::{Line, Place};
use crate::model::Exit;
use crate::wire::Clock;

/// How long a shell waits at most: an answer that takes longer is felt, and what is there by then is offered.
pub const COMPLETION_DEADLINE: Duration = Duration::from_millis(250);

/// What a shell offers for a word. Rendered, it is what kubectl and the scripts of shells read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The words to offer.
    pub candidates: Vec<Candidate>,
    /// What else the shell does.
    pub directive: Directive,
}

impl Default for Completion {
    /// Nothing, and no files.
    fn default() -> Self {
        Self { candidates: Vec::new(), directive: Directive::NO_FILES }
    }
}

impl Completion {
    /// What another program offers, as far as it may be offered. Its directive may be missing, as kubectl lets it.
    pub fn read(text: &str) -> Self {
        let lines = text.trim_end();
        let (before, last) = lines.rsplit_once('\n').unwrap_or(("", lines));
        let directive = last.trim_end().strip_prefix(':').and_then(|bits| bits.parse().ok());
        let lines = if directive.is_some() { before } else { lines };
        let candidate = |line: &str| {
            let (word, description) = line.split_once('\t').unwrap_or((line, ""));
            Candidate::flag(word, description)
        };
        let candidates = lines.lines().filter_map(candidate).collect();
        Self { candidates, directive: directive.map_or(Directive::FILES, Directive::from_bits) }
    }
}

impl fmt::Display for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for candidate in &self.candidates {
            writeln!(f, "{candidate}")?;
        }
        writeln!(f, "{}", self.directive)
    }
}

/// Completes the last of the words that stand behind the program's name of `command`.
pub async fn complete(command: &Command, words: &[OsString], _session: &Session) -> Completion {
    let mut command = command.clone();
    command.build();
    let words: Vec<&str> = words.iter().map(|word| word.to_str().unwrap_or_default()).collect();
    let line = Line::read(&command, &words);
    match line.place {
        Place::Flag { typed } => {
            Completion { candidates: flag_candidates(&line, typed), ..Completion::default() }
        }
        Place::Value { argument, before, typed } => {
            let (candidates, directive) = value_candidates(argument, typed);
            let candidates = candidates.into_iter().filter_map(|candidate| candidate.behind(before));
            Completion { candidates: candidates.collect(), directive }
        }
        Place::Word { is_escaped: true, .. } if line.runs_program() => {
            Completion { candidates: Vec::new(), directive: Directive::FILES }
        }
        Place::Word { typed, is_escaped } => word_completion(&line, typed, is_escaped),
        Place::Unknown => Completion::default(),
    }
}

/// Subcommands where none was named yet, and the values of the positional argument that is next.
fn word_completion(line: &Line<'_>, typed: &str, is_escaped: bool) -> Completion {
    let is_first = line.positionals.is_empty() && !is_escaped;
    let mut completion = Completion::default();
    if is_first {
        completion.candidates = subcommand_candidates(line.command, typed);
    }
    let argument = line.positional(line.positionals.len()).filter(|argument| line.allows(argument));
    if let Some(argument) = argument {
        let (mut values, directive) = value_candidates(argument, typed);
        values.retain(|value| !line.positionals.contains(&value.word()));
        completion.candidates.append(&mut values);
        completion.directive = directive;
    }
    completion
}

/// Prints the answer of `complete` for this process. What goes wrong in it, a panic too, is no answer.
pub fn answer_completion(complete: impl AsyncFnOnce(&Session) -> Completion) -> ExitCode {
    set_hook(Box::new(|_| {}));
    let completion = catch_unwind(AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
        let completion = runtime.block_on(complete(&session_of_process()));
        // What still runs is nobody's business any more.
        runtime.shutdown_background();
        Some(completion)
    }));
    let completion = completion.ok().flatten().unwrap_or_default();
    // A reader that went away is nobody's failure.
    let _ = Streams::of_process().data(&completion.to_string());
    Exit::Done.into()
}

/// The process's own session. A time that cannot be read is no reason to fail, and a signal ends the process.
fn session_of_process() -> Session {
    let env_vars = EnvVars::of_process();
    let given = env_vars.get("GITOPS_NOW").and_then(|text| text.parse().ok());
    let clock = given.map_or_else(Clock::system, Clock::fixed);
    let program = std::env::current_exe().unwrap_or_default();
    Session::new(env_vars, clock, program, Streams::of_process(), Signals::manual().1)
}
